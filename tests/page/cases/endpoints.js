import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../axe.js";
import { copy, getToken, stage, until } from "../stage.js";

const { emulator } = stage;
const ENDPOINT = "projects/shop/branches/main/endpoints/primary";
const row = (page) => page.getByRole("link", { name: /^shop \/ main \/ primary / });
const status = () => emulator.endpoints[ENDPOINT].status;

test("endpoints are listed with what a person chooses by, and give tokens", async (t) => {
  emulator.reset();
  const page = await stage.enter(t);
  await row(page).waitFor();
  assert.match(await row(page).innerText(), /Active\s+PostgreSQL 17 · 0\.5–4 CU · native login off/);
  await row(page).click();
  assert.equal(new URL(page.url()).hash, `#/endpoints/${ENDPOINT}`);
  await page.getByText("Restrict this token").click();
  await page.getByLabel("Lifetime").selectOption("10 minutes");
  await page.getByLabel("Log in as group").fill("analysts");
  await getToken(page);
  const [{ endpoint, ttl, group_name: group }] = emulator.requests.of("endpoint-credentials").map(({ body }) => JSON.parse(body));
  assert.deepEqual([endpoint, ttl, group], [ENDPOINT, "600s", "analysts"]);
  await page.getByText("Lives 10 minutes").waitFor();
  await page.getByText("Group analysts").waitFor();
  assert.match(await page.getByRole("timer").innerText(), /^(10:00|9:\d\d)/);
  assert.ok((await copy(page, "token")).length > 1000);
  await page.getByText("Native login is off for the project").waitFor();
});

test("their states are live, too, and say why there is no token", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: `#/endpoints/${ENDPOINT}`, clock: true });
  await page.getByRole("button", { name: "Get token" }).waitFor();
  for (const [change, words] of [
    [{ current_state: "IDLE" }, "sleeps until somebody connects"],
    [{ current_state: "DEGRADED" }, "not as it should"],
    [{ current_state: "INIT" }, "takes no logins yet"],
    [{ current_state: "ACTIVE", disabled: true }, "The endpoint is disabled"],
  ]) {
    Object.assign(status(), change);
    await page.clock.fastForward(40_000);
    await page.getByText(words).waitFor();
  }
  assert.equal(await page.getByRole("button", { name: "Get token" }).isVisible(), false);
  Object.assign(status(), { disabled: false });
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("button", { name: "Get token" }).waitFor();
});

test("a workspace without autoscaling is no trouble, and one trouble is told once", async (t) => {
  emulator.reset();
  emulator.fault("projects", { status: 403, json: { error_code: "FEATURE_DISABLED", message: "Not enabled." } }, { times: Infinity });
  const page = await stage.enter(t, { hash: `#/endpoints/${ENDPOINT}` });
  await page.getByText("This workspace has no autoscaling endpoints that you may see.").waitFor();
  await page.getByText("no database of that name").waitFor();
  const notices = page.getByRole("navigation").getByRole("status");
  assert.equal(await notices.count(), 0);
  emulator.clearFaults();
  for (const route of ["instances", "projects"]) emulator.fault(route, { status: 403 }, { times: Infinity });
  await page.getByRole("button", { name: "Refresh" }).click();
  await notices.first().waitFor();
  await until(() => page.locator("section[aria-busy=true], button.busy").count(), (count) => count === 0);
  assert.equal(await notices.count(), 1);
  await check(page, "refused");
});
