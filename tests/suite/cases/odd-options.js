// Every field of every option, given what it is not: an error that names it, no request, and nothing lost.
import { assert } from "chai";

const throwing = (name) => Object.defineProperty({}, name, { enumerable: true, get: () => { throw new Error("a getter"); } });
const cycle = () => {
  const object = {};
  object.self = object;
  return object;
};
/** A graph that has more ways through it than there is time. */
const thicket = () => {
  const object = {};
  for (let i = 0; i < 12; i++) object[`way${i}`] = object;
  return object;
};
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const angryProxy = () => {
  const trap = () => { throw new Error("a trap"); };
  return new Proxy({}, { get: trap, has: trap, ownKeys: trap, getOwnPropertyDescriptor: trap, getPrototypeOf: trap });
};
class Instance {
  #hidden = "x";
  get shown() {
    return this.#hidden;
  }
}

/** What is no string, no number, no list, no plain object. */
const NOT = {
  any: () => [null, Symbol("s"), () => "f", class {}, new Date(), new Map(), /x/, new Error("x"), Promise.resolve("x"), new Instance(), cycle(), thicket(), throwing("x"), angryProxy(), revoked({}), new Uint8Array(4), 10n],
  object: () => [{}, { toString: () => "orders" }, Object.create(null)],
  array: () => [[], ["orders"], revoked([])],
  string: () => ["", "orders", "5", new String("orders")],
  number: () => [0, 1, -1, 1.5, NaN, Infinity, new Number(1)],
  boolean: () => [true, false],
};
const notA = (kind) => Object.entries(NOT).filter(([other]) => other !== kind).flatMap(([, make]) => make()).concat(kind === "string" ? [new String("orders")] : []);

/** Texts that no name, path, id or secret may be. */
const BAD_TEXTS = ["", "a\r\nX-Injected: 1", "a\nb", "a\0b", "\u0007", "a\u007fb", "a\u0085b", "\ud800", "a\udfffb", "x".repeat(1_000_000)];
const BAD_HEADER = [...BAD_TEXTS, " ", "a b", "\u00e9", "\u{1f418}", "a\u200bb"];
const BAD_SEGMENT = [...BAD_HEADER, "a/b", "/", "..", ".", "../me", "a%2fb", "a?b", "a#b", "a\\b", "x".repeat(129), "a:b"];
const BAD_PATH = [...BAD_HEADER, "orders", "/", "projects", "projects/p/branches/b", "projects/p/branches/b/endpoints/", "projects//branches/b/endpoints/e", "projects/p/branches/b/endpoints/e/x", "projects/../branches/b/endpoints/e", "/projects/p/branches/b/endpoints/e", "projects/p/branches/b/endpoints/e?x=1", "projects/p\r\n/branches/b/endpoints/e"];
const BAD_MS = (max) => [...notA("number"), -1, NaN, -Infinity, Infinity, max + 1, 1e300];

const HOSTS = [
  ...BAD_TEXTS, " ", "https://", "https:///", "//", "?o=1", "ftp://workspace.example", "javascript://workspace.example", "file:///etc/passwd", "data:text/html,x", "ws://workspace.example",
  "https://user:pw@workspace.example", "user@workspace.example", "https://workspace.example/path", "https://workspace.example/?next=1", "https://workspace.example#f", "https://workspace.example\\@evil.example",
  "workspace.example:0", "workspace.example:", "workspace.example:65536", "workspace.example:-1", "workspace.example:5432:1", "workspace.example:0x50",
  "a b.example", "-a.example", "a..example", "workspace.example.", "b\u00fccher.example", "https://%65xample.com", "[::1", "[::g]", "https://1.2.3.4.5", "https://0x7f.1", "https://127.1", "https://0177.0.0.1", "a.example,b.example", "workspace.example?o=1%0a", "workspace.example?o=abc",
];

