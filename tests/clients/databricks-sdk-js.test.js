import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { WorkspaceClient } from "@databricks/sdk-experimental";
import { startEmulator } from "../emulator/index.js";
import { query } from "../emulator/raw-client.js";

describe("@databricks/sdk-experimental", () => {
  let emulator;
  let workspace;
  before(async () => {
    emulator = await startEmulator();
    const { clientId, clientSecret } = emulator.servicePrincipal;
    workspace = new WorkspaceClient({ host: emulator.url, clientId, clientSecret, authType: "oauth-m2m" });
  });
  after(() => emulator?.stop());

  it("gets a credential of an instance that logs in", async () => {
    const { token, expiration_time: expiry } = await workspace.database.generateDatabaseCredential({
      request_id: "request-1",
      instance_names: ["orders"],
    });
    assert.ok(Math.abs(Date.parse(expiry) - Date.now() - 3_600_000) < 30_000);
    assert.deepEqual(await query(emulator, { user: emulator.servicePrincipal.clientId, password: token }), [{ count: 5 }]);
    assert.equal(emulator.requests.count("credentials"), 1);
  });

  it("reads who it is and the instances", async () => {
    assert.equal((await workspace.currentUser.me()).userName, emulator.servicePrincipal.clientId);
    assert.equal((await workspace.database.getDatabaseInstance({ name: "orders" })).state, "AVAILABLE");
    const names = [];
    for await (const { name } of workspace.database.listDatabaseInstances({ page_size: 2 })) names.push(name);
    assert.deepEqual(names, Object.keys(emulator.instances));
  });

  it("knows the errors for what they are", async () => {
    await assert.rejects(workspace.database.generateDatabaseCredential({ instance_names: ["stopped"] }), {
      errorCode: "INVALID_STATE",
      statusCode: 400,
    });
  });
});
