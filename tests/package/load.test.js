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
    assert.deepEqual({ ...options, password }, { ...config, password, max_lifetime: 86400 });
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
