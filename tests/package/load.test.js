import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createProject, output } from "./project.js";

const NAMES = ["CredentialProvider", "LakebaseError", "Workspace", "connectionUri", "libpqKeywords", "pgEnvironment", "psqlCommand"];
const ADMIN_NAMES = [...NAMES, "UserSession", "clientCode", "createRoleStatement", "generatePassword"].sort();
const SECRET = "dose-of-entropy-0123456789";

let project;
before(async () => {
  project = await createProject();
});
after(() => project.remove());

/** Runs a program in the project, which asserts for itself. */
async function run(name, text, ...flags) {
  await project.write({ [name]: text });
  return output(process.execPath, [...flags, name], { cwd: project.folder });
}

const PROVIDER = `
  const workspace = new Workspace({ host: "https://workspace.example", clientId: "client-1", clientSecret: ${JSON.stringify(SECRET)} });
  const provider = workspace.credentials({ instance: "orders" });
  const given = { host: "db.example", max: 3 };
`;

test("import gives all names, ready at once", async () => {
  await run("import.js", `
    import assert from "node:assert/strict";
    import * as all from "lakebase-credentials";
    import * as pg from "lakebase-credentials/pg";
    import * as postgres from "lakebase-credentials/postgres";
    const { Workspace, CredentialProvider } = all;
    ${PROVIDER}
    assert.deepEqual(Object.keys(all).sort(), ${JSON.stringify(NAMES)});
    assert.deepEqual([Object.keys(pg), Object.keys(postgres)], [["pgConfig"], ["postgresOptions"]]);
    assert.ok(provider instanceof CredentialProvider && provider instanceof EventTarget);
    const { password, maxLifetimeSeconds, ...config } = await pg.pgConfig(provider, given);
    assert.deepEqual([typeof password, maxLifetimeSeconds], ["function", 86400]);
    assert.deepEqual(config, {
      host: "db.example", port: 5432, user: "client-1", database: "databricks_postgres", max: 3,
      ssl: { servername: "db.example", rejectUnauthorized: true },
    });
    const options = await postgres.postgresOptions(provider, given);
    const { socket } = options;
    assert.deepEqual([typeof options.password, typeof socket], ["function", "function"]);
    assert.deepEqual({ ...options, password }, { ...config, ssl: false, socket, password, max_lifetime: 86400 });
  `);
});

test("the adapter for deno-postgres gives a token in the options, and TLS that the driver enforces", async () => {
  await run("deno-postgres.js", `
    import assert from "node:assert/strict";
    import { createServer } from "node:http";
    import { once } from "node:events";
    import { Workspace } from "lakebase-credentials";
    import * as adapter from "lakebase-credentials/deno-postgres";
    assert.deepEqual(Object.keys(adapter), ["denoPostgresOptionsWithToken"]);
    let mints = 0;
    const server = createServer((request, response) => {
      mints += 1;
      response.end(JSON.stringify({ token: "database-token-" + mints, expiration_time: new Date(Date.now() + 3_600_000).toISOString() }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const workspace = new Workspace({ host: "http://127.0.0.1:" + server.address().port, token: "t" });
    const provider = workspace.credentials({ instance: "orders" });
    const ca = "-----BEGIN CERTIFICATE-----";
    const given = { host: "db.example", user: "me@example.com", ca, applicationName: "shop" };
    const options = await adapter.denoPostgresOptionsWithToken(provider, given);
    assert.deepEqual(options, {
      hostname: "db.example", host_type: "tcp", port: 5432, user: "me@example.com", database: "databricks_postgres", applicationName: "shop",
      password: "database-token-1", tls: { enabled: true, enforce: true, caCertificates: [ca] },
    });
    const { tls } = await adapter.denoPostgresOptionsWithToken(provider, { ...given, ca: undefined });
    assert.deepEqual(tls, { enabled: true, enforce: true, caCertificates: [] });
    provider.invalidate(options.password);
    assert.equal((await adapter.denoPostgresOptionsWithToken(provider, given)).password, "database-token-2");
    const refusals = [
      [{ tls: { enabled: false } }, "INVALID_ARGUMENT", "tls"], [{ tls: false }, "INSECURE_TLS", "tls"], [{ ssl: false }, "INSECURE_TLS", "ssl"],
      [{ sslmode: "prefer" }, "INSECURE_TLS", "sslmode"], [{ password: "x" }, "INVALID_ARGUMENT", "password"],
      [{ hostname: "h" }, "INVALID_ARGUMENT", "hostname"], [{ host_type: "socket" }, "INVALID_ARGUMENT", "host_type"],
    ];
    for (const [more, code, option] of refusals) {
      await assert.rejects(adapter.denoPostgresOptionsWithToken(provider, { ...given, ...more }), { code, option });
    }
    server.close();
  `);
});

