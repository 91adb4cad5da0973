// No secret at the edge: a function gives the platform's token, which is exchanged for the workspace's.
import { assert } from "chai";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT = "urn:ietf:params:oauth:token-type:jwt";

/** A workspace whose function gives a new platform token each time, and what it was asked and gave. */
function platform(t, { subject = "repo:example/shop", lifetime = 600, ...options } = {}) {
  const asked = [];
  const given = [];
  const workspace = federated(t, async (...args) => {
    asked.push(args);
    const token = await t.platformToken({ subject, lifetime });
    given.push(token);
    return token;
  }, options);
  return { workspace, asked, given };
}

/** `clientId` is the service principal's that is trusted for the platform's workload, unless the options say otherwise. */
const federated = (t, subjectToken, options) =>
  new t.Workspace({ host: t.env.host, subjectToken, clientId: t.env.servicePrincipal.clientId, ...options });

const generate = (workspace, options) => workspace.generateDatabaseCredential({ instanceNames: ["orders"], ...options });

const tokenForms = async (t) => (await t.requests("token")).map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

/** What a function may give that is no token. */
const NO_TOKENS = [undefined, null, 7, true, {}, [], ["eyJ.e30.x"], new String("eyJ.e30.x"), { token: "eyJ.e30.x" }, "", " ", "a b", "eyJ.e30.x\n", "a\r\nX-Injected: 1", "a\0b", "tok\u00e9n", "\ud800", "\u{1f418}", "x".repeat(65_537), "x".repeat(10_000_000), Symbol("s"), () => "eyJ.e30.x"];

/** What a function may throw. */
const THROWN = [
  new Error("no token here"), new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") }), "a string", "", null, undefined, 7, {}, [], Symbol("s"), 10n, Object.freeze([]),
  Object.defineProperty(new Error("x"), "message", { get: () => { throw new Error("a getter"); } }),
  Object.assign(new Error("x"), { cause: { get cause() { throw new Error("a getter"); } } }),
  new Proxy({}, { get: () => { throw new Error("a trap"); } }),
];

