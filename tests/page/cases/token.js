import assert from "node:assert/strict";
import { test } from "node:test";
import { copy, getToken, paste, remains, stage, until } from "../stage.js";

const { emulator } = stage;
const ring = (page) => page.getByRole("timer");
const state = (page) => page.locator(".state-word").innerText();
const minted = () => emulator.requests.of("credentials").map(({ body }) => JSON.parse(body));

test("gets a token for the instance and shows the time that it has left", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders", clock: true });
  await getToken(page);
  assert.equal(await state(page), "Fresh");
  const [{ request_id: requestId, instance_names: names, claims }] = minted();
  assert.deepEqual([names, claims], [["orders"], undefined]);
  await page.getByText(`Request ${requestId}`).waitFor();
  assert.match(await ring(page).getAttribute("aria-label"), /Time left: (60|59) minutes/);
  await stage.pass(page, 10);
  await until(() => ring(page).innerText(), (text) => /^(49|50):\d\d/.test(text));
  const share = await page.locator(".ring-arc").getAttribute("stroke-dasharray");
  assert.ok(Math.abs(parseFloat(share) - 83.3) < 1, share);
});

test("fresh, stale, expired, and then a new one", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders", clock: true });
  await getToken(page);
  // Renewal is due with ten to thirty minutes left.
  await stage.pass(page, 51);
  await until(() => state(page), (word) => word === "Stale");
  assert.equal(emulator.requests.count("credentials"), 1, "not renewed unless it is wished");
  await stage.pass(page, 10);
  await until(() => state(page), (word) => word === "Expired");
  await until(() => page.locator("#alert").innerText(), (text) => text === "The token for orders has expired");
  assert.equal(await page.getByRole("button", { name: "Copy token" }).isDisabled(), true);
  assert.equal(await page.getByRole("button", { name: "Show token" }).isDisabled(), true);
  await page.getByRole("button", { name: "Get a new one" }).click();
  await until(() => state(page), (word) => word === "Fresh");
  assert.equal(emulator.requests.count("credentials"), 2);
});

test("renews by itself when that is wished, and says so", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders", clock: true });
  await getToken(page);
  await page.getByRole("switch", { name: "Auto-renew" }).click();
  assert.equal(emulator.requests.count("credentials"), 1);
  await stage.pass(page, 51);
  await until(() => emulator.requests.count("credentials"), (count) => count === 2);
  await until(() => page.locator("#status").innerText(), (text) => text.startsWith("The token for orders was renewed"));
  await until(() => state(page), (word) => word === "Fresh");
  // A machine that slept finds it expired, and gets a new one.
  await stage.pass(page, 120);
  await until(() => emulator.requests.count("credentials"), (count) => count === 3);
  await until(() => state(page), (word) => word === "Fresh");
  await page.getByRole("switch", { name: "Auto-renew" }).click();
  await stage.pass(page, 61);
  await until(() => state(page), (word) => word === "Expired");
  assert.equal(emulator.requests.count("credentials"), 3);
});

test("a renewal that fails leaves the token that is good, and is told without interrupting", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders", clock: true });
  await getToken(page);
  await page.getByRole("switch", { name: "Auto-renew" }).click();
  emulator.fault("credentials", { status: 403 }, { times: Infinity });
  await stage.pass(page, 51);
  const notice = page.locator(".token-card").getByRole("status");
  await notice.getByText("The token was not renewed, and is still good").waitFor();
  assert.equal(await state(page), "Stale");
  assert.equal(await page.getByRole("button", { name: "Copy token" }).isEnabled(), true);
  // A refusal does not change by itself: the switch is off again, and nothing is asked for.
  assert.equal(await page.getByRole("switch", { name: "Auto-renew" }).isChecked(), false);
  emulator.clearFaults("credentials");
  await page.clock.fastForward(40_000);
  await page.getByRole("button", { name: "Renew now" }).click();
  await until(() => state(page), (word) => word === "Fresh");
  await notice.waitFor({ state: "detached" });
});

test("renewing at once gives another token, also right after the first", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  await getToken(page);
  const first = await copy(page, "token");
  await page.getByRole("button", { name: "Renew now" }).click();
  await until(() => emulator.requests.count("credentials"), (count) => count === 2);
  const second = await until(() => copy(page, "token"), (now) => now !== first);
  assert.ok(second.length > 1000);
});

test("restricts it to reading some tables", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  await page.getByText("Restrict this token").click();
  await page.getByLabel("Read only").check();
  await page.getByLabel("Tables").fill(" main.public.orders \n\nmain.public.items\n");
  await getToken(page);
  assert.deepEqual(minted()[0].claims, [
    { permission_set: "READ_ONLY", resources: [{ table_name: "main.public.orders" }, { table_name: "main.public.items" }] },
  ]);
  await page.getByText("Reads 2 tables only").waitFor();
  await page.getByRole("button", { name: "Change restrictions" }).click();
  await page.getByLabel("Everything that I may do").check();
  await page.getByRole("button", { name: "Get this token" }).click();
  await page.getByText("Reads 2 tables only").waitFor({ state: "hidden" });
  assert.equal(minted()[1].claims, undefined);
});

test("a token outlives the choice of another database, and each has its own", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  await getToken(page);
  await page.getByRole("link", { name: /^invoices / }).click();
  await page.getByRole("button", { name: "Get token" }).waitFor();
  assert.equal(await page.locator(".held").isVisible(), false);
  await page.getByRole("link", { name: /^orders / }).click();
  await page.getByText("Fresh", { exact: true }).first().waitFor();
  assert.equal(await state(page), "Fresh");
  assert.equal(emulator.requests.count("credentials"), 1);
});

test("a clock that is two hours off changes nothing that is shown", async (t) => {
  emulator.reset();
  for (const off of [-2, 2]) {
    const page = await stage.open(t);
    await page.clock.install({ time: Date.now() + off * 3_600_000 });
    await page.goto(`${stage.url}#/instances/orders`);
    await paste(page, emulator.user.token);
    await getToken(page);
    assert.equal(await state(page), "Fresh");
    assert.match(await ring(page).innerText(), /^(60:00|59:\d\d)/);
  }
});

test("is in the document only while it is shown", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders", clock: true });
  await getToken(page);
  const token = await copy(page, "token");
  assert.ok(token.length > 1000);
  const holds = async () => (await remains(page)).includes(token);
  assert.equal(await holds(), false, "hidden at first");
  const show = page.getByRole("button", { name: /^(Show|Hide) token$/ });
  await show.click();
  assert.equal(await page.locator(".secret-value").innerText(), token);
  await show.click();
  assert.equal(await holds(), false, "hidden again");
  await show.click();
  await page.clock.fastForward(61_000);
  await until(holds, (is) => !is);
  await show.click();
  await page.getByRole("link", { name: /^invoices / }).click();
  await until(holds, (is) => !is);
  await page.getByRole("link", { name: /^orders / }).click();
  assert.equal(await holds(), false, "hidden when it is shown again");
  await page.getByRole("button", { name: "Show token" }).click();
  await stage.pass(page, 61);
  await until(holds, (is) => !is);
});