const CALL_OPTIONS = {
  timeout: BAD_MS(86_400_000).concat(0),
  signal: [...NOT.object(), ...NOT.array(), ...NOT.string(), ...NOT.number(), ...NOT.boolean(), null, Symbol("s"), () => {}, { aborted: false }, { aborted: 1, addEventListener() {} }, { aborted: false, addEventListener: 7 }, throwing("aborted"), angryProxy(), revoked({})],
};
const CLAIMS = [
  ...notA("array"), [], [7], [null], ["READ_ONLY"], [[]], [{}], [{ permissionSet: 7 }], [{ permissionSet: "" }], [{ permissionSet: "a\r\nb" }], [{ permissionSet: "x".repeat(65) }],
  [{ resources: 7 }], [{ resources: {} }], [{ resources: [7] }], [{ resources: [{}] }], [{ resources: [{ tableName: 7 }] }], [{ resources: [{ tableName: "" }] }], [{ resources: [{ tableName: "a\0b" }] }], [{ resources: [{ tableName: "\ud800" }] }],
  Array.from({ length: 101 }, () => ({ permissionSet: "READ_ONLY" })), [throwing("permissionSet")], [cycle()], [angryProxy()], [revoked({})], revoked([]),
];
const TARGET_DETAILS = { claims: CLAIMS, ttl: [...notA("number"), 299, 3_601, NaN, Infinity, -300], groupName: [...notA("string"), ...BAD_TEXTS, "x".repeat(257)] };
const CONNECTION = {
  host: [...notA("string"), ...BAD_TEXTS, "https://h.example", "u@h.example", "h.example/d", "/var/run", "h.example:5432", "a.example,b.example", "10.0.0.1", "[::1]", "127.1", " h", "h.", "b\u00fccher.example", "$(id)", "h'x"],
  user: [...notA("string"), ...BAD_TEXTS, "x".repeat(255)],
  database: [...notA("string"), ...BAD_TEXTS, "x".repeat(64)],
  port: [...notA("number"), 0, -1, 65_536, NaN, Infinity],
  sslrootcert: [...notA("string"), ...BAD_TEXTS],
};

/** No options object at all. */
const NO_OPTIONS = () => [null, 7, "x", true, [], Symbol("s"), () => {}, 10n, revoked({}), angryProxy()];

/** Each call, the options it works with, and per option what it must refuse. */
function calls(t) {
  const workspace = t.workspace();
  const provider = workspace.credentials({ instance: "orders" });
  const endpointProvider = (o) => workspace.credentials({ endpoint: t.env.endpoint, ...o });
  const h = { host: "db.example", user: "u" };
  return [
    ["new Workspace", (o) => t.workspace(o), { host: [...notA("string"), ...HOSTS], clientId: [...notA("string"), ...BAD_HEADER, "x".repeat(513)], clientSecret: [...notA("string"), ...BAD_TEXTS], requestTimeout: BAD_MS(600_000).concat(0) }],
    ["new Workspace with a subject token", (o) => new t.Workspace({ host: t.env.host, subjectToken: () => "x", ...o }), {
      // A function that is none is told before it is asked.
      subjectToken: [...notA("any").filter((value) => typeof value !== "function"), ...NOT.any().filter((value) => typeof value !== "function")],
      clientId: [...notA("string"), ...BAD_HEADER, "x".repeat(513)], token: ["token", 7],
      scopes: [...notA("array"), [], [7], [null], [""], ["a b"], ["sql", "a\"b"], ["a\\b"], ["a\nb"], ["\u00e9"], ["x".repeat(513)], [["sql"]], [{}], revoked([])],
      authorizationDetails: [...notA("array"), [], [7], [null], ["type"], [{}], [[]], [{ type: 7 }], [{ type: null }], [throwing("type")], [angryProxy()], revoked([])],
      discovery: notA("boolean"), accountId: [...notA("string"), ...BAD_TEXTS, "x".repeat(513)],
    }],
    ["new Workspace with a token", (o) => t.readyWorkspace(o), { token: [...notA("string"), ...BAD_HEADER] }],
    ["credentials", (o) => workspace.credentials({ instance: "orders", ...o }), { instance: [...notA("string"), ...BAD_SEGMENT], claims: CLAIMS, endpoint: notA("string") }],
    ["credentials of an endpoint", endpointProvider, { endpoint: [...notA("string"), ...BAD_PATH], ...TARGET_DETAILS }],
    ["generateDatabaseCredential", (o) => workspace.generateDatabaseCredential({ instanceNames: ["orders"], ...o }), {
      instanceNames: [...notA("array"), ["a/b"], [7], [null], [["a"]], ["orders", ""], Array.from({ length: 101 }, () => "orders"), Array.from({ length: 100_000 }, () => "x"), revoked([])],
      requestId: [...notA("string"), ...BAD_HEADER, "x".repeat(129)], claims: CLAIMS, ...CALL_OPTIONS,
    }],
    ["generateDatabaseCredential of an endpoint", (o) => workspace.generateDatabaseCredential({ endpoint: t.env.endpoint, ...o }), { endpoint: [...notA("string"), ...BAD_PATH], ...TARGET_DETAILS }],
    ["token", (o) => provider.token(o), { minRemaining: BAD_MS(3_600_000).concat(3_600_000), ...CALL_OPTIONS }],
    ["credential", (o) => provider.credential(o), { minRemaining: [-1, "5", null], ...CALL_OPTIONS }],
    ["connection", (o) => provider.connection({ ...h, ...o }), { ...CONNECTION, waitForAvailable: BAD_MS(86_400_000), ...CALL_OPTIONS }],
    ["login", (o) => provider.login(() => {}, o), CALL_OPTIONS],
    ["getDatabaseInstance", (o) => workspace.getDatabaseInstance("orders", o), CALL_OPTIONS],
    ["getEndpoint", (o) => workspace.getEndpoint(t.env.endpoint, o), CALL_OPTIONS],
    ["listDatabaseInstances", (o) => workspace.listDatabaseInstances(o), CALL_OPTIONS],
    ["currentUser", (o) => workspace.currentUser(o), CALL_OPTIONS],
    ["waitUntilAvailable", (o) => workspace.waitUntilAvailable("orders", o), { onProgress: [null, 7, "x", {}, []], ...CALL_OPTIONS }],
    ["pgConfig", (o) => t.pgConfig(provider, { ...h, ...o }), { ...CONNECTION, ca: [...notA("string"), "", "no pem", "x".repeat(2_000_000)], maxLifetimeSeconds: [...notA("number"), 0, -1, NaN, 3 * 86_400 + 1], password: ["x", () => "x", null], connectionString: ["postgres://h", null], ...CALL_OPTIONS }],
    ...(t.postgresOptions ? [["postgresOptions", (o) => t.postgresOptions(provider, { ...h, ...o }), { ...CONNECTION, ca: [7, "no pem"], max_lifetime: [...notA("number"), 0, NaN], password: ["x"], pass: ["x", () => "x"], path: ["/run/x"], socket: [() => {}], ...CALL_OPTIONS }]] : []),
    ["connectionUri", (o) => t.connectionUri({ ...h, ...o }), CONNECTION],
    ["libpqKeywords", (o) => t.libpqKeywords({ ...h, ...o }), CONNECTION],
    ["pgEnvironment", (o) => t.pgEnvironment({ ...h, ...o }), CONNECTION],
    ["psqlCommand", (o) => t.psqlCommand({ ...h, ...o }), CONNECTION],
    ["connectionUri with a password", (o) => t.connectionUri(h, o), { password: [...notA("string"), "", "a\0b", "a\nb", "\ud800", "x".repeat(100_000)] }],
    ["psqlCommand with a password", (o) => t.psqlCommand(h, o), { password: [...notA("string"), "", "a\0b"] }],
  ];
}