export const federation = {
  async "a platform's token is exchanged under the service principal's own policy"(t) {
    const { workspace, given } = platform(t);
    const provider = workspace.credentials({ instance: "orders" });
    t.isToken(await provider.token());
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
    const [{ headers, path }] = await t.requests("token");
    assert.equal(path, "/oidc/v1/token");
    assert.isUndefined(headers.authorization);
    const [{ subject_token: sent, ...form }] = await tokenForms(t);
    t.same(sent, given[0]);
    const { clientId } = t.env.servicePrincipal;
    assert.deepEqual(form, { grant_type: EXCHANGE, subject_token_type: JWT, client_id: clientId, scope: "all-apis" });
    // The Postgres user is known, as a service principal's is.
    assert.equal((await provider.connection({ host: "db.example" })).user, clientId);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
  },

  async "without a client id, the workspace says whose it is"(t) {
    const { workspace } = platform(t, { subject: t.env.user.userName, clientId: undefined });
    assert.deepEqual(await workspace.currentUser(), { userName: t.env.user.userName });
    const provider = workspace.credentials({ instance: "orders" });
    t.isToken(await provider.token());
    assert.equal((await provider.connection({ host: "db.example" })).user, t.env.user.userName);
    assert.notProperty((await tokenForms(t))[0], "client_id");
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1, me: 2 });
  },

  async "a thousand callers cost one exchange, and the function is asked once"(t) {
    const { workspace, asked } = platform(t);
    const targets = [{ instance: "orders" }, { endpoint: t.env.endpoint }];
    const calls = Array.from({ length: 1000 }, (_, i) => workspace.credentials(targets[i % 2]).token());
    const tokens = await Promise.all([...calls, generate(workspace).then(({ token }) => token)]);
    assert.equal(new Set(tokens).size, 3);
    assert.equal(asked.length, 1);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 2, "endpoint-credentials": 1 });
  },

  async "the function is asked anew for each exchange, and not before one is due"(t) {
    const { workspace, asked, given } = platform(t);
    for (let i = 0; i < 3; i++) await generate(workspace);
    assert.equal(asked.length, 1);
    // The workspace's token lives no longer than the platform's, which is ten minutes.
    t.pass(550_000);
    await generate(workspace);
    assert.equal(asked.length, 1);
    t.pass(30_000);
    await generate(workspace);
    assert.equal(asked.length, 2);
    const sent = (await tokenForms(t)).map((form) => form.subject_token);
    assert.equal(sent.length, 2);
    sent.forEach((token, i) => t.same(token, given[i]));
    t.differ(sent[0], sent[1]);
  },

  async "a refused workspace token costs one more exchange, with a new token of the platform"(t) {
    const { workspace, asked } = platform(t);
    await generate(workspace);
    await t.fault("credentials", { status: 401 });
    await generate(workspace);
    assert.equal(asked.length, 2);
    assert.deepEqual(await t.counts(), { token: 2, credentials: 3 });
  },

  async "the same token of the platform is sent again while the token endpoint fails"(t) {
    t.jitter(0);
    const { workspace, asked, given } = platform(t);
    await t.fault("token", { status: 503 }, 2);
    await generate(workspace);
    assert.equal(asked.length, 1);
    for (const { subject_token: sent } of await tokenForms(t)) t.same(sent, given[0]);
    assert.deepEqual(await t.counts(), { token: 3, credentials: 1 });
  },

  async "a function that throws is an error that says so, and is asked again"(t) {
    t.jitter(0);
    const ways = [(thrown) => () => { throw thrown; }, (thrown) => () => Promise.reject(thrown)];
    await Promise.all(THROWN.flatMap((thrown) => ways.map(async (way) => {
      let asked = 0;
      const workspace = federated(t, () => ((asked += 1), way(thrown)()));
      const error = await t.fails(generate(workspace), "INVALID_ARGUMENT", { option: "subjectToken", retryable: true, target: "orders" });
      assert.include(error.message, "subjectToken");
      assert.equal(asked, 4);
      if (thrown instanceof TypeError) assert.include(error.message, "failed: TypeError");
    })));
    assert.equal(t.calls().length, 0);
  },

  async "what a function throws is told by its name alone: its words may quote the token"(t) {
    t.jitter(0);
    const words = "expired: a.platform.token";
    const throwing = federated(t, () => {
      throw Object.assign(new RangeError(words, { cause: new Error(words) }), { code: words });
    });
    const provider = throwing.credentials({ instance: "orders" });
    const events = t.events(provider);
    const error = await t.fails(provider.token(), "INVALID_ARGUMENT", { option: "subjectToken" });
    assert.include(error.message, "failed: RangeError");
    await t.until(() => events.some(({ type }) => type === "fail"));
    assert.notInclude(JSON.stringify([error, error.stack, events]), "platform.token");
  },

  async "a function that fails once is not the caller's problem"(t) {
    t.jitter(0);
    let asked = 0;
    const workspace = federated(t, async () => {
      asked += 1;
      if (asked === 1) throw new Error("not yet");
      return t.platformToken({ subject: "repo:example/shop" });
    });
    t.isToken(await workspace.credentials({ instance: "orders" }).token());
    assert.equal(asked, 2);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
  },

  async "what is no token is sent to nobody and shown to nobody"(t) {
    t.jitter(0);
    await Promise.all(NO_TOKENS.flatMap((value) => [() => value, async () => value]).map(async (subjectToken) => {
      const error = await t.fails(generate(federated(t, subjectToken)), "INVALID_ARGUMENT", { option: "subjectToken" });
      assert.isBelow(error.message.length, 500);
      assert.notMatch(error.message, /eyJ|Injected|xxxx/);
    }));
    assert.equal(t.calls().length, 0);
  },

  async "a function that never answers is waited for no longer than a request, and told so"(t) {
    t.jitter(0);
    const signals = [];
    const never = ({ signal }) => (signals.push(signal), new Promise(() => {}));
    const workspace = federated(t, never, { requestTimeout: 150 });
    const { value: error, ms } = await t.timed(t.fails(generate(workspace), "INVALID_ARGUMENT", { option: "subjectToken", retryable: true }));
    assert.include(error.message, "too long");
    assert.isAtLeast(ms, 600);
    assert.equal(signals.length, 4);
    await t.until(() => signals.every((signal) => signal.aborted), 500);
    const { ms: hasty } = await t.timed(t.fails(generate(federated(t, never), { timeout: 300 }), "TIMEOUT", { retryable: true }));
    assert.isBelow(hasty, 1_500);
    assert.equal(t.calls().length, 0);
  },

  async "a thenable and a slow function are waited for"(t) {
    const token = await t.platformToken({ subject: "repo:example/shop" });
    const thenable = { then: (resolve) => setTimeout(() => resolve(token), 100) };
    for (const subjectToken of [() => token, () => thenable, () => t.sleep(300).then(() => token)]) {
      await generate(federated(t, subjectToken));
    }
  },

  async "a caller who leaves does not take the function's answer along"(t) {
    let asked = 0;
    const workspace = federated(t, async () => {
      asked += 1;
      await t.sleep(300);
      return t.platformToken({ subject: "repo:example/shop" });
    });
    const provider = workspace.credentials({ instance: "orders" });
    const controller = new AbortController();
    const leaving = t.timed(t.fails(provider.token({ signal: controller.signal }), "ABORTED", { cause: "enough" }));
    const staying = provider.token();
    await t.sleep(50);
    controller.abort("enough");
    assert.isBelow((await leaving).ms, 280);
    t.isToken(await staying);
    assert.equal(asked, 1);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
  },

  async "a platform that is not trusted is refused, and remembered"(t) {
    const refused = [{ subject: "repo:example/other" }, { subject: "repo:example/shop", aud: "somebody else" }, { subject: "repo:example/shop", iss: "https://other.example" }, { subject: "repo:example/shop", lifetime: -10 }];
    for (const claims of refused) {
      const workspace = federated(t, () => t.platformToken(claims));
      const before = await t.count("token");
      for (let i = 0; i < 20; i++) await t.fails(workspace.currentUser(), "INVALID_GRANT", { status: 400, retryable: false, identity: t.env.servicePrincipal.clientId });
      assert.equal((await t.count("token")) - before, 1);
    }
    const other = federated(t, () => t.platformToken({ subject: "repo:example/shop" }), { clientId: "another" });
    await t.fails(other.currentUser(), "INVALID_GRANT", { identity: "another" });
  },

  async "a token of the platform that is about to end gives no credential"(t) {
    const { workspace } = platform(t, { lifetime: 20 });
    await t.fails(generate(workspace), "SHORT_LIVED_TOKEN");
    assert.equal(await t.count("credentials"), 0);
  },

  async "a token endpoint that echoes the platform's token is not quoted"(t) {
    const opaque = "opaque-0123456789.abcdefghij~ABCDEF";
    for (const text of [opaque, encodeURIComponent(opaque), btoa(opaque)]) {
      await t.fault("token", { status: 400, json: { error: "invalid_grant", error_description: `what is ${text}?` } });
      const error = await t.fails(federated(t, () => opaque).currentUser(), "INVALID_GRANT");
      for (const shown of [String(error), JSON.stringify(error), String(error.stack)]) {
        assert.isFalse(shown.includes(text));
        assert.isFalse(shown.includes(opaque.slice(7, 30)));
      }
    }
  },

  async "the platform's token goes to the token endpoint alone, in no URL"(t) {
    const { workspace, given } = platform(t);
    const provider = workspace.credentials({ instance: "orders" });
    await provider.connection();
    await provider.token();
    await workspace.listDatabaseInstances();
    for (const { url, init } of t.calls().filter(({ url }) => !url.includes("/_suite/"))) {
      assert.equal(new URL(url).origin, t.env.host);
      assert.equal(init.redirect, "manual");
      const isTokenRequest = new URL(url).pathname === "/oidc/v1/token";
      const texts = url + JSON.stringify(init.headers) + (isTokenRequest ? "" : init.body);
      assert.isFalse(texts.includes(given[0]));
    }
    for (const object of [workspace, provider]) {
      assert.isFalse(`${JSON.stringify(object)}${t.inspect?.(object)}`.includes(given[0]));
    }
  },

  async "a redirect of the exchange is not followed"(t) {
    for (const status of [302, 307, 308]) {
      await t.fault("token", { status, headers: { location: `${t.env.trap}/take` }, body: "" });
      await t.fails(platform(t).workspace.currentUser(), "WORKSPACE_REDIRECT", { retryable: false });
    }
    assert.deepEqual(await t.trapped(), []);
  },
};
