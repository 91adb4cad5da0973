import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startEmulator } from "../emulator/index.js";
import { query } from "../emulator/raw-client.js";
import { pythonWithSdk, runJson, servicePrincipalEnvironment } from "./environment.js";

const SCRIPT = path.join(path.dirname(fileURLToPath(import.meta.url)), "credential.py");

describe("databricks-sdk for Python", () => {
  let emulator;
  let seen;
  let python;
  before(async () => {
    [emulator, python] = await Promise.all([startEmulator(), pythonWithSdk()]);
    seen = await runJson(python, [SCRIPT, emulator.endpoint], servicePrincipalEnvironment(emulator));
  });
  after(() => emulator?.stop());

  it("gets a credential of an instance that logs in", async () => {
    assert.match(seen.provisioned.expiration_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const rows = await query(emulator, { user: seen.me, password: seen.provisioned.token });
    assert.deepEqual(rows, [{ count: 5 }]);
  });

  it("gets a credential of an endpoint that logs in", async () => {
    const left = Date.parse(seen.autoscaling.expire_time) - Date.now();
    assert.ok(left > 500_000 && left <= 600_000, `${left} ms for a ttl of 600 s`);
    assert.deepEqual(await query(emulator, { user: seen.me, password: seen.autoscaling.token }), [{ count: 5 }]);
  });

  it("gets a credential with claims that can only read", async () => {
    const login = { user: seen.me, password: seen.limited.token };
    assert.deepEqual(await query(emulator, login), [{ count: 5 }]);
    await assert.rejects(query(emulator, login, "DELETE FROM orders"), { code: "25006" });
  });

  it("reads who it is, the instances and the endpoints", () => {
    assert.equal(seen.me, emulator.servicePrincipal.clientId);
    assert.deepEqual(seen.instance, { state: "AVAILABLE", host: "localhost", uid: emulator.instances.orders.uid });
    assert.equal(seen.found, "orders");
    assert.equal(seen.native_login, true);
    assert.deepEqual(seen.instances, Object.keys(emulator.instances));
    assert.deepEqual(seen.projects, ["projects/shop"]);
    assert.deepEqual(seen.branches, ["projects/shop/branches/main"]);
    assert.deepEqual(seen.endpoints, [emulator.endpoint]);
    assert.equal(seen.endpoint_host, "localhost");
  });

  it("knows the errors for what they are", () => {
    assert.deepEqual(seen.refusals, {
      "unknown instance": ["ResourceDoesNotExist", "RESOURCE_DOES_NOT_EXIST"],
      "stopped instance": ["InvalidState", "INVALID_STATE"],
      "nothing named": ["InvalidParameterValue", "INVALID_PARAMETER_VALUE"],
      "unknown endpoint": ["NotFound", "NOT_FOUND"],
    });
  });

  it("verifies the workspace's certificate, and accepts it", async () => {
    const secure = await startEmulator({ database: false, tls: true });
    try {
      const environment = servicePrincipalEnvironment(secure);
      const answer = await runJson(python, [SCRIPT, secure.endpoint], { ...environment, REQUESTS_CA_BUNDLE: secure.caFile });
      assert.equal(answer.me, secure.servicePrincipal.clientId);
    } finally {
      await secure.stop();
    }
  });
});