test("the adapter for Bun.SQL refuses where the driver would give the token away", async () => {
  await run("bun.js", `
    import assert from "node:assert/strict";
    import { LakebaseError, Workspace } from "lakebase-credentials";
    import { bunSqlOptions } from "lakebase-credentials/bun";
    ${PROVIDER}
    for (const Bun of [undefined, {}, ...["0.9.0", "1.0.36", "1.2.23", "1.3.14"].map((version) => ({ version }))]) {
      globalThis.Bun = Bun;
      await assert.rejects(bunSqlOptions(provider, given), (error) => error instanceof LakebaseError && error.code === "INSECURE_TLS" && /1\\.4/.test(error.hint));
    }
    for (const version of ["1.4.0", "1.10.0", "2.0.1"]) {
      globalThis.Bun = { version };
      const { password, ...options } = await bunSqlOptions(provider, given);
      assert.equal(typeof password, "function");
      assert.deepEqual(options, {
        adapter: "postgres", url: "postgres://db.example:5432/?sslmode=verify-full",
        host: "db.example", port: 5432, user: "client-1", database: "databricks_postgres", max: 3, maxLifetime: 86400,
        tls: { serverName: "db.example", rejectUnauthorized: true },
      });
    }
  `);
});

test("the adapter for Neon's driver wants all that its TLS needs, and hands out no token without", async () => {
  await run("neon.js", `
    import assert from "node:assert/strict";
    import { Workspace } from "lakebase-credentials";
    import { neonOptions } from "lakebase-credentials/neon";
    ${PROVIDER}
    class neonConfig {}
    const subtls = {
      startTls: async () => ({}),
      TrustedCert: { databaseFromPEM: async (pem) => { if (pem.includes("odd")) throw new Error("no certificate"); } },
      WebSocketReadQueue: class {},
    };
    const ca = "-----BEGIN CERTIFICATE-----";
    const whole = { ...given, neonConfig, subtls, relay: "wss://relay.example/v1?site=a", ca };
    for (const [option, values] of Object.entries({
      neonConfig: [undefined, {}], subtls: [undefined, {}], relay: [undefined, "", "relay.example", "https://relay.example", "wss://", "wss://re lay/", "wss://relay.example/#x", new URL("https://relay.example"), {}, 7, Symbol()], ca: [undefined, ca + "odd"],
    })) {
      for (const value of values) await assert.rejects(neonOptions(provider, { ...whole, [option]: value }), { code: "INVALID_ARGUMENT", option });
    }
    const { password, ...config } = await neonOptions(provider, whole);
    assert.deepEqual(config, {
      host: "db.example", port: 5432, user: "client-1", database: "databricks_postgres", max: 3, maxLifetimeSeconds: 86400,
      ssl: { ca, servername: "db.example", rejectUnauthorized: true },
    });
    assert.equal(neonConfig.wsProxy("db.example", 5432), "relay.example/v1?site=a&address=db.example%3A5432");
    assert.deepEqual([neonConfig.useSecureWebSocket, neonConfig.forceDisablePgSSL, neonConfig.pipelineConnect], [true, false, false]);
    await neonOptions(provider, { ...whole, host: "test.example", relay: new URL("ws://127.0.0.1:80/v1") });
    for (const [host, address, secure] of [["test.example", "127.0.0.1/v1?address=test.example%3A5432", false], ["db.example", "relay.example/v1?site=a&address=db.example%3A5432", true]]) {
      assert.deepEqual([neonConfig.wsProxy(host, 5432), neonConfig.useSecureWebSocket], [address, secure], "each host by its own relay");
    }
    await assert.rejects(password(), { code: "INSECURE_TLS" });
    const unverified = { connection: { stream: { tlsState: 2, tlsWrite() {}, encrypted: true, authorized: true } } };
    await assert.rejects(password.call(unverified), { code: "INSECURE_TLS" });
  `);
});

test("require gives the same, and one LakebaseError to all of it", async () => {
  await run("require.cjs", `
    const assert = require("node:assert/strict");
    const all = require("lakebase-credentials");
    const { pgConfig } = require("lakebase-credentials/pg");
    const { postgresOptions } = require("lakebase-credentials/postgres");
    const { Workspace, LakebaseError } = all;
    assert.deepEqual(Object.keys(all).sort(), ${JSON.stringify(NAMES)});
    (async () => {
      ${PROVIDER}
      assert.equal((await pgConfig(provider, given)).ssl.servername, "db.example");
      await assert.rejects(pgConfig(workspace), (error) => error instanceof LakebaseError && error.option === "provider");
      await assert.rejects(postgresOptions(provider, { ...given, pass: "x" }), LakebaseError);
    })();
  `);
});

