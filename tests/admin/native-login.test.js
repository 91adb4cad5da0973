import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { createRoleStatement, generatePassword, Workspace } from "../../pkg/admin.js";
import { pgConfig } from "../../pkg/pg.js";
import { connectTo, logIn } from "./login.js";
import { startStage } from "./stage.js";

const UPDATE = "instance-update";
const PATH = "/api/2.0/database/instances/orders?update_mask=enable_pg_native_login";

describe("native login, on a real PostgreSQL", () => {
  let stage;
  before(async () => {
    stage = await startStage();
  });
  after(() => stage?.stop());

  it("is read, turned on and turned off, and holds at the next login", async () => {
    const { emulator, workspace, witness, refused } = stage;
    const provider = workspace.credentials({ instance: "orders" });
    const config = await pgConfig(provider, { port: emulator.database.port, ca: emulator.caPem });
    const owner = await connectTo(config);
    const password = generatePassword();
    witness.used(password);
    await owner.query(createRoleStatement("app", password));
    await owner.end();
    const effective = async () => (await workspace.getDatabaseInstance("orders")).effectiveEnablePgNativeLogin;

    assert.equal(await effective(), false);
    await refused(() => logIn(config, "app", password), { code: "28P01" });

    const on = await workspace.setNativeLogin("orders", true);
    assert.deepEqual([on.name, on.enablePgNativeLogin, on.effectiveEnablePgNativeLogin], ["orders", true, true]);
    assert.deepEqual([on.state, on.pgVersion, on.capacity, on.readWriteDns], ["AVAILABLE", "PG_VERSION_16", "CU_1", "localhost"]);
    assert.equal(await effective(), true);
    const open = await connectTo({ ...config, user: "app", password });
    // Turning on what is on changes nothing.
    assert.equal((await workspace.setNativeLogin("orders", true)).effectiveEnablePgNativeLogin, true);
    assert.deepEqual(await logIn(config, "app", password), ["app"]);

    assert.equal((await workspace.setNativeLogin("orders", false)).effectiveEnablePgNativeLogin, false);
    assert.equal(await effective(), false);
    await refused(() => logIn(config, "app", password), { code: "28P01" });
    const { rows } = await open.query("SELECT current_user");
    assert.deepEqual(rows, [{ current_user: "app" }], "who is logged in stays");
    await open.end();
  });
});

