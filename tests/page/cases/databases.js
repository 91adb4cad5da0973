import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../axe.js";
import { see, stage, until } from "../stage.js";

const { emulator } = stage;
const row = (page, name) => page.getByRole("link", { name: new RegExp(`^${name} `) });

test("lists instances and what a person chooses by", async (t) => {
  emulator.reset();
  emulator.instances.invoices.enable_pg_native_login = true;
  emulator.instances.invoices.effective_enable_pg_native_login = true;
  const page = await stage.enter(t);
  await row(page, "orders").waitFor();
  assert.match(await row(page, "orders").innerText(), /Available\s+PostgreSQL 16 · 1 CU · native login off/);
  assert.match(await row(page, "invoices").innerText(), /native login on/);
  assert.match(await row(page, "stopped").innerText(), /Stopped/);
  await row(page, "orders").click();
  assert.equal(new URL(page.url()).hash, "#/instances/orders");
  assert.equal(await page.locator("h2.page-title").evaluate((title) => title === document.activeElement), true);
  await page.goBack();
  await page.getByText("Choose a database").waitFor();
});

test("says why an instance gives no token, and offers one when it does", async (t) => {
  emulator.reset();
  emulator.settings.startingReads = 1e6;
  const page = await stage.enter(t, { hash: "#/instances/stopped", clock: true });
  await page.getByText("Start it in the workspace").waitFor();
  assert.equal(await page.getByRole("button", { name: "Get token" }).isVisible(), false);
  for (const [state, why] of [
    ["DELETING", "is being deleted"],
    ["FAILING_OVER", "Another node is taking over"],
    ["STARTING", "is starting and takes no logins yet"],
    ["UPDATING", "is being changed"],
    ["UPGRADING", "is being upgraded"],
  ]) {
    emulator.instances.stopped.state = state;
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText(why).waitFor();
  }
  emulator.instances.stopped.state = "AVAILABLE";
  // By itself: what is about to change is looked at often.
  await page.clock.fastForward(5_000);
  await page.getByRole("button", { name: "Get token" }).waitFor();
  await until(() => page.locator("#status").innerText(), (text) => text === "stopped: Available");
  emulator.instances.stopped.state = "SOMETHING_NEW";
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText("does not know this state").waitFor();
});

test("looks again by itself, but not while nobody sees it", async (t) => {
  emulator.reset();
  emulator.settings.startingReads = 1e6;
  for (const name of ["starting", "updating"]) emulator.instances[name].state = "AVAILABLE";
  const page = await stage.enter(t, { clock: true });
  await row(page, "orders").waitFor();
  const count = () => emulator.requests.count("instances");
  assert.equal(count(), 1);
  emulator.instances.orders.state = "STOPPED";
  await page.clock.fastForward(16_000);
  await row(page, "orders").getByText("Stopped").waitFor();
  assert.equal(count(), 2);

  await see(page, "hidden");
  for (let minute = 0; minute < 5; minute += 1) await page.clock.fastForward(60_000);
  assert.equal(count(), 2);
  emulator.instances.orders.state = "AVAILABLE";
  await see(page, "visible");
  await row(page, "orders").getByText("Available").waitFor();
  assert.equal(count(), 3);
});

test("a workspace that fails is asked less and less, and what was seen stays", async (t) => {
  emulator.reset();
  for (const name of ["starting", "updating"]) emulator.instances[name].state = "AVAILABLE";
  const page = await stage.enter(t, { clock: true });
  await row(page, "orders").waitFor();
  emulator.fault("instances", { status: 403 }, { times: Infinity });
  await page.clock.fastForward(16_000);
  const notice = page.getByRole("navigation").getByRole("status");
  await notice.getByText("Not refreshed since").waitFor();
  assert.match(await notice.innerText(), /You may not do this.*PERMISSION_DENIED · HTTP 403/s);
  assert.equal(await row(page, "orders").isVisible(), true);
  // What will not change by itself is not asked for again.
  const asked = emulator.requests.count("instances");
  await page.clock.fastForward(600_000);
  assert.equal(emulator.requests.count("instances"), asked);
  emulator.clearFaults("instances");
  await page.getByRole("button", { name: "Refresh" }).click();
  await notice.waitFor({ state: "detached" });
});

test("an empty workspace says so", async (t) => {
  emulator.reset();
  for (const route of ["instances", "projects"]) emulator.fault(route, { json: {} }, { times: Infinity });
  const page = await stage.enter(t);
  await page.getByText("This workspace has no database instances that you may see.").waitFor();
  await page.getByText("Create one in the workspace").waitFor();
  await check(page, "empty");
});

test("many instances: found by name, a portion at a time, none lost", async (t) => {
  emulator.reset();
  const many = Array.from({ length: 5_000 }, (_, index) => ({ name: `db-${index}`, state: "AVAILABLE", read_write_dns: `h${index}.example` }));
  emulator.fault("instances", { json: { database_instances: many } });
  const page = await stage.enter(t);
  await row(page, "db-0").waitFor();
  const rows = page.getByRole("list", { name: /^Instances/ }).getByRole("listitem");
  assert.equal(await rows.count(), 100);
  await page.getByRole("button", { name: "Show more" }).first().click();
  assert.equal(await rows.count(), 200);
  await page.getByRole("searchbox").fill("4999");
  assert.deepEqual(await rows.allInnerTexts().then((all) => all.map((text) => text.split("\n")[0])), ["db-4999"]);
  await page.getByRole("searchbox").fill("nowhere");
  await page.getByText("No database has that name.").first().waitFor();
});

test("an address that names what is not there", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/nothing" });
  await page.getByText("no database of that name").waitFor();
  for (const odd of ["#/instances/%", "#/endpoints/x", "#//", "#/instances/<b>"]) {
    await page.evaluate((hash) => (location.hash = hash), odd);
    await page.getByText(/no database of that name|Choose a database/).waitFor();
  }
});

test("a live list moves nothing that is there", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  await page.getByRole("button", { name: "Get token" }).waitFor();
  await page.evaluate(() => {
    window.shifts = 0;
    new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) window.shifts += entry.value;
    }).observe({ type: "layout-shift" });
  });
  const focused = row(page, "stopped");
  await focused.focus();
  for (let times = 0; times < 5; times += 1) {
    emulator.instances.stopped.state = times % 2 ? "STOPPED" : "FAILING_OVER";
    await page.getByRole("button", { name: "Refresh" }).evaluate((button) => button.click());
    await page.waitForTimeout(120);
  }
  // The badge itself grows with its word.
  const shifts = await page.evaluate(() => window.shifts);
  assert.ok(shifts < 0.002, String(shifts));
  assert.equal(await focused.evaluate((link) => link === document.activeElement), true);
});
