import assert from "node:assert/strict";
import { test } from "node:test";
import { getToken, stage, until } from "../stage.js";

const { emulator } = stage;
const MARKUP = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>`;
const answer = (...instances) => emulator.fault("instances", { json: { database_instances: instances } }, { times: Infinity });

test("what looks like HTML is text wherever it stands", async (t) => {
  emulator.reset();
  answer({
    name: MARKUP,
    state: MARKUP,
    pg_version: MARKUP,
    capacity: MARKUP,
    creator: MARKUP,
    read_write_dns: MARKUP,
    read_only_dns: MARKUP,
    effective_enable_pg_native_login: true,
  });
  const page = await stage.enter(t);
  await page.getByRole("navigation").getByRole("link").first().click();
  await page.locator("h2.page-title").getByText(MARKUP).first().waitFor();
  // A host that is none is written nowhere.
  await page.getByText("names no host for this database").waitFor();
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.equal(await page.locator("#content img, #content script, #content iframe").count(), 0);
  emulator.fault("credentials", { status: 400, json: { error_code: MARKUP, message: MARKUP } });
  await page.getByRole("button", { name: "Get token" }).click();
  await page.locator(".token-card").getByRole("alert").waitFor();
  assert.equal(await page.evaluate(() => window.pwned), undefined);
});

test("endpoints are held to the same", async (t) => {
  emulator.reset();
  const name = "projects/a/branches/b/endpoints/c";
  const status = { current_state: MARKUP, hosts: { host: MARKUP, read_only_host: { a: 1 } }, autoscaling_limit_max_cu: MARKUP, disabled: MARKUP };
  emulator.fault("endpoints", { json: { endpoints: [{ name, status }, { name: MARKUP, status: { current_state: "ACTIVE" } }] } }, { times: Infinity });
  const page = await stage.enter(t, { hash: `#/endpoints/${name}` });
  await page.locator("h2.page-title").getByText("a / b / c").waitFor();
  await page.getByText("names no host for this database").waitFor();
  await page.getByRole("link", { name: /^<img src=x/ }).waitFor();
  assert.equal(await page.evaluate(() => window.pwned), undefined);
  assert.equal(await page.locator("#content img, #content script").count(), 0);
  // Paths that would lead elsewhere, and lists that are none.
  for (const fault of [{ json: { projects: [{ name: "../../oidc" }] } }, { json: { projects: [null] } }, { json: { projects: {} } }, { wrongTypes: true }]) {
    emulator.clearFaults();
    emulator.fault("projects", fault, { times: Infinity });
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("navigation").getByRole("status").getByText("UNEXPECTED_RESPONSE").waitFor({ timeout: 20_000 });
    assert.equal(await page.locator("h2.page-title").isVisible(), true);
    emulator.clearFaults();
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("navigation").getByRole("status").waitFor({ state: "detached" });
  }
});

test("names that would hide or turn others round are shown as what they are", async (t) => {
  emulator.reset();
  answer({ name: "a\u202Eevil\u0000\n\u200B", state: "AVAILABLE" }, { name: "x".repeat(100_000), state: "AVAILABLE" });
  const page = await stage.enter(t, { width: 360, height: 700 });
  const names = page.locator(".row-title");
  await names.first().waitFor();
  const texts = await names.allInnerTexts();
  assert.ok(texts.some((text) => text.startsWith("a\uFFFDevil")), JSON.stringify(texts[0]));
  assert.ok(texts.every((text) => text.length < 400));
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wider, 0);
});

test("wrong types and cut answers: the page says so, keeps what it has, and goes on", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  await getToken(page);
  const status = page.getByRole("navigation").getByRole("status");
  for (const fault of [{ wrongTypes: true }, { json: [] }, { json: { database_instances: [{ name: {} }] } }, { html: true, status: 200 }]) {
    emulator.clearFaults();
    emulator.fault("instances", fault, { times: Infinity });
    await page.getByRole("button", { name: "Refresh" }).click();
    await status.getByText(/UNEXPECTED_RESPONSE|WORKSPACE_UNAVAILABLE/).waitFor({ timeout: 20_000 });
    assert.equal(await page.getByRole("button", { name: "Copy token" }).isEnabled(), true);
    emulator.clearFaults();
    await page.getByRole("button", { name: "Refresh" }).click();
    await status.waitFor({ state: "detached" });
  }
});

test("an expiry that makes no sense: the token is shown with the time that the package gives it", async (t) => {
  emulator.reset();
  const shapes = ["absent", "unparsable", "past", "year-ahead"];
  for (const shape of shapes) emulator.addInstance(shape);
  const page = await stage.enter(t);
  for (const shape of shapes) {
    emulator.settings.expirationTime = shape;
    await page.getByRole("link", { name: new RegExp(`^${shape} `) }).click();
    await getToken(page);
    assert.match(await page.getByRole("timer").innerText(), /^(5:00|4:\d\d|60:00|59:\d\d)/);
    assert.equal(await page.locator(".state-word").innerText(), "Fresh");
  }
});

test("the network goes while a token is had, and comes back", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders", clock: true });
  await getToken(page);
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Refresh" }).click();
  const notice = page.getByRole("navigation").getByRole("status").getByText("NETWORK", { exact: true });
  await until(() => page.clock.fastForward(2_000).then(() => notice.isVisible()), Boolean);
  assert.equal(await page.getByRole("button", { name: "Copy token" }).isEnabled(), true);
  const before = emulator.requests.count("instances");
  await page.context().setOffline(false);
  // By itself: the browser says that it is online.
  await until(() => emulator.requests.count("instances"), (count) => count > before);
  await page.getByRole("navigation").getByRole("status").waitFor({ state: "detached" });
});