describe("setNativeLogin", () => {
  let stage;
  before(async () => {
    stage = await startStage({ database: false });
  });
  after(() => stage?.stop());
  afterEach(() => stage.emulator.reset());

  const updates = () => stage.emulator.requests.of(UPDATE);

  it("costs one request, which says the one thing", async () => {
    await stage.workspace.currentUser();
    for (const enabled of [true, false]) {
      stage.emulator.requests.clear();
      await stage.workspace.setNativeLogin("orders", enabled);
      assert.deepEqual(
        stage.emulator.requests.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
        [["PATCH", PATH, { enable_pg_native_login: enabled }]],
      );
    }
  });

  const LASTING = {
    // The workspace token may be what was refused: it is renewed once.
    "403": [{ status: 403 }, { code: "PERMISSION_DENIED", status: 403, retryable: false, target: "orders" }, 2],
    "404": [{ status: 404 }, { code: "NOT_FOUND", status: 404, retryable: false, target: "orders" }],
    "a feature that is off": [{ status: 400, json: { error_code: "FEATURE_DISABLED", message: "off" } }, { code: "FEATURE_DISABLED", retryable: false }],
    "a wrong state": [{ status: 400, json: { error_code: "INVALID_STATE", message: "stopped" } }, { code: "INSTANCE_NOT_AVAILABLE" }],
    "a request that is not accepted": [{ status: 400, json: { error_code: "INVALID_PARAMETER_VALUE", message: "no" } }, { code: "INVALID_REQUEST" }],
    "a redirect": [{ redirect: true }, { code: "WORKSPACE_REDIRECT", retryable: false }],
    "wrong types": [{ wrongTypes: true }, { code: "UNEXPECTED_RESPONSE", retryable: false }],
    "an answer that is no instance": [{ json: {} }, { code: "UNEXPECTED_RESPONSE", retryable: false }],
    "an answer that is an array": [{ json: [] }, { code: "UNEXPECTED_RESPONSE" }],
  };
  for (const [name, [fault, fields, requests = 1]] of Object.entries(LASTING)) {
    it(`rejects with ${fields.code} for ${name}, after ${requests} of them`, async () => {
      stage.emulator.fault(UPDATE, fault, { times: Infinity });
      await stage.refused(() => stage.workspace.setNativeLogin("orders", true), fields);
      assert.equal(updates().length, requests);
    });
  }

  const PASSING = {
    "503": { status: 503, retryAfter: 1 },
    "429": { status: 429, retryAfter: 1 },
    "500": { status: 500 },
    "a reset connection": { reset: true },
    "a page": { html: true, status: 502 },
    "a body cut short": { truncate: true },
  };
  for (const [name, fault] of Object.entries(PASSING)) {
    it(`asks again after ${name}: turning on twice is turning on`, async () => {
      stage.emulator.fault(UPDATE, fault);
      const instance = await stage.workspace.setNativeLogin("orders", true);
      assert.equal(instance.effectiveEnablePgNativeLogin, true);
      assert.equal(updates().length, 2);
    });
  }

  it("gets a new workspace token for one that is refused", async () => {
    await stage.workspace.currentUser();
    stage.emulator.fault(UPDATE, { status: 401 });
    await stage.workspace.setNativeLogin("orders", true);
    const [first, second] = updates().map(({ headers }) => headers.authorization);
    assert.notEqual(first, second);
  });

  it("rejects with UNEXPECTED_RESPONSE for pages without end", async () => {
    stage.emulator.fault(UPDATE, { html: true, status: 200 }, { times: Infinity });
    await stage.refused(() => stage.workspace.setNativeLogin("orders", true, { timeout: 3_000 }), { code: "UNEXPECTED_RESPONSE" });
  });

  it("ends at its time, and with its signal", async () => {
    stage.emulator.fault(UPDATE, { hang: true }, { times: Infinity });
    const begun = Date.now();
    await stage.refused(() => stage.workspace.setNativeLogin("orders", true, { timeout: 300 }), { code: "TIMEOUT" });
    const signal = AbortSignal.timeout(300);
    await stage.refused(() => stage.workspace.setNativeLogin("orders", true, { signal }), { code: "ABORTED", name: "AbortError" });
    assert.ok(Date.now() - begun < 2_000);
    stage.emulator.requests.clear();
    await stage.refused(() => stage.workspace.setNativeLogin("orders", true, { signal }), { code: "ABORTED" });
    assert.equal(updates().length, 0);
  });

  it("refuses bad input before any request", async () => {
    const names = ["", "a/b", "..", "a b", "a?b", "\u00e9", "x".repeat(200), undefined, null, 7, {}, ["orders"], stage.emulator.endpoint];
    for (const name of names) {
      await stage.refused(() => stage.workspace.setNativeLogin(name, true), { code: "INVALID_ARGUMENT", option: "instance" });
    }
    for (const enabled of [undefined, null, 0, 1, "true", {}, []]) {
      await stage.refused(() => stage.workspace.setNativeLogin("orders", enabled), { code: "INVALID_ARGUMENT", option: "enabled" });
    }
    for (const [option, value] of [["timeout", "1"], ["timeout", 0], ["signal", {}], ["options", null], ["options", 7]]) {
      const options = option === "options" ? value : { [option]: value };
      await stage.refused(() => stage.workspace.setNativeLogin("orders", true, options), { code: "INVALID_ARGUMENT", option });
    }
    assert.equal(stage.emulator.requests.length, 0);
  });

  it("is not for an identity whose token the workspace refuses", async () => {
    const stranger = new Workspace({ host: stage.emulator.url, token: "dapi-of-a-stranger" });
    stage.witness.used("dapi-of-a-stranger");
    await stage.refused(() => stranger.setNativeLogin("orders", true), { code: "PERMISSION_DENIED" });
    assert.equal(stage.emulator.instances.orders.enable_pg_native_login, false);
  });
});
