import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, afterEach, before, describe, it } from "node:test";
import { fails, kept, redirectFor, rewrite, sessionAt, signedIn, signIn, startWorkspace, storageOf, UserSession, Workspace } from "./person.js";

let emulator;
before(async () => {
  emulator = await startWorkspace();
});
after(() => emulator.stop());
afterEach(() => emulator.reset());

const refused = (make) => {
  try {
    make();
  } catch (error) {
    return error;
  }
  return assert.fail("it was taken");
};

describe("the options of a session", () => {
  it("are refused by name", () => {
    const given = { host: "https://w.example", clientId: "page", redirectUri: "https://page.example/", storage: storageOf() };
    const table = [
      [{ host: undefined }, "host"],
      [{ host: "https://w.example/path" }, "host"],
      [{ authorizeHost: "w.example/path" }, "authorizeHost"],
      [{ clientId: "" }, "clientId"],
      [{ redirectUri: "/callback" }, "redirectUri"],
      [{ redirectUri: "http://page.example/" }, "redirectUri"],
      [{ redirectUri: "javascript:alert(1)" }, "redirectUri"],
      [{ scopes: "all-apis" }, "scopes"],
      [{ scopes: [] }, "scopes"],
      [{ authorizationDetails: [{}] }, "authorizationDetails"],
      [{ authorizationDetails: [{ type: "t", odd: 1n }] }, "authorizationDetails"],
      [{ requestTimeout: 0 }, "requestTimeout"],
      [{ storage: null }, "storage"],
      [{ storage: {} }, "storage"],
      [{ storage: undefined }, "storage"],
    ];
    for (const [change, option] of table) {
      const error = refused(() => new UserSession({ ...given, ...change }));
      assert.deepEqual([error.code, error.option], ["INVALID_ARGUMENT", option], option);
    }
    assert.equal(refused(() => new UserSession({ ...given, host: "http://w.example" })).code, "INSECURE_HOST");
    for (const bad of [undefined, null, "https://w.example"]) assert.equal(refused(() => new UserSession(bad)).code, "INVALID_ARGUMENT");
  });

  it("do not make up for what the platform lacks, which is named", async (t) => {
    const platform = Object.getOwnPropertyDescriptors(globalThis);
    const put = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => {
      for (const name of ["crypto", "navigator"]) {
        if (platform[name]) Object.defineProperty(globalThis, name, platform[name]);
        else delete globalThis[name];
      }
    });
    const { crypto } = globalThis;
    const session = sessionAt(emulator);
    put("crypto", { getRandomValues: (bytes) => crypto.getRandomValues(bytes) });
    const error = await fails(session.authorizationUrl(), "INVALID_ARGUMENT");
    assert.deepEqual([error.option, /https/.test(error.hint)], ["crypto", true]);
    for (const getRandomValues of [(bytes) => bytes.fill(0), () => { throw new Error("not here"); }]) {
      put("crypto", { subtle: crypto.subtle, getRandomValues });
      assert.equal((await fails(session.authorizationUrl(), "INVALID_ARGUMENT")).option, "crypto");
    }
    put("crypto", crypto);
    // A frame without an origin has locks that it may not use.
    put("navigator", { locks: { request: async () => { throw new DOMException("not here", "SecurityError"); } } });
    assert.equal((await signIn(session)).signedIn, true);
  });

  it("bind a workspace to its own session alone", () => {
    const session = sessionAt(emulator, { authorizeHost: "https://w.example" });
    for (const host of [emulator.url, "w.example"]) assert.ok(new Workspace({ host, session }));
    const error = refused(() => new Workspace({ host: "https://other.example", session }));
    assert.equal(error.code, "WORKSPACE_MISMATCH");
    for (const odd of [null, {}, "session", { session }]) {
      assert.equal(refused(() => new Workspace({ host: emulator.url, session: odd })).option, "session", JSON.stringify(odd));
    }
    for (const other of [{ token: "t" }, { clientId: "c" }, { scopes: ["sql"] }]) {
      assert.equal(refused(() => new Workspace({ host: emulator.url, session, ...other })).option, "session");
    }
    // The CommonJS side has a WebAssembly module of its own.
    const other = createRequire(import.meta.url)("../../pkg/admin.cjs");
    assert.equal(refused(() => new other.Workspace({ host: emulator.url, session })).option, "session");
    assert.equal(new Workspace({ host: emulator.url, token: emulator.user.token }).host, emulator.url);
  });
});

