import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../axe.js";
import { getToken, remains, see, stage, until } from "../stage.js";

const { emulator } = stage;
const workspace = new URL(emulator.url).origin;
const open = (t, options) => stage.open(t, { allowed: [workspace], ...options });
const signInButton = (page) => page.getByRole("button", { name: "Sign in with Databricks" });
const alert = (page) => page.locator(".start").getByRole("alert");
const exchanges = () => emulator.requests.of("token").map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

async function signIn(page, answer = "Approve") {
  await signInButton(page).click();
  await page.waitForURL(`${workspace}/**`);
  await page.getByRole("button", { name: answer }).click();
  await page.waitForURL(`${stage.url}*`);
}

/** Opens the page and signs in. */
async function enter(t, options) {
  const page = await open(t, options);
  await page.goto(stage.url);
  await signIn(page);
  await page.locator("#account").getByText("ada@example.com").waitFor();
  return page;
}

/** What the workspace sends this person back with: it is watched, not used up. */
function answers(page) {
  const seen = [];
  page.on("request", (request) => request.url().startsWith(`${stage.url}?`) && seen.push(request.url()));
  return seen;
}

test("signs in at the workspace and comes back with nothing in the address", async (t) => {
  emulator.reset();
  const page = await open(t);
  await page.goto(stage.url);
  const urls = [];
  page.on("framenavigated", (frame) => urls.push(frame.url()));
  await signIn(page);
  await page.locator("#account").getByText("ada@example.com").waitFor();
  assert.equal(page.url(), stage.url);
  const asked = new URL(urls.find((url) => url.startsWith(workspace))).searchParams;
  assert.equal(asked.get("code_challenge_method"), "S256");
  assert.equal(asked.get("redirect_uri"), stage.url);
  assert.equal(asked.get("code_verifier"), null);
  await page.getByRole("link", { name: /^orders / }).click();
  await getToken(page);
  // It survives a reload, in the storage of this tab alone.
  await page.reload();
  await page.locator("h2.page-title").getByText("orders").waitFor();
  assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
  const another = await page.context().newPage();
  await another.goto(stage.url);
  await signInButton(another).waitFor();
});

test("the tokens of a sign-in are in the storage of the session, and nowhere else", async (t) => {
  emulator.reset();
  const page = await open(t);
  let granted;
  await page.route("**/oidc/v1/token", async (route) => {
    const response = await route.fetch();
    granted = await response.json();
    await route.fulfill({ response });
  });
  await page.goto(stage.url);
  await signIn(page);
  await page.locator("#account").getByText("ada@example.com").waitFor();
  const { access_token: access, refresh_token: refresh } = granted;
  await page.getByRole("link", { name: /^orders / }).click();
  await getToken(page);
  assert.ok(access.length > 20 && refresh.length > 20);
  const left = await page.evaluate(() => [document.documentElement.outerHTML, { ...localStorage }, document.cookie, location.href, history.state, window.name]);
  for (const secret of [access, refresh]) assert.equal(JSON.stringify(left).includes(secret), false);
  for (const { headers, path, body, route } of emulator.requests) {
    if (route !== "token") assert.equal(`${path} ${body} ${JSON.stringify(headers)}`.includes(refresh), false, route);
  }
});

test("signing out forgets the sign-in, in every tab that has it", async (t) => {
  emulator.reset();
  emulator.settings.autoApprove = true;
  const page = await open(t);
  await page.goto(stage.url);
  await signInButton(page).click();
  await page.locator("#account").getByText("ada@example.com").waitFor();
  // A copy of the tab, with the storage of its session.
  const [other] = await Promise.all([page.waitForEvent("popup"), page.evaluate(() => window.open(location.href))]);
  await other.locator("#account").getByText("ada@example.com").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  for (const tab of [page, other]) {
    await tab.getByText("You are signed out").waitFor();
    assert.deepEqual(Object.keys(await tab.evaluate(() => ({ ...sessionStorage }))), ["lakebase-credentials.signed-out"]);
    await tab.reload();
    await signInButton(tab).waitFor();
  }
  await page.goBack().catch(() => {});
  assert.equal((await remains(page)).includes("code="), false);
});

test("a person who says no is told what happened, and can say yes", async (t) => {
  emulator.reset();
  const page = await open(t);
  await page.goto(stage.url);
  await signIn(page, "Deny");
  await alert(page).getByText("The workspace did not let this page in").waitFor();
  assert.equal(page.url(), stage.url);
  assert.deepEqual(exchanges(), []);
  await check(page, "denied");
  await signIn(page);
  await page.locator("#account").getByText("ada@example.com").waitFor();
});

test("a tampered or stolen answer signs nobody in", async (t) => {
  emulator.reset();
  const page = await open(t);
  const seen = answers(page);
  await page.goto(stage.url);
  await signIn(page);
  await page.locator("#account").getByText("ada@example.com").waitFor();
  assert.equal(exchanges().length, 1);

  // In the browser of somebody who began no sign-in, or began another.
  const victim = await open(t);
  const tampered = new URL(seen[0]);
  tampered.searchParams.set("state", "tampered");
  await victim.goto(stage.url);
  for (const address of [seen[0], tampered.href, `${stage.url}?code=x`, `${stage.url}?state=x&state=y&code=z`, `${stage.url}?error=<b>&state=x`]) {
    await victim.goto(address);
    await alert(victim).getByText("The sign-in did not work out").waitFor();
    assert.equal(victim.url(), stage.url);
  }
  assert.equal(exchanges().length, 1);
});

