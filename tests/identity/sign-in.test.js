import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { inspect } from "node:util";
import { fails, kept, moveClock, redirectFor, refreshesAt, rewrite, sessionAt, signedIn, signIn, startWorkspace, storageOf, Workspace } from "./person.js";

describe("signing in", () => {
  let emulator;
  before(async () => {
    emulator = await startWorkspace();
  });
  after(() => emulator.stop());
  afterEach(() => emulator.reset());

  it("brings the person's own tokens, and keeps nothing that is used up", async () => {
    const storage = storageOf();
    const session = sessionAt(emulator, { storage });
    assert.equal(session.signedIn, false);
    const redirect = await redirectFor(session);
    const [{ verifier, state }] = kept(storage, "begun");
    assert.ok(verifier.length >= 43 && state.length >= 43);
    await session.complete(redirect);
    assert.equal(session.signedIn, true);
    assert.deepEqual([...storage.items.keys()].map((name) => name.split(" ").at(-1)), ["grant"]);
    const workspace = new Workspace({ host: emulator.url, session });
    assert.deepEqual(await workspace.currentUser(), { userName: emulator.user.userName });
    const provider = workspace.credentials({ instance: "orders" });
    assert.equal(await provider.token(), await provider.token());
    assert.equal(emulator.requests.count("token"), 1, "the token of the sign-in is the one that is used");
    for (const printed of [inspect(session, { depth: 9, showHidden: true }), JSON.stringify([session, workspace])]) {
      assert.ok(!printed.includes(kept(storage, "grant").accessToken));
    }
    // A page that is opened anew finds the sign-in.
    assert.equal(sessionAt(emulator, { storage }).signedIn, true);
  });

  it("asks for what it is told to", async () => {
    const details = [{ type: "unity_catalog_permission", securable: "orders" }];
    const session = sessionAt(emulator, { scopes: ["sql", "offline_access"], authorizationDetails: details });
    const { searchParams } = new URL(await session.authorizationUrl());
    assert.equal(searchParams.get("scope"), "sql offline_access");
    assert.deepEqual(JSON.parse(searchParams.get("authorization_details")), details);
    assert.equal(searchParams.get("code_challenge_method"), "S256");
    await signIn(session);
    assert.equal(session.signedIn, true);
  });

  it("ends with the access token if there is no refresh token", async (t) => {
    const { session, workspace } = await signedIn(emulator, { scopes: ["all-apis"] });
    await workspace.currentUser();
    emulator.clock.advance(3600);
    moveClock(t, 3600);
    const error = await fails(workspace.currentUser(), "SIGNED_OUT", emulator);
    assert.equal(error.retryable, false);
    assert.equal(session.signedIn, false);
    assert.deepEqual(refreshesAt(emulator), []);
  });

  it("takes no redirect that answers nothing, and the right one after it", async () => {
    const session = sessionAt(emulator);
    const redirect = await redirectFor(session);
    const changed = (change) => {
      const url = new URL(redirect);
      change(url.searchParams);
      return url.href;
    };
    const forged = [
      "",
      "nonsense",
      "http://127.0.0.1:5173/callback",
      changed((query) => query.delete("state")),
      changed((query) => query.set("state", "forged")),
      changed((query) => query.set("state", "")),
      changed((query) => query.append("state", "twice")),
      changed((query) => query.append("code", "twice")),
      changed((query) => query.append("error", "access_denied") + query.append("error", "access_denied")),
      redirect.replace("?", "#"),
      `${redirect}${"x".repeat(20_000)}`,
    ];
    for (const url of forged) {
      const error = await fails(session.complete(url), "SIGN_IN_FAILED", emulator);
      assert.equal(error.retryable, false);
    }
    assert.equal(emulator.requests.count("token"), 0, "no code was sent");
    await session.complete(new URL(redirect));
    assert.equal(session.signedIn, true);
  });

  for (const [what, change] of [
    ["another issuer", (query) => query.set("iss", "https://evil.example")],
    ["no code", (query) => query.delete("code")],
    ["an odd code", (query) => query.set("code", "a b\n")],
    ["an error", (query) => query.set("error", "access_denied")],
  ]) {
    it(`sends no code of a redirect with ${what}, nor of the same state again`, async () => {
      const session = sessionAt(emulator);
      const redirect = await redirectFor(session);
      const url = new URL(redirect);
      change(url.searchParams);
      await fails(session.complete(url), "SIGN_IN_FAILED", emulator);
      await fails(session.complete(redirect), "SIGN_IN_FAILED", emulator);
      assert.equal(emulator.requests.count("token"), 0);
    });
  }

  it("tells what the person decided, and takes the workspace as its issuer", async () => {
    emulator.settings.autoApprove = false;
    const session = sessionAt(emulator);
    const url = new URL(await session.authorizationUrl());
    const body = new URLSearchParams([...url.searchParams, ["decision", "deny"]]);
    const response = await fetch(`${emulator.url}/oidc/v1/authorize`, { method: "POST", body, redirect: "manual" });
    const error = await fails(session.complete(response.headers.get("location")), "SIGN_IN_FAILED");
    assert.match(error.message, /access_denied The user denied the request/);
    emulator.settings.autoApprove = true;
    await session.complete(`${await redirectFor(session)}&iss=${encodeURIComponent(`${emulator.url}/oidc`)}`);
    assert.equal(session.signedIn, true);
  });

  it("completes a redirect once, however often the page is opened with it", async () => {
    const storage = storageOf();
    const session = sessionAt(emulator, { storage });
    const redirect = await redirectFor(session);
    const pages = [session, session, sessionAt(emulator, { storage })];
    const outcomes = await Promise.allSettled(pages.map((page) => page.complete(redirect)));
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected", "rejected"]);
    for (const { reason } of outcomes.filter((one) => one.reason)) assert.equal(reason.code, "SIGN_IN_FAILED");
    await fails(session.complete(redirect), "SIGN_IN_FAILED", emulator);
    assert.equal(emulator.requests.count("token"), 1);
    assert.ok(pages.every((page) => page.signedIn), "who is signed in stays so");
    await new Workspace({ host: emulator.url, session }).currentUser();
  });

  it("takes no stolen code, whichever way it is brought in", async () => {
    const [mine, theirs] = [sessionAt(emulator), sessionAt(emulator)];
    const [own, stolen] = [await redirectFor(mine), await redirectFor(theirs)];
    // Another browser's redirect; and another's code under one's own state.
    await fails(mine.complete(stolen), "SIGN_IN_FAILED", emulator);
    const url = new URL(own);
    url.searchParams.set("code", new URL(stolen).searchParams.get("code"));
    const error = await fails(mine.complete(url), "INVALID_GRANT", emulator);
    assert.equal(error.retryable, false);
    assert.equal(mine.signedIn, false);
  });

  it("is over after ten minutes, or when the clock was set back", async (t) => {
    for (const minutes of [11, -11]) {
      const storage = storageOf();
      const session = sessionAt(emulator, { storage });
      const redirect = await redirectFor(session);
      rewrite(storage, "begun", ([one]) => [{ ...one, begun: one.begun - minutes * 60_000 }]);
      assert.match((await fails(session.complete(redirect), "SIGN_IN_FAILED")).message, /10 minutes/);
    }
    assert.equal(emulator.requests.count("token"), 0);
    moveClock(t, 7200);
    assert.equal((await signIn(sessionAt(emulator))).signedIn, true, "a clock that is wrong changes nothing");
  });

  it("may be under way in several tabs at once", async () => {
    const storage = storageOf();
    const [one, other] = [sessionAt(emulator, { storage }), sessionAt(emulator, { storage })];
    const [first, second] = [await redirectFor(one), await redirectFor(other)];
    await one.complete(first);
    const workspace = new Workspace({ host: emulator.url, session: one });
    await workspace.currentUser();
    await other.complete(second);
    assert.ok(one.signedIn && other.signedIn);
    // It may be another person now.
    await fails(workspace.currentUser(), "SIGNED_OUT", emulator);
    await new Workspace({ host: emulator.url, session: one }).currentUser();
  });
});

