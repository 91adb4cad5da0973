import assert from "node:assert/strict";
import { test } from "node:test";
import { copy, getToken, paste, remains, stage, until } from "../stage.js";

const { emulator } = stage;

test("a pasted token is nowhere but in memory", async (t) => {
  emulator.reset();
  const page = await stage.enter(t);
  assert.equal((await remains(page)).includes(emulator.user.token), false);
  await page.reload();
  await page.getByLabel("Workspace token").waitFor();
  assert.equal(await page.getByLabel("Workspace token").inputValue(), "");
});

test("signing out forgets everything, in every tab", async (t) => {
  emulator.reset();
  const page = await stage.enter(t);
  await page.getByRole("link", { name: /^invoices / }).click();
  await page.getByRole("link", { name: /^orders / }).click();
  await getToken(page);
  const token = await copy(page, "token");
  await page.getByRole("button", { name: "Show token" }).click();

  const other = await page.context().newPage();
  await other.goto(stage.url);
  await paste(other, emulator.user.token);
  await other.getByRole("button", { name: "Sign out" }).waitFor();

  await page.evaluate(() => (window.isTheSame = true));
  await page.getByRole("button", { name: "Sign out" }).click();
  for (const tab of [page, other]) {
    await tab.getByText("You are signed out").waitFor();
    const left = await remains(tab);
    for (const secret of [token, emulator.user.token]) assert.equal(left.includes(secret), false);
    assert.equal(tab.url(), stage.url);
  }
  // Another page, with another memory.
  assert.equal(await page.evaluate(() => window.isTheSame), undefined);
  // The way back leads to no signed-in page.
  await page.goBack();
  await page.getByLabel("Workspace token").waitFor();
  assert.equal((await remains(page)).includes(token), false);
});

test("the address keeps nothing that it is given", async (t) => {
  emulator.reset();
  const page = await stage.open(t);
  await page.goto(`${stage.url}?token=secret-in-address&code=secret-code&state=secret-state#/instances/orders`);
  await page.getByLabel("Workspace token").waitFor();
  assert.equal(page.url(), `${stage.url}#/instances/orders`);
  assert.equal(await page.evaluate(() => history.length), 2, "about:blank, and this page");
});

test("a form that is sent without its script goes nowhere", async (t) => {
  emulator.reset();
  const page = await stage.open(t, { expected: /form-action/ });
  await page.goto(stage.url);
  await page.getByLabel("Workspace token").fill("secret-in-form");
  const refused = page.waitForEvent("console", (message) => message.text().includes("form-action"));
  await page.evaluate(() => {
    // Out of reach of the page's own listener.
    document.addEventListener("submit", (event) => event.stopImmediatePropagation(), { capture: true });
    document.querySelector("form").requestSubmit();
  });
  await refused;
  assert.equal(page.url(), stage.url);
});

test("each of two tabs keeps its own token alive", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  const other = await page.context().newPage();
  await other.goto(`${stage.url}#/instances/orders`);
  await paste(other, emulator.user.token);
  await Promise.all([getToken(page), getToken(other)]);
  await other.close();
  await page.getByRole("button", { name: "Renew now" }).click();
  await until(() => emulator.requests.count("credentials"), (count) => count === 3);
  assert.equal(await page.locator(".state-word").innerText(), "Fresh");
});

test("requests carry the token to the page's own origin alone, and no cookie", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  await getToken(page);
  // What goes elsewhere is found by the stage, for every test.
  for (const { headers } of emulator.requests) {
    assert.equal(headers.cookie, undefined);
    assert.equal(headers.referer, undefined);
    assert.equal(headers.authorization, `Bearer ${emulator.user.token}`);
  }
});
