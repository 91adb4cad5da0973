// A caller gets a token whenever one can be had.
import { assert } from "chai";

const SECOND = 1_000;

/** A provider that holds a token of an hour, and a renewal of which is due with ten minutes left. */
async function held(t, options) {
  t.jitter(0);
  const provider = t.provider(options);
  const token = await provider.token();
  return { provider, token };
}

export const freshness = {
  async "a valid token is served at once while the workspace fails"(t) {
    const { provider, token } = await held(t);
    await t.fault("credentials", { status: 503 }, "always");
    await t.fault("token", { status: 503 }, "always");
    const events = t.events(provider);
    t.pass(3_100 * SECOND);
    for (let i = 0; i < 20; i++) {
      const { value, ms } = await t.timed(provider.token());
      t.same(value, token);
      assert.isBelow(ms, 250);
    }
    assert.equal(provider.state, "stale");
    await t.until(() => events.some(({ type }) => type === "fail"));
    t.same(await provider.token(), token);
    assert.isAtMost(await t.count("credentials"), 1 + 4);
  },

  async "a valid token is served at once while the workspace hangs"(t) {
    const { provider, token } = await held(t, { requestTimeout: 500 });
    await t.fault("credentials", { hang: true }, "always");
    t.pass(3_100 * SECOND);
    for (let i = 0; i < 5; i++) {
      const { value, ms } = await t.timed(provider.token());
      t.same(value, token);
      assert.isBelow(ms, 250);
    }
  },

  async "a token that is left with less than the default is the last resort"(t) {
    const { provider, token } = await held(t);
    await t.fault("credentials", { status: 404 }, "always");
    // 20 s are left, and 30 are the default of `minRemaining`.
    t.pass(3_580 * SECOND);
    t.same(await provider.token(), token);
    assert.equal(await t.count("credentials"), 2);
    // Whoever says how long it must last is not given less.
    await t.fails(provider.token({ minRemaining: 25 * SECOND }), "NOT_FOUND");
    t.same(await provider.token({ minRemaining: 5 * SECOND }), token);
    t.pass(21 * SECOND);
    assert.equal(provider.state, "expired");
    await t.fails(provider.token(), "NOT_FOUND");
  },

  async "nobody waits for a failing workspace while a token of the last resort is held"(t) {
    const { provider, token } = await held(t);
    await t.fault("credentials", { status: 503 }, "always");
    t.pass(3_575 * SECOND);
    for (let i = 0; i < 5; i++) {
      const { value, ms } = await t.timed(provider.token());
      t.same(value, token);
      // Four tries with the shortest pauses, on a busy machine, and not the 30 s that a caller would wait.
      assert.isBelow(ms, 3_000);
    }
    assert.isAtMost(await t.count("credentials"), 1 + 4 + 4);
  },

  async "a hanging workspace does not withhold a token of the last resort"(t) {
    const { provider, token } = await held(t, { requestTimeout: 300 });
    await t.fault("credentials", { hang: true }, "always");
    t.pass(3_580 * SECOND);
    const { value, ms } = await t.timed(provider.token({ timeout: 700 }));
    t.same(value, token);
    assert.isBelow(ms, 1_500);
  },

  async "minRemaining is what the token has left at least"(t) {
    const { provider, token } = await held(t);
    t.pass(2_000 * SECOND);
    t.same(await provider.token({ minRemaining: 1_500 * SECOND }), token);
    t.same(await provider.token({ minRemaining: 0 }), token);
    assert.equal(await t.count("credentials"), 1);
    const longer = await provider.token({ minRemaining: 1_700 * SECOND });
    t.differ(longer, token);
    t.same(await provider.token({ minRemaining: 3_500 * SECOND }), longer);
    assert.equal(await t.count("credentials"), 2);
  },

  async "a life that is shorter than minRemaining is an error, and no storm"(t) {
    t.jitter(0);
    await t.settings({ tokenLifetime: 120 });
    const provider = t.provider();
    for (let i = 0; i < 20; i++) {
      await t.fails(provider.token({ minRemaining: 300 * SECOND }), "LIFETIME_TOO_SHORT", { retryable: false, target: "orders" });
    }
    assert.equal(await t.count("credentials"), 1);
    t.isToken(await provider.token());
    t.isToken(await provider.token({ minRemaining: 60 * SECOND }));
    assert.equal(await t.count("credentials"), 1);
  },

  async "more than any credential lives is refused before a request"(t) {
    for (const [target, minRemaining] of [[{ instance: "orders" }, 3_600 * SECOND], [{ endpoint: t.env.endpoint, ttl: 300 }, 300 * SECOND]]) {
      await t.fails(t.provider({}, target).token({ minRemaining }), "INVALID_ARGUMENT", { option: "minRemaining" });
    }
    assert.equal(t.calls().length, 0);
  },

  async "a token is renewed early, in the background, once"(t) {
    const { provider, token } = await held(t);
    const events = t.events(provider);
    await t.fault("credentials", { delay: 200 });
    t.pass(3_010 * SECOND);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => provider.token()));
    assert.isTrue(tokens.every((one) => one === token));
    const renewed = await t.until(async () => {
      const now = await provider.token();
      return now !== token && now;
    });
    t.isToken(renewed);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 2 });
    const [{ type, reason, attempts }] = events;
    assert.deepEqual([events.length, type, reason, attempts], [1, "renew", "stale", 1]);
    assert.equal(provider.state, "fresh");
  },

  async "renewals of many processes are spread over a third of the life"(t) {
    const due = [];
    for (const part of [0, 0.25, 0.5, 0.75, 1]) {
      t.jitter(part);
      const provider = t.provider();
      await provider.token();
      due.push(provider);
    }
    const stale = () => due.map(({ state }) => state === "stale");
    t.pass(1_780 * SECOND);
    assert.deepEqual(stale(), [false, false, false, false, false]);
    t.pass(420 * SECOND);
    assert.deepEqual(stale(), [false, false, false, true, true]);
    t.pass(420 * SECOND);
    assert.deepEqual(stale(), [false, false, true, true, true]);
    t.pass(400 * SECOND);
    assert.deepEqual(stale(), [true, true, true, true, true]);
  },

  async "a short-lived token is served for most of its life"(t) {
    t.jitter(0);
    await t.settings({ tokenLifetime: 20 });
    const provider = t.provider();
    const token = await provider.token();
    t.pass(12 * SECOND);
    t.same(await provider.token(), token);
    t.pass(7 * SECOND);
    t.differ(await provider.token(), token);
  },

  async "a mint never starts on a workspace token with less than 40 s to live"(t) {
    await t.settings({ expiryMargin: 30 });
    const workspace = t.workspace();
    const mint = () => workspace.generateDatabaseCredential({ instanceNames: ["orders"] });
    await mint();
    t.pass(3_500 * SECOND);
    await mint();
    assert.deepEqual(await t.counts(), { token: 1, credentials: 2 });
    t.pass(65 * SECOND);
    await mint();
    assert.deepEqual(await t.counts(), { token: 2, credentials: 3 });
  },

  async "a workspace token that is too short-lived for a mint is an error, and no storm"(t) {
    await t.settings({ workspaceTokenLifetime: 30 });
    const provider = t.provider();
    await t.fails(provider.token(), "SHORT_LIVED_TOKEN");
    for (let i = 0; i < 10; i++) await t.fails(provider.token({ timeout: 300 }), "SHORT_LIVED_TOKEN");
    assert.isAtMost(await t.count("token"), 6);
    assert.equal(await t.count("credentials"), 0);
  },

  async "a workspace token that is refused is dropped, and fetched anew once"(t) {
    for (const expiredToken of [401, 403, 400]) {
      const workspace = t.workspace();
      await t.settings({ expiredToken });
      await workspace.currentUser();
      t.pass(SECOND);
      const before = await t.counts();
      // The workspace's clock alone goes on: here the token still looks good.
      await t.advance(3_700);
      t.isToken(await workspace.credentials({ instance: "orders" }).token());
      const after = await t.counts();
      assert.equal(after.token - before.token, 1, `refused with ${expiredToken}`);
      assert.equal(after.credentials - (before.credentials ?? 0), 2, `refused with ${expiredToken}`);
      await t.advance(-3_700);
    }
  },

  async "a workspace token that is refused again is an error after two tries"(t) {
    for (const [status, code] of [[401, "UNAUTHENTICATED"], [403, "PERMISSION_DENIED"]]) {
      await t.fault("credentials", { status }, "always");
      const before = await t.counts();
      await t.fails(t.provider().token(), code, { status, retryable: false });
      const after = await t.counts();
      assert.equal(after.credentials - (before.credentials ?? 0), 2);
      assert.equal(after.token - (before.token ?? 0), 2);
      await t.clearFaults("credentials");
    }
  },

  async "a ready token that is refused is asked with once"(t) {
    const workspace = t.readyWorkspace({ token: "dapi00000000000000000000000000000000" });
    await t.fails(workspace.credentials({ instance: "orders" }).token(), ["UNAUTHENTICATED", "PERMISSION_DENIED"], { retryable: false });
    assert.deepEqual(await t.counts(), { credentials: 1 });
  },
};
