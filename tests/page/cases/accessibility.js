import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../axe.js";
import { getToken, paste, stage, until } from "../stage.js";

const { emulator } = stage;

for (const colorScheme of ["light", "dark"]) {
  for (const width of colorScheme === "light" ? [1280, 360] : [1280]) {
    test(`no violation in any state, ${colorScheme}, ${width} wide`, async (t) => {
      emulator.reset();
      emulator.settings.startingReads = 1e6;
      const site = await stage.serve(t, { others: [{ name: "Staging", page: "https://staging.example/" }] });
      const page = await stage.open(t, { colorScheme, width, clock: true, serve: site });
      const see = (where) => check(page, where);
      const go = (hash) => page.evaluate((to) => (location.hash = to), hash);
      await page.goto(site.url);
      await page.getByLabel("Workspace token").waitFor();
      await see("start");
      await paste(page, "wrong");
      await page.getByRole("alert").first().waitFor();
      await see("start with an error");
      await paste(page, emulator.user.token);
      await page.getByRole("link", { name: /^orders / }).waitFor();
      await see("list");
      await go("#/instances/stopped");
      await page.getByText("Start it in the workspace").waitFor();
      await see("not available");
      await go("#/instances/nothing");
      await page.getByText("no database of that name").waitFor();
      await see("missing");
      await go("#/instances/orders");
      await page.getByText("Restrict this token").click();
      await page.getByLabel("Read only").check();
      await see("restrictions");
      emulator.fault("credentials", { status: 403 });
      await page.getByRole("button", { name: "Get token" }).click();
      await page.locator(".token-card").getByRole("alert").waitFor();
      await see("refused");
      await page.clock.fastForward(60_000);
      await getToken(page);
      await see("fresh");
      await page.getByRole("button", { name: "Show token" }).click();
      await page.getByRole("button", { name: "Copy psql command" }).click();
      for (const name of [/^Connection URI/, /^PG\* variables/]) await page.getByRole("button", { name }).click();
      await see("shown, copied, opened");
      await stage.pass(page, 51);
      await until(() => page.locator(".state-word").innerText(), (word) => word === "Stale");
      await see("stale");
      await stage.pass(page, 10);
      await until(() => page.locator(".state-word").innerText(), (word) => word === "Expired");
      await see("expired");
    });
  }
}

test("everything can be done with the keyboard", async (t) => {
  emulator.reset();
  const page = await stage.open(t);
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText.replace(/\s+/g, " ").trim());
  const tabTo = async (name) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      if ((await focused()).startsWith(name)) return;
    }
    throw new Error(`Tab never reached "${name}"`);
  };
  await page.goto(stage.url);
  await page.getByLabel("Workspace token").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to content");
  await page.getByLabel("Workspace token").focus();
  await page.keyboard.type(emulator.user.token);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /^orders / }).waitFor();
  await tabTo("orders");
  await page.keyboard.press("Enter");
  await tabTo("Get token");
  await page.keyboard.press("Enter");
  await page.locator(".held").waitFor();
  // What one gets a token for comes first.
  await until(focused, (name) => name === "Copy token");
  await page.keyboard.press("Enter");
  await until(() => page.locator("#status").innerText(), (text) => text === "Copied: token");
  await tabTo("Copy psql command");
  await page.keyboard.press("Space");
  await until(() => page.locator("#status").innerText(), (text) => text === "Copied: psql command");
});

test("motion only where it is welcome", async (t) => {
  emulator.reset();
  for (const [reducedMotion, duration] of [["reduce", "0s"], ["no-preference", "1s"]]) {
    const page = await stage.enter(t, { hash: "#/instances/orders", reducedMotion });
    await getToken(page);
    await until(() => page.locator(".ring-arc").evaluate((arc) => getComputedStyle(arc).transitionDuration.split(",")[0]), (now) => now === duration);
  }
});

test("nothing is cut off at 320 pixels, nor with text twice as large", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { width: 320, height: 640, hash: "#/instances/orders" });
  await getToken(page);
  for (const size of ["100%", "200%"]) {
    await page.evaluate((one) => document.documentElement.style.setProperty("font-size", one), size);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wider, 0, size);
  }
});