describe("the storage of a session", () => {
  it("may give promises", async () => {
    const storage = storageOf(new Map(), { slow: 5 });
    const { session, workspace } = await signedIn(emulator, { storage });
    await workspace.currentUser();
    const anew = sessionAt(emulator, { storage });
    assert.equal(anew.signedIn, false, "not yet known");
    assert.equal(await anew.restore(), true);
    assert.equal(anew.signedIn, true);
    await session.signOut();
    assert.equal(storage.items.size, 0);
    assert.equal(await anew.restore(), false);
  });

  for (const [what, failing] of [
    ["throws", () => { throw new DOMException("the person does not allow it", "SecurityError"); }],
    ["throws what is no error", () => { throw undefined; }],
  ]) {
    it(`may fail: it ${what}`, async () => {
      const storage = storageOf();
      const session = sessionAt(emulator, { storage });
      const redirect = await redirectFor(session);
      storage.hook = failing;
      assert.equal(session.signedIn, false);
      for (const call of [session.authorizationUrl(), session.complete(redirect), session.restore(), session.signOut()]) {
        const error = await fails(call, "INVALID_ARGUMENT", emulator);
        assert.equal(error.option, "storage");
      }
      assert.equal(emulator.requests.count("token"), 0, "no code is sent that could come twice");
      storage.hook = () => {};
      await signIn(session);
      storage.hook = failing;
      const error = await fails(new Workspace({ host: emulator.url, session }).currentUser(), "INVALID_ARGUMENT", emulator);
      assert.deepEqual([error.option, error.retryable], ["storage", true]);
    });
  }

  it("may have no room", async () => {
    const full = (method) => {
      if (method === "setItem") throw new DOMException("full", "QuotaExceededError");
    };
    const storage = storageOf();
    const session = sessionAt(emulator, { storage });
    storage.hook = full;
    assert.match((await fails(session.authorizationUrl(), "INVALID_ARGUMENT")).message, /QuotaExceededError: full/);
    storage.hook = () => {};
    const redirect = await redirectFor(session);
    storage.hook = full;
    const error = await fails(session.complete(redirect), "INVALID_ARGUMENT", emulator);
    assert.deepEqual([error.option, error.retryable, session.signedIn, storage.items.size], ["storage", false, false, 0]);
  });

  it("may hold nonsense, which counts as nothing", async () => {
    for (const nonsense of ["", "null", "{", "[]", '{"id":7}', "\u0000", '{"id":"a","turn":0,"accessToken":"x y","expires":9e99}']) {
      const { storage, session, workspace } = await signedIn(emulator);
      const [name] = [...storage.items.keys()];
      storage.items.set(name, nonsense);
      assert.equal(session.signedIn, false);
      await fails(workspace.currentUser(), "SIGNED_OUT", emulator);
      storage.items.set(name.replace(/grant$/, "begun"), nonsense);
      await signIn(session);
      assert.equal(session.signedIn, true);
    }
    for (const odd of [7, {}, true]) {
      const session = sessionAt(emulator, { storage: { ...storageOf(), getItem: () => odd } });
      assert.equal(await session.restore(), false);
    }
  });

  it("may be tampered with, and brings tokens to no other place", async () => {
    const { storage, session, workspace } = await signedIn(emulator);
    rewrite(storage, "grant", (grant) => ({ ...grant, host: "https://evil.example", accessToken: "forged", turn: 1e300 }));
    await workspace.currentUser();
    assert.equal(session.signedIn, true);
    assert.notEqual(kept(storage, "grant").accessToken, "forged", "the workspace refused it, and there is a next");
  });

  it("is not waited for longer than a caller has time", async (t) => {
    const over = new Promise((resolve) => t.after(resolve));
    const storage = { ...storageOf(), getItem: () => over };
    const session = sessionAt(emulator, { storage });
    for (const call of [session.authorizationUrl({ timeout: 50 }), session.restore({ timeout: 50 })]) {
      await fails(call, "TIMEOUT", emulator);
    }
    await fails(session.restore({ signal: AbortSignal.abort() }), "ABORTED", emulator);
    await fails(session.restore({ timeout: "1" }), "INVALID_ARGUMENT", emulator);
  });
});