describe("the exchange of a code", () => {
  let emulator;
  before(async () => {
    emulator = await startWorkspace();
  });
  after(() => emulator.stop());
  afterEach(() => emulator.reset());

  for (const [what, fault] of [
    ["a reset connection", { reset: true }],
    ["an answer of 503", { status: 503 }],
    ["an answer of 429", { status: 429, retryAfter: 0 }],
  ]) {
    it(`is made again after ${what}`, async () => {
      emulator.fault("token", fault);
      assert.equal((await signIn(sessionAt(emulator))).signedIn, true);
      assert.equal(emulator.requests.count("token"), 2);
    });
  }

  for (const [what, code, fault, times] of [
    ["its answer is lost", "INVALID_GRANT", { lose: true }, 1],
    ["its answer is cut short", "INVALID_GRANT", { truncate: true }, 1],
    ["the network is gone", "NETWORK", { reset: true }, Infinity],
    ["the workspace is down", "WORKSPACE_UNAVAILABLE", { status: 503 }, Infinity],
    ["a redirect answers", "WORKSPACE_REDIRECT", { redirect: true }, 1],
    ["a page answers", "UNEXPECTED_RESPONSE", { html: true }, Infinity],
    ["the types are wrong", "UNEXPECTED_RESPONSE", { wrongTypes: true }, 1],
    ["the client is refused", "INVALID_CLIENT", { status: 401, json: { error: "invalid_client" } }, 1],
  ]) {
    it(`fails when ${what}, and the next sign-in does not`, async () => {
      const storage = storageOf();
      const session = sessionAt(emulator, { storage });
      emulator.fault("token", fault, { times });
      const error = await fails(signIn(session), code, emulator);
      assert.equal(error.retryable, false);
      assert.match(error.message, /begun again/);
      assert.equal(session.signedIn, false);
      assert.equal(storage.items.size, 0);
      emulator.clearFaults("token");
      assert.equal((await signIn(session)).signedIn, true);
    });
  }

  it("fails for a code that is too old", async () => {
    const session = sessionAt(emulator);
    const redirect = await redirectFor(session);
    emulator.clock.advance(61);
    await fails(session.complete(redirect), "INVALID_GRANT", emulator);
  });

  it("ends at the caller's time or signal, and stores nothing later", async () => {
    for (const [options, code] of [
      [() => ({ timeout: 150 }), "TIMEOUT"],
      [() => ({ signal: AbortSignal.timeout(150) }), "ABORTED"],
    ]) {
      const storage = storageOf();
      const session = sessionAt(emulator, { storage });
      const redirect = await redirectFor(session);
      emulator.fault("token", { delay: 400 });
      const error = await fails(session.complete(redirect, options()), code, emulator);
      assert.equal(error.retryable, false);
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(storage.items.size, 0);
      assert.equal(session.signedIn, false);
      assert.equal((await signIn(session)).signedIn, true, "nothing is held");
    }
  });
});