test("an answer that is opened again: no second use, and whoever is signed in stays so", async (t) => {
  emulator.reset();
  const page = await open(t);
  const seen = answers(page);
  await page.goto(stage.url);
  await signIn(page);
  await page.locator("#account").getByText("ada@example.com").waitFor();
  await page.goto(seen[0]);
  await page.getByText("You are still signed in").waitFor();
  await page.getByRole("link", { name: /^orders / }).waitFor();
  assert.equal(page.url(), stage.url);
  assert.equal(exchanges().length, 1);
  await check(page, "left aside");
  await page.getByRole("button", { name: "Dismiss" }).click();
  assert.equal(await page.getByText("You are still signed in").count(), 0);
});

test("an answer that comes too late, or of which the network loses the exchange: begun again, it works", async (t) => {
  emulator.reset();
  const page = await open(t, { clock: true });
  await page.goto(stage.url);
  await signInButton(page).click();
  await page.getByRole("button", { name: "Approve" }).waitFor();
  await page.clock.fastForward(11 * 60_000);
  await page.getByRole("button", { name: "Approve" }).click();
  await alert(page).getByText("more than 10 minutes ago").waitFor();
  assert.deepEqual(exchanges(), []);

  for (const [fault, words] of [
    [{ reset: true }, "The workspace has a problem"],
    [{ status: 400, json: { error: "invalid_grant" } }, "The sign-in is no longer good"],
    [{ status: 401, json: { error: "invalid_client" } }, "The workspace does not know this page"],
    [{ json: { access_token: 42 } }, "The answer is not the workspace's"],
    [{ html: true, status: 200 }, "The answer is not the workspace's"],
  ]) {
    emulator.fault("token", fault, { times: Infinity });
    await signIn(page);
    await until(() => page.clock.fastForward(2_000).then(() => alert(page).count()), Boolean, { timeout: 15_000 });
    assert.match(await alert(page).innerText(), new RegExp(words), JSON.stringify(fault));
    emulator.clearFaults("token");
  }
  await signIn(page);
  await page.locator("#account").getByText("ada@example.com").waitFor();
});

test("a workspace token that ends is renewed without a word", async (t) => {
  emulator.reset();
  emulator.settings.workspaceTokenLifetime = 300;
  const page = await enter(t, { clock: true });
  await page.getByRole("link", { name: /^orders / }).click();
  for (let times = 0; times < 3; times += 1) {
    await stage.pass(page, 6);
    // Again while a look that began before is under way.
    await until(() => page.getByRole("button", { name: "Refresh" }).click().then(() => exchanges().length), (count) => count >= times + 2);
  }
  await getToken(page);
  assert.equal(await page.locator(".notice.bad").count(), 0);
  const spent = exchanges().map(({ refresh_token: token }) => token).filter(Boolean);
  assert.ok(spent.length >= 3);
  assert.equal(new Set(spent).size, spent.length);
});

test("a sign-in that the workspace has ended: the way back is offered", async (t) => {
  emulator.reset();
  emulator.settings.workspaceTokenLifetime = 300;
  const page = await enter(t, { clock: true });
  await page.getByRole("link", { name: /^orders / }).click();
  await getToken(page);
  await stage.pass(page, 6);
  emulator.fault("token", { status: 400, json: { error: "invalid_grant", error_description: "The refresh token was revoked." } }, { times: Infinity });
  await page.getByRole("button", { name: "Refresh" }).click();
  const notice = page.getByRole("navigation").getByRole("status").first();
  await notice.getByText("The sign-in is no longer good").waitFor();
  // What is held is still good, and stays.
  assert.equal(await page.getByRole("button", { name: "Copy token" }).isEnabled(), true);
  emulator.clearFaults("token");
  await notice.getByRole("button", { name: "Sign in again" }).click();
  await page.waitForURL(`${workspace}/**`);
  await page.getByRole("button", { name: "Approve" }).click();
  await page.locator("#account").getByText("ada@example.com").waitFor();
  assert.equal((await remains(page)).includes("code="), false);
});

test("two tabs of one sign-in never spend a refresh token twice", async (t) => {
  emulator.reset();
  emulator.settings.workspaceTokenLifetime = 300;
  const page = await enter(t, { clock: true });
  const [other] = await Promise.all([page.waitForEvent("popup"), page.evaluate(() => window.open(location.href))]);
  const tabs = [page, other];
  for (const tab of tabs) await tab.getByRole("link", { name: /^orders / }).waitFor();
  // One is in front of the other, as tabs are.
  const listed = () => emulator.requests.count("instances");
  const before = listed();
  await see(other, "hidden");
  await stage.pass(page, 6);
  await until(listed, (count) => count > before);
  await until(() => page.locator("button.busy").count(), (count) => count === 0);
  const between = listed();
  await see(other, "visible");
  await until(listed, (count) => count > between);
  for (const tab of tabs) assert.equal(await tab.locator(".notice.bad").count(), 0);
  const spent = exchanges().map(({ refresh_token: token }) => token).filter(Boolean);
  assert.ok(spent.length >= 1);
  assert.equal(new Set(spent).size, spent.length);
});
