import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, afterEach, before, describe, it } from "node:test";
import { fails, kept, moveClock, pass, REDIRECT, refreshesAt, rewrite, sessionAt, signedIn, startWorkspace, storageOf, Workspace } from "./person.js";

let emulator;
before(async () => {
  emulator = await startWorkspace();
});
after(() => emulator.stop());
afterEach(() => emulator.reset());

const workspaceOf = (session) => new Workspace({ host: emulator.url, session });
const HOUR = 3600;

/** As a tab that was duplicated has it. */
const duplicate = (storage) => storageOf(new Map(storage.items));

describe("refresh tokens", () => {
  it("are used once each, hour after hour, and the next is stored before what came with it is used", async (t) => {
    const { storage, session, workspace } = await signedIn(emulator, { storage: storageOf(new Map(), { slow: 50 }) });
    for (let hour = 1; hour <= 3; hour += 1) {
      pass(t, emulator, HOUR);
      let requests;
      storage.hook = (method, name) => {
        if (method === "setItem" && name.endsWith(" grant")) requests = emulator.requests.count("me");
      };
      const before = emulator.requests.count("me");
      await workspace.currentUser();
      assert.equal(requests, before, "it was stored first");
      assert.equal(emulator.requests.of("me").at(-1).headers.authorization, `Bearer ${kept(storage, "grant").accessToken}`);
      assert.equal(refreshesAt(emulator).length, hour);
    }
    assert.equal(new Set(refreshesAt(emulator)).size, 3);
    assert.equal(await session.restore(), true);
  });

  it("stay where the workspace sends none, or the same", async (t) => {
    for (const setting of ["returned", "unsaid"]) {
      emulator.settings.refreshTokens = setting;
      const { storage, workspace } = await signedIn(emulator);
      const { refreshToken } = kept(storage, "grant");
      pass(t, emulator, HOUR);
      await workspace.currentUser();
      assert.equal(kept(storage, "grant").refreshToken, refreshToken);
    }
  });

  it("are not raced for by callers, workspaces or pages on one storage", async (t) => {
    const { storage, session, workspace } = await signedIn(emulator);
    const pages = [workspace, workspaceOf(session), ...[1, 2, 3].map(() => workspaceOf(sessionAt(emulator, { storage })))];
    pass(t, emulator, HOUR);
    const calls = pages.flatMap((page) => [page.currentUser(), page.listDatabaseInstances(), page.credentials({ instance: "orders" }).token()]);
    await Promise.all(calls);
    assert.equal(refreshesAt(emulator).length, 1);
  });

  it("are not raced for by the two sides of the package, ESM and CommonJS", async (t) => {
    const { storage, workspace } = await signedIn(emulator);
    const other = createRequire(import.meta.url)("../../pkg/admin.cjs");
    const { clientId } = emulator.publicClient;
    const session = new other.UserSession({ host: emulator.url, clientId, redirectUri: REDIRECT, storage });
    const theirs = new other.Workspace({ host: emulator.url, session });
    pass(t, emulator, HOUR);
    await Promise.all([workspace.currentUser(), theirs.currentUser(), workspace.currentUser()]);
    assert.equal(refreshesAt(emulator).length, 1);
  });

  it("are not raced for by tabs that were duplicated", async (t) => {
    const first = await signedIn(emulator);
    const copies = [1, 2, 3].map(() => duplicate(first.storage));
    const tabs = [first.workspace, ...copies.map((storage) => workspaceOf(sessionAt(emulator, { storage })))];
    for (let hour = 1; hour <= 3; hour += 1) {
      pass(t, emulator, HOUR);
      await Promise.all(tabs.map((tab) => tab.currentUser()));
      assert.equal(refreshesAt(emulator).length, hour);
    }
  });

  it("reach a tab that was duplicated while the next one was on its way", async (t) => {
    const { storage, workspace } = await signedIn(emulator);
    pass(t, emulator, HOUR);
    emulator.fault("token", { delay: 300 });
    const user = workspace.currentUser();
    await new Promise((resolve) => setTimeout(resolve, 350));
    const copy = duplicate(storage);
    await user;
    // It opens when the other tab has told of its token.
    const tab = workspaceOf(sessionAt(emulator, { storage: copy }));
    await tab.currentUser();
    pass(t, emulator, HOUR);
    await tab.currentUser();
    pass(t, emulator, HOUR);
    await workspace.currentUser();
    assert.equal(new Set(refreshesAt(emulator)).size, refreshesAt(emulator).length);
  });

  it("are asked for again when the request was lost, and the workspace is down for a while", async (t) => {
    const { session, workspace } = await signedIn(emulator);
    pass(t, emulator, HOUR);
    emulator.fault("token", { reset: true });
    await workspace.currentUser();
    pass(t, emulator, HOUR);
    emulator.fault("token", { status: 503 }, { times: Infinity });
    const error = await fails(workspace.currentUser(), "WORKSPACE_UNAVAILABLE", emulator);
    assert.equal(error.retryable, true);
    assert.equal(session.signedIn, true, "it goes on when the workspace does");
    emulator.clearFaults("token");
    await workspace.currentUser();
  });

  it("end the sign-in when the answer that brought the next was lost", async (t) => {
    const { storage, session, workspace } = await signedIn(emulator);
    const provider = workspace.credentials({ instance: "orders" });
    const token = await provider.token();
    moveClock(t, HOUR / 2);
    rewrite(storage, "grant", (grant) => ({ ...grant, expires: Date.now() }));
    emulator.fault("token", { lose: true });
    const error = await fails(workspaceOf(session).currentUser(), "INVALID_GRANT", emulator);
    assert.match(error.hint, /Sign in again/);
    assert.equal(error.retryable, false);
    assert.equal(storage.items.size, 0);
    assert.equal(session.signedIn, false);
    await fails(workspaceOf(session).currentUser(), "SIGNED_OUT", emulator);
    assert.equal(await provider.token({ minRemaining: 60_000 }), token, "what was got before stays good");
  });

  it("end the sign-in when they are revoked, and the next one is not taken for it", async (t) => {
    const { storage, session, workspace } = await signedIn(emulator);
    await workspace.currentUser();
    emulator.revokeSignIns();
    await fails(workspace.currentUser(), "INVALID_GRANT", emulator);
    assert.deepEqual([session.signedIn, storage.items.size], [false, 0]);
    const again = await signedIn(emulator, { storage });
    await again.workspace.currentUser();
    assert.equal(session.signedIn, true);
    await fails(workspace.currentUser(), "SIGNED_OUT", emulator);
  });

  it("renew an access token that the workspace refuses before its time", async () => {
    const { storage, workspace } = await signedIn(emulator);
    await workspace.currentUser();
    emulator.clock.advance(HOUR);
    await workspace.currentUser();
    assert.deepEqual(refreshesAt(emulator).length, 1);
    assert.equal(kept(storage, "grant").turn, 1);
  });

  for (const hours of [2, -2]) {
    it(`are used no more often when the clock goes ${hours} hours wrong`, async (t) => {
      const { workspace, session } = await signedIn(emulator);
      await workspace.currentUser();
      moveClock(t, hours * HOUR);
      for (let i = 0; i < 5; i += 1) await workspaceOf(session).currentUser();
      await workspace.currentUser();
      assert.ok(refreshesAt(emulator).length <= 1, `${refreshesAt(emulator).length} refreshes`);
    });
  }

  it("are not asked for again and again when tokens live for a minute", async () => {
    emulator.settings.workspaceTokenLifetime = 50;
    const { workspace } = await signedIn(emulator);
    for (let i = 0; i < 5; i += 1) await workspace.currentUser();
    assert.equal(refreshesAt(emulator).length, 1);
    emulator.settings.workspaceTokenLifetime = 30;
    const short = await signedIn(emulator);
    await fails(short.workspace.currentUser(), "SHORT_LIVED_TOKEN", emulator);
  });

  it("are not lost when the storage does not take the next", async (t) => {
    const { storage, session, workspace } = await signedIn(emulator);
    pass(t, emulator, HOUR);
    storage.hook = (method, name, text) => {
      if (method === "setItem") throw new DOMException(`no room for ${text}`, "QuotaExceededError");
    };
    const error = await fails(workspace.currentUser(), "INVALID_ARGUMENT", emulator);
    assert.deepEqual([error.option, error.retryable], ["storage", true]);
    assert.match(error.message, /withheld/);
    assert.equal(emulator.requests.count("me"), 0, "what is not stored is not used");
    await fails(workspaceOf(session).currentUser(), "INVALID_ARGUMENT", emulator);
    storage.hook = () => {};
    await workspaceOf(session).currentUser();
    pass(t, emulator, HOUR);
    await workspaceOf(session).currentUser();
    assert.equal(new Set(refreshesAt(emulator)).size, refreshesAt(emulator).length);
  });

  it("are not used again and again for a storage that never says the same twice", async (t) => {
    const { storage, workspace } = await signedIn(emulator);
    pass(t, emulator, HOUR);
    const { getItem } = storage;
    let looks = 0;
    storage.getItem = (name) => getItem(name)?.replace('"turn":0', `"turn":${(looks += 1)}`) ?? null;
    emulator.settings.refreshTokens = "unsaid";
    const error = await fails(workspace.currentUser(), "INVALID_ARGUMENT", emulator);
    assert.equal(error.option, "storage");
    assert.ok(refreshesAt(emulator).length < 6);
  });

  it("of somebody who rotated them without the lock are found", async (t) => {
    const { storage, session, workspace } = await signedIn(emulator);
    pass(t, emulator, HOUR);
    const other = duplicate(storage);
    // Another program on the same store, which no lock and no message reaches.
    const { refreshToken } = kept(other, "grant");
    const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken, client_id: emulator.publicClient.clientId });
    const granted = await (await fetch(`${emulator.url}/oidc/v1/token`, { method: "POST", body })).json();
    emulator.fault("token", { status: 400, json: { error: "invalid_grant" } });
    storage.hook = (method) => {
      if (method !== "getItem" || emulator.requests.count("token") < 3) return;
      storage.hook = () => {};
      rewrite(storage, "grant", (grant) => ({
        ...grant,
        turn: 1,
        accessToken: granted.access_token,
        refreshToken: granted.refresh_token,
        expires: Date.now() + HOUR * 1000,
      }));
    };
    await workspace.currentUser();
    assert.equal(session.signedIn, true);
  });
});