/** A name for a value in a message, which never throws. */
function nameOf(value) {
  try {
    return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : `${typeof value} ${Object.prototype.toString.call(value)} ${JSON.stringify(value)?.slice(0, 60)}`;
  } catch {
    return typeof value;
  }
}

/** Both a name given as an argument, and the word by which the error calls it. */
const NAMES = [
  ["getDatabaseInstance", "instance", BAD_SEGMENT],
  ["getEndpoint", "endpoint", BAD_PATH],
  ["waitUntilAvailable", "name", BAD_SEGMENT.filter((name) => !name.includes("/"))],
];

async function refused(t, what, call, option) {
  const { status, reason } = await t.timed(new Promise((resolve) => resolve(call())));
  assert.equal(status, "rejected", `${what} was taken`);
  assert.instanceOf(reason, t.LakebaseError, `${what}: ${reason}`);
  t.checkError(reason);
  assert.include(["INVALID_ARGUMENT", "INSECURE_TLS"], reason.code, `${what}: ${reason.message}`);
  if (option) assert.equal(reason.option, option, `${what}: ${reason.message}`);
  assert.isFalse(reason.retryable, what);
}

async function stillWorks(t) {
  assert.equal(t.calls().length, 0, "a request was made");
  t.isToken(await t.provider().token());
}

const table = (names) => async (t) => {
  const chosen = calls(t).filter(([name]) => names.includes(name));
  assert.equal(chosen.length, names.filter((name) => name !== "postgresOptions" || t.adapters.includes(name)).length);
  for (const [name, call, options] of chosen) {
    for (const [option, values] of Object.entries(options)) {
      for (const value of values) await refused(t, `${name}({ ${option}: ${nameOf(value)} })`, () => call({ [option]: value }), option);
    }
  }
  await stillWorks(t);
};

