// Tabs of a real browser, with its storages, its locks and its channels.
import assert from "node:assert/strict";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, afterEach, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../chromium.js";
import { startEmulator } from "../emulator/index.js";
import { startOrigin } from "../suite/harness/origin.js";
import { refreshesAt } from "./person.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PAGE = `/_suite/files/${path.relative(root, fileURLToPath(new URL("page.html", import.meta.url)))}`;
const HOUR = 3600;

describe("tabs", () => {
  let emulator;
  let origin;
  let browser;
  let context;
  before(async () => {
    [emulator, origin, browser] = await Promise.all([
      startEmulator({ database: false, autoApprove: true, redirectUris: [`http://127.0.0.1${PAGE}`] }),
      startOrigin(path.resolve(root)),
      launchChromium(),
    ]);
    origin.take({ ...emulator.info(), origin: emulator.controlUrl });
  });
  after(() => Promise.all([browser?.close(), origin?.stop(), emulator?.stop()]));
  afterEach(async () => {
    await context.close();
    emulator.reset();
  });

  const address = () => origin.url + PAGE;
  const prepare = async (page, shared) => {
    await page.waitForFunction(() => window.openSession);
    const { clientId } = emulator.publicClient;
    await page.evaluate((options) => window.openSession(options), { shared, authorizeHost: emulator.url, clientId, redirectUri: address() });
    const call = (name) => (...given) => page.evaluate(([what, values]) => window.tab[what](...values), [name, given]);
    return { page, ...Object.fromEntries(["complete", "user", "mint", "signOut", "state"].map((name) => [name, call(name)])) };
  };
  const open = async (shared) => {
    const page = await context.newPage();
    await page.goto(address());
    return prepare(page, shared);
  };
  /** By the browser's own redirects; gives the tab that came back, before it has completed. */
  const comeBack = async (shared) => {
    const { page } = await open(shared);
    await Promise.all([page.waitForURL(/[?&]code=/), page.evaluate(() => window.tab.go())]);
    return prepare(page, shared);
  };
  const signIn = async (shared) => {
    context = await browser.newContext();
    const tab = await comeBack(shared);
    assert.equal(await tab.complete(), "done");
    return tab;
  };
  /** With its session storage, as the browser's own command does it. */
  const duplicate = async ({ page }) => {
    const [copy] = await Promise.all([context.waitForEvent("page"), page.evaluate((url) => void window.open(url), address())]);
    const tab = await prepare(copy, false);
    assert.equal(await tab.state(), "true,empty");
    return tab;
  };
  const user = () => emulator.user.userName;

  it("sign in and find the sign-in again after a reload, which completes nothing twice", async () => {
    const tab = await signIn(false);
    assert.equal(await tab.user(), user());
    await tab.page.reload();
    const again = await prepare(tab.page, false);
    assert.equal(await again.complete(), "SIGN_IN_FAILED");
    assert.deepEqual([await again.state(), await again.user(), await again.mint()], ["true,empty", user(), "token"]);
    assert.equal(await (await open(false)).state(), "false,empty", "another tab has a session storage of its own");
    assert.equal(emulator.requests.count("token"), 1);
  });

  it("share one sign-in in a local storage, and one refresh", async () => {
    const first = await signIn(true);
    const tabs = [first, await open(true), await open(true)];
    assert.deepEqual(await Promise.all(tabs.map((tab) => tab.user())), [user(), user(), user()]);
    for (let hour = 1; hour <= 2; hour += 1) {
      emulator.clock.advance(HOUR);
      assert.deepEqual(await Promise.all(tabs.map((tab) => tab.user())), [user(), user(), user()]);
      assert.equal(refreshesAt(emulator).length, hour);
    }
    await tabs[1].mint();
    assert.equal(await first.signOut(), "done");
    await tabs[1].page.waitForFunction(() => window.tab.state() === "false,empty");
    assert.deepEqual(await Promise.all(tabs.map((tab) => tab.user())), ["SIGNED_OUT", "SIGNED_OUT", "SIGNED_OUT"]);
    assert.equal(await first.page.evaluate(() => localStorage.length), 0);
  });

  it("that were duplicated use no refresh token twice, one after the other or at once", async () => {
    const first = await signIn(false);
    const tabs = [first, await duplicate(first), await duplicate(first)];
    await Promise.all(tabs.map((tab) => tab.user()));
    emulator.clock.advance(HOUR);
    for (const tab of tabs) assert.equal(await tab.user(), user());
    tabs.push(await duplicate(first));
    for (let hour = 2; hour <= 3; hour += 1) {
      emulator.clock.advance(HOUR);
      assert.deepEqual(await Promise.all(tabs.map((tab) => tab.user())), tabs.map(user));
    }
    assert.equal(refreshesAt(emulator).length, 3);
    await tabs[2].signOut();
    await first.page.waitForFunction(() => window.tab.state() === "false,empty");
    assert.equal(await first.page.evaluate(() => sessionStorage.length), 0);
  });

  it("hold nobody up when they are closed while they refresh", async () => {
    const first = await signIn(true);
    const second = await open(true);
    await Promise.all([first.user(), second.user()]);
    emulator.clock.advance(HOUR);
    emulator.fault("token", { delay: 60_000 });
    const lost = first.user().catch(() => "closed");
    while (emulator.requests.count("token") < 2) await sleep(20);
    const call = second.user();
    await first.page.close();
    assert.deepEqual([await call, await lost], [user(), "closed"]);
  });

  it("begin and complete at once, each its own", async () => {
    context = await browser.newContext();
    const [one, other] = [await comeBack(true), await comeBack(true)];
    assert.deepEqual(await Promise.all([one.complete(), other.complete()]), ["done", "done"]);
    const url = one.page.url();
    assert.equal(await other.complete(url), "SIGN_IN_FAILED");
    assert.equal(await other.state(), "true,empty");
  });

  it("take no redirect of another browser", async () => {
    context = await browser.newContext();
    const mine = await comeBack(true);
    const theirs = await browser.newContext();
    const page = await theirs.newPage();
    await page.goto(mine.page.url());
    const thief = await prepare(page, true);
    assert.equal(await thief.complete(), "SIGN_IN_FAILED");
    await theirs.close();
    assert.equal(emulator.requests.count("token"), 0);
    assert.equal(await mine.complete(), "done");
  });
});
