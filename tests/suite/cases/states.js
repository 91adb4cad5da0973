// What a provider shows of itself: its state, its expiry, its events.
import { assert } from "chai";

const HOUR = 3_600_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const states = {
  async "a provider is empty, fresh, stale, expired, and fresh again"(t) {
    t.jitter(0);
    const provider = t.provider();
    assert.deepEqual([provider.state, provider.expirationTime, provider.target], ["empty", null, "orders"]);
    const token = await provider.token();
    assert.equal(provider.state, "fresh");
    t.pass(2_990_000);
    assert.equal(provider.state, "fresh");
    t.pass(20_000);
    assert.equal(provider.state, "stale");
    t.pass(580_000);
    assert.equal(provider.state, "stale");
    t.pass(20_000);
    assert.equal(provider.state, "expired");
    assert.isBelow(provider.expirationTime.getTime(), Date.now());
    t.differ(await provider.token(), token);
    assert.equal(provider.state, "fresh");
    assert.isTrue(provider.invalidate(await provider.token()));
    assert.deepEqual([provider.state, provider.expirationTime], ["empty", null]);
  },

  async "the expiry is the one that the workspace named"(t) {
    for (const expirationTime of ["seconds", "fraction", "nanoseconds", "offset"]) {
      await t.settings({ expirationTime });
      const provider = t.provider();
      const credential = await provider.credential();
      assert.instanceOf(credential.expirationTime, Date);
      assert.closeTo(credential.expirationTime.getTime(), t.wall() + HOUR, 5_000, expirationTime);
      assert.equal(provider.expirationTime.getTime(), credential.expirationTime.getTime());
      credential.expirationTime.setTime(0);
      assert.notEqual(provider.expirationTime.getTime(), 0);
      const { expirationTime: low } = await t.workspace().generateDatabaseCredential({ instanceNames: ["orders"] });
      assert.closeTo(low.getTime(), t.wall() + HOUR, 5_000, expirationTime);
    }
  },

  async "an endpoint's expiry has another field name"(t) {
    const provider = t.provider({}, { endpoint: t.env.endpoint, ttl: 300 });
    const { token, expirationTime } = await provider.credential();
    t.isToken(token);
    assert.closeTo(expirationTime.getTime(), t.wall() + 300_000, 5_000);
    assert.equal(provider.target, t.env.endpoint);
    t.pass(301_000);
    assert.equal(provider.state, "expired");
  },

  async "invalidate drops the token that is held, and no other"(t) {
    const workspace = t.workspace();
    const provider = workspace.credentials({ instance: "orders" });
    const other = await workspace.credentials({ instance: "invoices" }).token();
    assert.isFalse(provider.invalidate(other));
    const token = await provider.token();
    for (const odd of [other, token.slice(1), `${token} `, "", undefined, null, 7, {}, [], Symbol("token"), () => token]) {
      assert.isFalse(provider.invalidate(odd));
    }
    t.same(await provider.token(), token);
    assert.isTrue(provider.invalidate(token));
    assert.isFalse(provider.invalidate(token));
    t.pass(1_000);
    t.differ(await provider.token(), token);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 3 });
  },

  async "a mint is an event that says what it cost, and names the request on the wire"(t) {
    const provider = t.provider();
    const events = t.events(provider);
    await t.fault("credentials", { delay: 60 });
    await provider.token();
    await t.sleep(0);
    const [{ requestId, durationMs, ...rest }] = events;
    assert.deepEqual([events.length, rest], [1, { type: "mint", target: "orders", attempts: 1, reason: "empty" }]);
    assert.match(requestId, UUID);
    assert.equal(JSON.parse((await t.requests("credentials"))[0].body).request_id, requestId);
    assert.isAtLeast(durationMs, 50);
    assert.isBelow(durationMs, 5_000);
  },

  async "a retry is an event with its reason and its pause"(t) {
    t.jitter(0);
    const provider = t.provider();
    const events = t.events(provider);
    await t.fault("credentials", { status: 503 });
    await provider.token();
    await t.sleep(0);
    assert.deepEqual(events.map(({ type }) => type), ["retry", "mint"]);
    const [{ durationMs, message, requestId, ...retry }, mint] = events;
    assert.deepInclude(retry, { type: "retry", target: "orders", attempts: 1, delayMs: 100, code: "WORKSPACE_UNAVAILABLE", retryable: true });
    assert.include(message, "503");
    assert.equal(mint.attempts, 2);
    assert.equal(mint.requestId, requestId);
    // One id for all attempts makes a repetition recognisable to the service.
    const sent = (await t.requests("credentials")).map(({ body }) => JSON.parse(body).request_id);
    assert.deepEqual(sent, [requestId, requestId]);
    assert.isNumber(durationMs);
  },

  async "a retry of the request for the workspace token is an event of the mint that waits for it"(t) {
    t.jitter(0);
    const provider = t.provider();
    const events = t.events(provider);
    await t.fault("token", { status: 503 });
    await provider.token();
    await t.until(() => events.length === 2);
    const [retry, mint] = events;
    assert.deepInclude(retry, { type: "retry", target: "orders", reason: "empty", attempts: 1, delayMs: 100, code: "WORKSPACE_UNAVAILABLE" });
    assert.deepInclude(mint, { type: "mint", attempts: 1, requestId: retry.requestId });
  },

  async "a failure is an event with the code of the error, for both hops"(t) {
    for (const [route, code] of [["token", "INVALID_CLIENT"], ["credentials", "NOT_FOUND"]]) {
      await t.fault(route, route === "token" ? { status: 401 } : { status: 404 });
      const provider = t.provider();
      const events = t.events(provider);
      const error = await t.fails(provider.token(), code);
      await t.sleep(0);
      const [{ type, message, requestId, target, retryable, ...rest }] = events;
      assert.deepEqual([events.length, type, target, rest.code, retryable], [1, "fail", "orders", code, false]);
      assert.match(requestId, UUID);
      assert.include(error.message, message);
    }
  },

  async "events are a listener's to use as with any EventTarget"(t) {
    const { CredentialProvider } = t;
    const provider = t.provider();
    assert.instanceOf(provider, CredentialProvider);
    assert.instanceOf(provider, EventTarget);
    const heard = [];
    const removed = () => heard.push("removed");
    provider.addEventListener("mint", removed);
    provider.removeEventListener("mint", removed);
    provider.addEventListener("mint", { handleEvent: (event) => heard.push(event) });
    provider.addEventListener("mint", () => heard.push("once"), { once: true });
    await provider.token();
    await t.sleep(0);
    assert.equal(heard.length, 2);
    assert.instanceOf(heard[0], Event);
    assert.strictEqual(heard[0].target, provider);
    provider.invalidate(await provider.token());
    t.pass(1_000);
    await provider.token();
    await t.sleep(0);
    assert.equal(heard.length, 3);
  },
};
