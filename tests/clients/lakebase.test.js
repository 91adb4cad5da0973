import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createLakebasePool, generateDatabaseCredential, RequestedClaimsPermissionSet } from "@databricks/lakebase";
import { WorkspaceClient } from "@databricks/sdk-experimental";
import { startEmulator } from "../emulator/index.js";
import { query } from "../emulator/raw-client.js";

describe("@databricks/lakebase", () => {
  let emulator;
  let workspaceClient;
  before(async () => {
    emulator = await startEmulator();
    const { clientId, clientSecret } = emulator.servicePrincipal;
    workspaceClient = new WorkspaceClient({ host: emulator.url, clientId, clientSecret, authType: "oauth-m2m" });
  });
  after(() => emulator?.stop());

  it("gets a credential of an endpoint that logs in", async () => {
    const { token, expire_time: expiry } = await generateDatabaseCredential(workspaceClient, {
      endpoint: emulator.endpoint,
      claims: [{ permission_set: RequestedClaimsPermissionSet.READ_ONLY, resources: [{ table_name: "main.public.orders" }] }],
    });
    assert.ok(Math.abs(Date.parse(expiry) - Date.now() - 3_600_000) < 30_000);
    assert.deepEqual(await query(emulator, { user: emulator.servicePrincipal.clientId, password: token }), [{ count: 5 }]);
  });

  it("queries through its pool", async () => {
    const pool = createLakebasePool({
      workspaceClient,
      endpoint: emulator.endpoint,
      user: emulator.servicePrincipal.clientId,
      host: emulator.database.host,
      port: emulator.database.port,
      database: emulator.database.database,
      ssl: { ca: emulator.caPem, rejectUnauthorized: true },
      logger: { debug: false, info: false, warn: false, error: false },
    });
    try {
      const { rows } = await pool.query("SELECT current_user AS name");
      assert.equal(rows[0].name, emulator.servicePrincipal.clientId);
    } finally {
      await pool.end();
    }
  });
});
