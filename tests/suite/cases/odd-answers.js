// Whatever the workspace answers, the caller gets a token or an error of this package, and the next call works.
import { assert } from "chai";

const deep = (levels) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const HUGE = 4_300_000;

/** Values that stand where a token should. */
const NO_TOKENS = [42, 0, -1, true, null, [], ["eyJ.e30.x"], {}, { token: "x" }, "", " ", "a b", "a\nb", "a\r\nX-Injected: 1", "a\0b", "tok\u00e9n", "\u{1f418}", "x".repeat(100_000)];

/** Bodies that are no answer. */
const NO_ANSWERS = [
  { json: null }, { json: [] }, { json: [{}] }, { json: 7 }, { json: "token" }, { json: true }, { json: {} },
  { body: "{" }, { body: "NaN" }, { body: '{"token": NaN}' }, { body: "undefined" }, { body: "\0\0\0" }, { body: '{"token": "\\ud800"}' },
  { body: '{"token": "a"} trailing' }, { body: deep(50_000) }, { body: '{"token":'.repeat(20_000) }, { body: "\ufffd\ufffe\uffff" },
  { repeat: ["[", 200_000] }, { repeat: ['{"a":', 50_000] }, { repeat: [" ", 200_000] },
  { status: 204, body: "" }, { status: 299, body: "no" },
];

/** Each row in a provider of its own; the same workspace serves them all, and a good call after each. */
async function odd(t, route, rows, expect = ["UNEXPECTED_RESPONSE"]) {
  t.jitter(0);
  for (const row of rows) {
    await t.fault(route, row, "always");
    const provider = t.provider();
    const what = JSON.stringify(row).slice(0, 60);
    const { status, reason } = await t.timed(provider.token());
    assert.equal(status, "rejected", what);
    t.checkError(reason);
    assert.include(expect, reason.code, what);
    await t.clearFaults(route);
    // A refusal that would come again is remembered for a while.
    t.pass(31_000);
    t.isToken(await provider.token());
  }
}

