import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { getToken, paste, stage, until } from "../stage.js";

const { emulator } = stage;
const notice = (page) => page.locator(".token-card").getByRole("alert");

test("every code of the package has words of its own", async (t) => {
  emulator.reset();
  const types = await readFile(new URL("../../../pkg-template/index.d.cts", import.meta.url), "utf8");
  const [, union] = /export type LakebaseErrorCode =(.+?)";\n/s.exec(types);
  const codes = [...`${union}"`.matchAll(/"([A-Z_]+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 20);
  const page = await stage.open(t);
  await page.goto(stage.url);
  const { advice, unknown } = await page.evaluate(async (all) => {
    const { adviceFor } = await import("./advice.js");
    return { advice: all.map((code) => adviceFor({ code, message: `${code}: x` })), unknown: adviceFor(new Error("x")) };
  }, codes);
  const titles = new Set(advice.map(({ title }) => title));
  assert.equal(titles.size, codes.length);
  assert.equal(titles.has(unknown.title), false);
  for (const { title, advice: next } of advice) assert.ok(title.length > 5 && next.endsWith("."), title);
});

const REFUSALS = [
  ["PERMISSION_DENIED", { status: 403 }, "You may not do this"],
  ["NOT_FOUND", { status: 404 }, "There is no such database"],
  ["INVALID_REQUEST", { status: 400 }, "did not understand the request"],
  ["FEATURE_DISABLED", { status: 403, json: { error_code: "FEATURE_DISABLED", message: "Lakebase is not enabled." } }, "Lakebase is turned off"],
  ["RATE_LIMITED", { status: 429, retryAfter: 120 }, "Too many requests"],
  ["WORKSPACE_UNAVAILABLE", { status: 503, retryAfter: 120 }, "The workspace has a problem"],
  ["INVALID_REQUEST", { redirect: true }, "The way to the workspace is not set up correctly"],
  ["UNEXPECTED_RESPONSE", { json: { token: 42 } }, "The answer is not the workspace's"],
];

test("what went wrong and what to do, for each refusal", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders", clock: true });
  for (const [code, fault, title] of REFUSALS) {
    emulator.fault("credentials", fault, { times: Infinity });
    await page.getByRole("button", { name: "Get token" }).click();
    await notice(page).locator(".notice-facts").getByText(code).waitFor();
    const text = await notice(page).innerText();
    assert.ok(text.includes(title), text);
    assert.doesNotMatch(text, /\.\.|undefined|\[object/);
    emulator.clearFaults("credentials");
    // The package remembers a refusal for a while.
    await page.clock.fastForward(130_000);
  }
  await getToken(page);
  assert.equal(await notice(page).count(), 0);
});

test("NETWORK and TIMEOUT: told, tried again, and over", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders", clock: true });
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Get token" }).click();
  await until(() => page.clock.fastForward(2_000).then(() => notice(page).isVisible()), Boolean);
  assert.match(await notice(page).innerText(), /The workspace was not reached.*NETWORK/s);
  await page.context().setOffline(false);
  emulator.fault("credentials", { hang: true }, { times: Infinity });
  await notice(page).getByRole("button", { name: "Try again" }).click();
  await notice(page).waitFor({ state: "detached" });
  await until(() => page.clock.fastForward(2_000).then(() => notice(page).isVisible()), Boolean, { timeout: 20_000 });
  assert.match(await notice(page).innerText(), /The workspace took too long.*TIMEOUT/s);
  emulator.clearFaults("credentials");
  await page.clock.fastForward(60_000);
  await notice(page).getByRole("button", { name: "Try again" }).click();
  await page.locator(".held").waitFor();
  assert.equal(await notice(page).count(), 0);
});

test("a token that is refused while pasting: told there, and another one works", async (t) => {
  emulator.reset();
  const page = await stage.open(t);
  await page.goto(stage.url);
  await paste(page, "dapi-wrong");
  await page.getByRole("alert").getByText("The workspace does not take this token").waitFor();
  await paste(page, "two words");
  await page.getByRole("alert").getByText("INVALID_ARGUMENT").waitFor();
  await paste(page, emulator.user.token);
  await page.getByRole("heading", { name: "Databases", exact: true }).waitFor();
});

test("a token that is revoked in the middle: the way back is offered", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  await getToken(page);
  emulator.fault("instances", { status: 401 }, { times: Infinity });
  await page.getByRole("button", { name: "Refresh" }).click();
  const status = page.getByRole("navigation").getByRole("status");
  await status.getByText("The workspace does not accept your token").waitFor();
  // What is held is still good, and stays.
  assert.equal(await page.getByRole("button", { name: "Copy token" }).isEnabled(), true);
  emulator.clearFaults("instances");
  await status.getByRole("button", { name: "Sign in again" }).click();
  await page.getByLabel("Workspace token").waitFor();
});

test("config.json that is wrong is named, and nothing begins", async (t) => {
  emulator.reset();
  const page = await stage.open(t);
  let served;
  await page.route("**/config.json", (route) => route.fulfill({ contentType: "application/json", body: served }));
  for (const [body, words] of [
    ["{", "not set up correctly"],
    [JSON.stringify({ workspace: "http://workspace.example" }), '"workspace" is not an https:// address'],
    [JSON.stringify({ workspace: "javascript:alert(1)" }), '"workspace" is not an https:// address'],
    [JSON.stringify({ others: [{ name: "x", page: "javascript:alert(1)" }] }), '"others" is not an https:// address'],
    [JSON.stringify({ others: {} }), '"others" is not a list'],
  ]) {
    served = body;
    await page.goto(stage.url);
    await page.getByRole("alert").getByText(words).waitFor();
  }
  assert.equal(emulator.requests.length, 0);
});