export const oddOptions = {
  "odd options of a workspace are refused": table(["new Workspace", "new Workspace with a subject token", "new Workspace with a token"]),
  "odd options of a provider are refused": table(["credentials", "credentials of an endpoint", "token", "credential", "login"]),
  "odd options of a connection are refused": table(["connection", "pgConfig", "postgresOptions"]),
  "odd options of the low-level call are refused": table(["generateDatabaseCredential", "generateDatabaseCredential of an endpoint"]),
  "odd options of the lookups are refused": table(["getDatabaseInstance", "getEndpoint", "listDatabaseInstances", "currentUser", "waitUntilAvailable"]),
  "odd connections and passwords are refused": table(["connectionUri", "libpqKeywords", "pgEnvironment", "psqlCommand", "connectionUri with a password", "psqlCommand with a password"]),

  async "what is no options object is refused"(t) {
    const workspace = t.workspace();
    const provider = workspace.credentials({ instance: "orders" });
    const takers = {
      Workspace: (o) => new t.Workspace(o),
      credentials: (o) => workspace.credentials(o),
      generateDatabaseCredential: (o) => workspace.generateDatabaseCredential(o),
      getDatabaseInstance: (o) => workspace.getDatabaseInstance("orders", o),
      getEndpoint: (o) => workspace.getEndpoint(t.env.endpoint, o),
      listDatabaseInstances: (o) => workspace.listDatabaseInstances(o),
      waitUntilAvailable: (o) => workspace.waitUntilAvailable("orders", o),
      currentUser: (o) => workspace.currentUser(o),
      token: (o) => provider.token(o),
      credential: (o) => provider.credential(o),
      connection: (o) => provider.connection(o),
      login: (o) => provider.login(() => {}, o),
      ...Object.fromEntries(t.adapters.map((adapter) => [adapter, (o) => t[adapter](provider, o)])),
      connectionUri: (o) => t.connectionUri(o),
      libpqKeywords: (o) => t.libpqKeywords({ host: "h", user: "u" }, o),
      pgEnvironment: (o) => t.pgEnvironment(o),
      psqlCommand: (o) => t.psqlCommand({ host: "h", user: "u" }, o),
    };
    for (const [name, call] of Object.entries(takers)) {
      for (const value of NO_OPTIONS()) await refused(t, `${name}(${nameOf(value)})`, () => call(value));
    }
    await stillWorks(t);
  },

  async "what is missing is named"(t) {
    const { host } = t.env;
    const workspace = t.workspace();
    const rows = [
      ["host", () => new t.Workspace()],
      ["host", () => new t.Workspace({})],
      ["host", () => new t.Workspace({ clientId: "a", clientSecret: "b" })],
      ["host", () => new t.Workspace({ host: undefined, token: "t" })],
      ["clientId", () => new t.Workspace({ host })],
      ["clientId", () => new t.Workspace({ host, clientSecret: "b" })],
      ["clientSecret", () => new t.Workspace({ host, clientId: "a" })],
      ["token", () => new t.Workspace({ host, clientId: "a", clientSecret: "b", token: "t" })],
      ["token", () => new t.Workspace({ host, clientSecret: "b", token: "t" })],
      ["instance", () => workspace.credentials()],
      ["instance", () => workspace.credentials({})],
      ["instance", () => workspace.credentials({ claims: [{ permissionSet: "READ_ONLY" }] })],
      ["endpoint", () => workspace.credentials({ instance: "orders", endpoint: t.env.endpoint })],
      ["ttl", () => workspace.credentials({ instance: "orders", ttl: 300 })],
      ["groupName", () => workspace.credentials({ instance: "orders", groupName: "a" })],
      ["instanceNames", () => workspace.generateDatabaseCredential()],
      ["instanceNames", () => workspace.generateDatabaseCredential({})],
      ["instanceNames", () => workspace.generateDatabaseCredential({ instanceNames: [] })],
      ["endpoint", () => workspace.generateDatabaseCredential({ endpoint: t.env.endpoint, instanceNames: ["orders"] })],
      ["ttl", () => workspace.generateDatabaseCredential({ instanceNames: ["orders"], ttl: 300 })],
      ["instance", () => workspace.getDatabaseInstance()],
      ["endpoint", () => workspace.getEndpoint()],
      ["name", () => workspace.waitUntilAvailable()],
      ["attempt", () => workspace.credentials({ instance: "orders" }).login()],
      ["host", () => t.connectionUri()],
      ["host", () => t.connectionUri({ user: "u" })],
      ["user", () => t.psqlCommand({ host: "h" })],
      ["provider", () => t.pgConfig()],
      ...t.adapters.map((adapter) => ["provider", () => t[adapter]({})]),
      ["provider", () => t.pgConfig(workspace)],
      ["provider", () => t.pgConfig(null, {})],
    ];
    for (const [option, call] of rows) await refused(t, String(call), call, option);
    await stillWorks(t);
  },

  async "names given as arguments are refused like options"(t) {
    const workspace = t.workspace();
    for (const [method, option, texts] of NAMES) {
      for (const value of [...notA("string"), ...texts]) await refused(t, `${method}(${nameOf(value)})`, () => workspace[method](value), option);
    }
    await stillWorks(t);
  },

  async "settings that would not verify are INSECURE_TLS"(t) {
    const provider = t.provider();
    const rows = [
      ...["disable", "allow", "prefer", "require", "verify-ca", "no-verify", "on", ""].map((ssl) => ({ ssl })),
      ...[false, null, 0, 1, [], () => {}, Symbol("s"), 10n].map((ssl) => ({ ssl })),
      ...[false, null, 0, "false", "true", {}, () => true].map((rejectUnauthorized) => ({ ssl: { rejectUnauthorized } })),
      { ssl: { checkServerIdentity: () => {} } }, { ssl: { checkServerIdentity: null } }, { ssl: { servername: "other.example" } }, { ssl: { servername: "" } },
      ...["socket", "session", "pskCallback", "secureContext", "host", "port", "path"].map((name) => ({ ssl: { [name]: {} } })),
      { ssl: throwing("rejectUnauthorized") }, { ssl: angryProxy() }, { ssl: revoked({}) }, { ssl: new (class { get rejectUnauthorized() { return false; } })() },
      ...["disable", "require", "verify-ca", "", 7, null, true].map((sslmode) => ({ sslmode })),
    ];
    for (const row of rows) {
      const what = `${Object.keys(row)}: ${nameOf(Object.values(row)[0])}`;
      for (const adapter of t.adapters) {
        const { status, reason, value } = await t.timed(t[adapter](provider, { host: "db.example", ...row }));
        if (status === "fulfilled") {
          // Taken only where what came out of it verifies none the less.
          if (adapter === "pgConfig") {
            assert.strictEqual(value.ssl.rejectUnauthorized, true, what);
            assert.isUndefined(value.ssl.checkServerIdentity, what);
          }
          assert.include(["object"], typeof row.ssl, `${adapter}, ${what}`);
        } else {
          t.checkError(reason);
          assert.include(["INSECURE_TLS", "INVALID_ARGUMENT"], reason.code, `${adapter}, ${what}`);
          assert.include(["ssl", "sslmode", "options"], reason.option, `${adapter}, ${what}`);
        }
      }
    }
    await stillWorks(t);
  },

  async "options that cannot be read hold nobody up"(t) {
    const provider = t.provider();
    const begun = t.now();
    t.isToken(await provider.token({ other: thicket(), more: cycle(), and: angryProxy(), last: revoked({}) }));
    const config = await t.pgConfig(provider, { host: "db.example", stream: thicket(), types: cycle(), log: () => {} });
    assert.equal(config.stream.way0, config.stream);
    t.isToken((await t.workspace().generateDatabaseCredential({ instanceNames: ["orders"], other: thicket() })).token);
    assert.isBelow(t.now() - begun, 2_000);
  },

  async "a signal that misbehaves later is the caller's own loss"(t) {
    const misbehaving = () => {
      let looks = 0;
      const trap = () => { throw new Error("a trap"); };
      return {
        get aborted() {
          looks += 1;
          if (looks > 1) trap();
          return false;
        },
        get reason() {
          return trap();
        },
        addEventListener: trap,
        removeEventListener: trap,
      };
    };
    const provider = t.provider();
    const { reason, value, ms } = await t.timed(provider.token({ signal: misbehaving(), timeout: 1_000 }));
    if (reason) t.checkError(reason);
    else t.isToken(value);
    assert.isBelow(ms, 1_700);
    t.isToken(await provider.token());
  },

  async "numbers at the ends of their ranges are taken"(t) {
    const workspace = t.workspace({ requestTimeout: 600_000 });
    const provider = workspace.credentials({ instance: "orders" });
    t.isToken(await provider.token({ minRemaining: 0, timeout: 86_400_000 }));
    t.isToken(await provider.token({ minRemaining: 3_500_000.5 }));
    for (const ttl of [300, 3_600]) t.isToken(await workspace.credentials({ endpoint: t.env.endpoint, ttl }).token());
    assert.equal((await provider.connection({ host: "h", port: 65_535, database: "x".repeat(63) })).port, 65_535);
    assert.equal((await provider.connection({ host: "h", port: 1 })).port, 1);
  },
};
