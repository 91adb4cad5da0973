import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { createAuthority } from "../emulator/authority.js";
import { startEmulator } from "../emulator/index.js";
import { callerOf } from "../emulator/raw-client.js";
import { psql } from "./environment.js";

describe("psql with sslmode=verify-full", () => {
  let emulator;
  let client;
  let settings;
  before(async () => {
    emulator = await startEmulator();
    client = callerOf(emulator);
    settings = {
      PGHOST: emulator.database.host,
      PGPORT: String(emulator.database.port),
      PGDATABASE: emulator.database.database,
      PGUSER: emulator.servicePrincipal.clientId,
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: emulator.caFile,
      PGCONNECT_TIMEOUT: "10",
    };
  });
  after(() => emulator?.stop());
  afterEach(() => emulator.reset());

  const mint = (request = { instance_names: ["orders"] }) => client.credential(request);
  const refusedPassword = () => `FATAL:  password authentication failed for user '${settings.PGUSER}'`;

  it("logs in with a credential and queries", async () => {
    const { output, error } = await psql({ ...settings, PGPASSWORD: await mint() }, "SELECT count(*) FROM orders", "SELECT current_user");
    assert.equal(error, undefined);
    assert.equal(output, `5\n${settings.PGUSER}`);
  });

  it("logs in to an instance whose name does not resolve here", async () => {
    const { output, error } = await psql(
      {
        ...settings,
        PGHOST: emulator.instances.invoices.read_write_dns,
        PGHOSTADDR: "127.0.0.1",
        PGPASSWORD: await mint({ instance_names: ["invoices"] }),
      },
      "SELECT 1",
    );
    assert.equal(error, undefined);
    assert.equal(output, "1");
  });

  it("logs in to an endpoint", async () => {
    const { output } = await psql({ ...settings, PGPASSWORD: await mint({ endpoint: emulator.endpoint }) }, "SELECT 1");
    assert.equal(output, "1");
  });

  it("does not trust another authority", async () => {
    const file = path.join(path.dirname(emulator.caFile), "another.crt");
    await writeFile(file, (await createAuthority({ name: "Another CA" })).pem);
    const { error } = await psql({ ...settings, PGSSLROOTCERT: file, PGPASSWORD: await mint() }, "SELECT 1");
    assert.match(error, /certificate verify failed/);
  });

  it("is refused with a wrong password, a personal token and an expired token", async () => {
    for (const password of ["wrong", emulator.user.token]) {
      const { error } = await psql({ ...settings, PGPASSWORD: password }, "SELECT 1");
      assert.ok(error.endsWith(refusedPassword()), error);
    }
    const password = await mint();
    emulator.clock.advance(3601);
    const { error } = await psql({ ...settings, PGPASSWORD: password }, "SELECT 1");
    assert.ok(error.endsWith(refusedPassword()), error);
  });

  it("is sent away without TLS before it is asked for a password", async () => {
    const { error } = await psql({ ...settings, PGSSLMODE: "disable", PGPASSWORD: await mint() }, "SELECT 1");
    assert.match(error, /FATAL: {2}SSL connection is required/);
  });

  it("is told that it must send a server name", async () => {
    const { error } = await psql({ ...settings, PGSSLSNI: "0", PGPASSWORD: await mint() }, "SELECT 1");
    assert.match(error, /the client sent no server name \(SNI\)/);
  });

  it("can only read with read-only claims", async () => {
    const claims = [{ permission_set: "READ_ONLY", resources: [{ table_name: "main.public.orders" }] }];
    const { output, error } = await psql(
      { ...settings, PGPASSWORD: await mint({ instance_names: ["orders"], claims }) },
      "SELECT count(*) FROM orders",
      "SET default_transaction_read_only = off",
      "DELETE FROM orders",
    );
    assert.equal(output, "5\nSET");
    assert.match(error, /permission denied for table orders/);
  });
});