export const oddAnswers = {
  "a token endpoint that gives no token is an error, and the next call works": (t) =>
    odd(t, "token", NO_TOKENS.map((token) => ({ json: { access_token: token, token_type: "Bearer", expires_in: 3600 } }))),

  "a mint that gives no token is an error, and the next call works": (t) =>
    odd(t, "credentials", NO_TOKENS.map((token) => ({ json: { token, expiration_time: "2030-01-01T00:00:00Z" } }))),

  "a token endpoint that gives no answer is an error, and the next call works": (t) => odd(t, "token", NO_ANSWERS),
  "a mint that gives no answer is an error, and the next call works": (t) => odd(t, "credentials", NO_ANSWERS),

  async "error bodies of any kind are told by their status"(t) {
    t.jitter(0);
    const bodies = [...NO_ANSWERS.filter(({ status }) => !status), { json: { error_code: {}, message: [] } }, { json: { error_code: null, message: 7 } }, { json: { error: { code: 7 } } }, { body: "x".repeat(200_000) }, { body: "\u202e\u0007\u001b[31m\r\nforged line" }];
    for (const body of bodies) {
      for (const [route, status, codes] of [["credentials", 404, ["NOT_FOUND", "UNEXPECTED_RESPONSE"]], ["token", 401, ["INVALID_CLIENT", "UNAUTHENTICATED", "UNEXPECTED_RESPONSE"]]]) {
        await t.fault(route, { status, ...body }, "always");
        const error = await t.fails(t.provider().token(), codes);
        await t.clearFaults(route);
        assert.isBelow(error.message.length, 1_200);
      }
    }
  },

  async "an expiry of any kind is no error"(t) {
    t.jitter(0);
    const { token } = await t.workspace().generateDatabaseCredential({ instanceNames: ["orders"] });
    for (const expiration_time of [7, -1, 1e308, null, [], {}, "", "never", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "-271821-04-20T00:00:00Z", "2030-13-45T99:99:99Z", "x".repeat(100_000), true]) {
      await t.fault("credentials", { json: { token, expiration_time } });
      const provider = t.provider();
      const credential = await provider.credential();
      t.same(credential.token, token);
      assert.isFalse(Number.isNaN(credential.expirationTime.getTime()));
      assert.equal(provider.state, "fresh");
      assert.isAtMost(credential.expirationTime.getTime(), t.wall() + 3_700_000);
    }
    for (const expires_in of [null, [], {}, "", "soon", -1, 0, 0.5, 1e308, "3600", "1e9", true]) {
      await t.fault("token", { json: { access_token: (await t.requests("credentials"))[0].headers.authorization.slice(7), expires_in } });
      t.isToken(await t.provider().token());
    }
  },

  async "more than is asked for is no error"(t) {
    const { token } = await t.workspace().generateDatabaseCredential({ instanceNames: ["orders"] });
    const nested = JSON.parse(`${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`);
    const bodies = [
      { json: { token, nested, list: Array.from({ length: 10_000 }, (_, i) => i) } },
      { body: `{"__proto__": {"polluted": true}, "constructor": {"prototype": {}}, "token": "${token}"}` },
      { body: `{"token": "first", "token": "${token}"}` },
      { body: `\n\t ${JSON.stringify({ token })} \r\n` },
      { json: { token, expiration_time: "2030-01-01T00:00:00Z", expire_time: 7 } },
    ];
    for (const body of bodies) {
      await t.fault("credentials", body);
      t.same(await t.provider().token(), token);
    }
    assert.isUndefined({}.polluted);
  },

  async "odd descriptions of instances and users are errors"(t) {
    t.jitter(0);
    const workspace = t.workspace();
    const instances = [null, [], {}, 7, { name: 7, state: "AVAILABLE" }, { name: "orders" }, { name: "orders", state: null }, { name: "orders", state: ["AVAILABLE"] }];
    for (const json of instances) {
      await t.fault("instance", { json });
      await t.fails(workspace.getDatabaseInstance("orders"), "UNEXPECTED_RESPONSE", { target: "orders" });
    }
    for (const read_write_dns of [undefined, null, 7, "", "a b", "evil.example/x", "u@evil.example", "h:5432", "10.0.0.1", "a\r\nb", "x".repeat(300)]) {
      await t.fault("instance", { json: { name: "orders", state: "AVAILABLE", read_write_dns } });
      const error = await t.timed(t.provider().connection());
      t.checkError(error.reason);
    }
    for (const json of [null, [], {}, { userName: 7 }, { userName: "" }, { userName: null }, { userName: ["a"] }]) {
      await t.fault("me", { json });
      await t.fails(workspace.currentUser(), "UNEXPECTED_RESPONSE");
    }
    for (const json of [null, 7, { database_instances: {} }, { database_instances: [7] }, { database_instances: [{ name: "x" }] }, { database_instances: "x" }]) {
      await t.fault("instances", { json });
      await t.fails(workspace.listDatabaseInstances(), "UNEXPECTED_RESPONSE");
    }
    for (const json of [{}, { database_instances: null }, { database_instances: [] }, { database_instances: [], next_page_token: 7 }]) {
      await t.fault("instances", { json });
      assert.deepEqual(await workspace.listDatabaseInstances(), []);
    }
    for (const json of [{}, { name: t.env.endpoint, status: 7 }, { name: t.env.endpoint, status: { current_state: "ACTIVE", hosts: 7 } }, { name: t.env.endpoint, status: { hosts: { host: 7 } } }]) {
      await t.fault("endpoint", { json });
      await t.fails(t.provider({}, { endpoint: t.env.endpoint }).connection(), "UNEXPECTED_RESPONSE");
    }
    assert.equal((await workspace.getDatabaseInstance("orders")).state, "AVAILABLE");
  },

  async "an answer pollutes no prototype"(t) {
    await t.fault("instance", { body: '{"name": "orders", "state": "AVAILABLE", "__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 2}}}' });
    const instance = await t.workspace().getDatabaseInstance("orders");
    assert.isUndefined({}.polluted);
    assert.isUndefined(Object.polluted);
    assert.isUndefined(instance.polluted);
    assert.equal(instance.state, "AVAILABLE");
  },

  async "an answer of almost too many bytes is taken"(t) {
    const { token } = await t.workspace().generateDatabaseCredential({ instanceNames: ["orders"] });
    await t.fault("credentials", { json: { token, padding: "x".repeat(3_500_000) } });
    t.same(await t.provider().token(), token);
  },

  async "an answer of too many bytes is an error, whatever it says"(t) {
    t.jitter(0);
    const { token } = await t.workspace().generateDatabaseCredential({ instanceNames: ["orders"] });
    const padding = "x".repeat(HUGE);
    for (const [route, fault] of [["credentials", { json: { token, padding } }], ["token", { json: { access_token: token, padding } }], ["credentials", { status: 404, json: { padding } }]]) {
      await t.fault(route, fault, "always");
      const provider = t.provider();
      await t.fails(provider.token(), "UNEXPECTED_RESPONSE");
      await t.clearFaults(route);
      t.pass(31_000);
      t.isToken(await provider.token());
    }
  },

  async "headers of any kind are no error"(t) {
    for (const headers of [{ "x-databricks-org-id": "\u00e9", date: "x".repeat(4_000) }, { "content-type": "image/png" }, { "retry-after": "x" }, { "content-encoding": "identity" }, { "set-cookie": "a=b" }]) {
      await t.fault("credentials", { headers });
      t.isToken(await t.provider().token());
    }
  },
};