test("the admin subpath gives all of the root and more, over a module of its own", async () => {
  await run("admin.js", `
    import assert from "node:assert/strict";
    import { createRequire } from "node:module";
    import * as root from "lakebase-credentials";
    import * as admin from "lakebase-credentials/admin";
    import { pgConfig } from "lakebase-credentials/pg";
    import { postgresOptions } from "lakebase-credentials/postgres";
    const required = createRequire(import.meta.url)("lakebase-credentials/admin");
    for (const all of [admin, required]) {
      assert.deepEqual(Object.keys(all).sort(), ${JSON.stringify(ADMIN_NAMES)});
      const { Workspace, CredentialProvider } = all;
      ${PROVIDER}
      assert.ok(provider instanceof CredentialProvider && provider instanceof EventTarget);
      assert.ok(workspace.listEndpoints && workspace.setNativeLogin);
      for (const adapter of [pgConfig, postgresOptions]) assert.equal((await adapter(provider, given)).user, "client-1");
      assert.match(all.generatePassword(), /^[\\w.]{32}$/);
    }
    assert.equal(admin.LakebaseError, root.LakebaseError);
    assert.notEqual(admin.Workspace, root.Workspace);
    assert.ok(!("listEndpoints" in root.Workspace.prototype));
    assert.throws(() => admin.createRoleStatement("", "x"), (error) => error instanceof root.LakebaseError && error.option === "role");
    await assert.rejects(admin.Workspace.prototype.listEndpoints.call({}), TypeError);
  `);
});

test("a provider of one format works with an adapter of the other", async () => {
  await run("mixed.js", `
    import assert from "node:assert/strict";
    import { createRequire } from "node:module";
    import { Workspace } from "lakebase-credentials";
    import named from "lakebase-credentials/package.json" with { type: "json" };
    const require = createRequire(import.meta.url);
    assert.equal(named.name, "lakebase-credentials");
    assert.notEqual(require("lakebase-credentials").Workspace, Workspace);
    ${PROVIDER}
    assert.equal((await require("lakebase-credentials/pg").pgConfig(provider, given)).user, "client-1");
  `);
});

test("nothing that prints or serialises an object shows a secret", async () => {
  const shown = await run("shown.js", `
    import util from "node:util";
    import { Workspace } from "lakebase-credentials";
    ${PROVIDER}
    for (const object of [workspace, provider, new Error("outer", { cause: provider })]) {
      console.log(util.inspect(object, { depth: 20, showHidden: true, getters: true }), JSON.stringify(object), String(object), { ...object });
      console.dir(structuredClone({ ...object }));
    }
    console.log(Object.getOwnPropertyNames(workspace), Reflect.ownKeys(provider));
  `);
  assert.match(shown, /CredentialProvider/);
  assert.ok(!shown.includes(SECRET), shown);
});

test("errors are errors: named, printable, and without fields that have no value", async () => {
  await run("errors.js", `
    import assert from "node:assert/strict";
    import util from "node:util";
    import { LakebaseError, Workspace } from "lakebase-credentials";
    ${PROVIDER}
    let thrown;
    try { new Workspace({ host: "https://workspace.example" }); } catch (error) { thrown = error; }
    assert.ok(thrown instanceof LakebaseError && thrown instanceof Error && util.types.isNativeError(thrown));
    assert.equal(thrown.name, "LakebaseError");
    assert.match(thrown.stack, /^LakebaseError: INVALID_ARGUMENT/);
    assert.deepEqual(Object.keys(thrown).sort(), ["code", "hint", "option", "retryable"]);
    const { stack, ...fields } = { ...thrown, name: thrown.name, message: thrown.message };
    assert.deepEqual(JSON.parse(JSON.stringify(thrown)), fields);

    const reason = new Error("reason");
    const aborted = await provider.token({ signal: AbortSignal.abort(reason) }).catch((error) => error);
    assert.deepEqual([aborted.code, aborted.name, aborted.cause], ["ABORTED", "AbortError", reason]);
    assert.ok(!Object.keys(aborted).includes("cause") && !("cause" in aborted.toJSON()));
    assert.equal(Object.prototype.propertyIsEnumerable.call(aborted, "name"), false);
  `);
});

test("a method without its object, or an object without its maker, is a TypeError", async () => {
  await run("this.js", `
    import assert from "node:assert/strict";
    import { CredentialProvider, Workspace } from "lakebase-credentials";
    ${PROVIDER}
    assert.throws(() => new CredentialProvider(), TypeError);
    assert.throws(() => new CredentialProvider({ listen() {} }), TypeError);
    assert.throws(() => CredentialProvider(), TypeError);
    assert.throws(() => Workspace.prototype.host, TypeError);
    assert.throws(() => CredentialProvider.prototype.invalidate.call({}), TypeError);
    for (const method of ["token", "credential", "connection", "login"]) {
      for (const other of [{}, workspace]) {
        await assert.rejects(CredentialProvider.prototype[method].call(other, () => {}), TypeError, method);
      }
    }
    assert.equal(provider.invalidate("x"), false);
  `);
});

test("a provider that nobody uses is collected", async () => {
  await run("collected.js", `
    import assert from "node:assert/strict";
    import { setTimeout } from "node:timers/promises";
    import { Workspace } from "lakebase-credentials";
    function make() {
      ${PROVIDER}
      provider.addEventListener("mint", () => provider.state);
      return [new WeakRef(provider), new WeakRef(workspace)];
    }
    const made = Array.from({ length: 100 }, make).flat();
    for (let i = 0; i < 50 && made.some((object) => object.deref()); i++) {
      await setTimeout(10);
      gc();
    }
    assert.equal(made.filter((object) => object.deref()).length, 0);
  `, "--expose-gc");
});
