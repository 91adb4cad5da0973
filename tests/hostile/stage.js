// The token goes to the verified server alone: one runtime's drivers, against every server that is none.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createDriverProject } from "../drivers/project.js";
import { startRelay } from "../drivers/relay.js";
import { startEmulator } from "../emulator/index.js";
import { Witness } from "../suite/harness/witness.js";
import { createCertificates } from "./certificates.js";
import { INSECURE, REPLACING } from "./runtime/settings.js";
import { hostileServers, startServer, trustedServers } from "./servers.js";
import { Table, whatWasSent } from "./table.js";

/** Of a driver that waits for a hostile server, in ms; and after how long it must have given up. */
const TIMEOUT = 1500;
const BOUND = 20_000;
const PATIENT = 20_000;

const emulator = await startEmulator();
const certificates = await createCertificates(emulator.authority);
const servers = hostileServers(certificates);
const trusted = trustedServers(certificates);
const DATABASE = "is the database";
const witness = new Witness();
const project = await createDriverProject();
const relay = await startRelay();
cpSync(fileURLToPath(new URL("runtime", import.meta.url)), `${project.folder}/runtime`, { recursive: true });
after(() => Promise.all([emulator.stop(), relay.stop(), project.remove()]));

/** What an environment may hold that would change what drivers connect to, or how. */
export const MISLEADING = {
  NODE_TLS_REJECT_UNAUTHORIZED: "0",
  PGSSLMODE: "disable",
  PGSSL: "prefer",
  DATABASE_URL: "postgres://me:fixed@localhost:1/db?sslmode=disable",
  POSTGRES_URL: "postgres://me:fixed@localhost:1/db?sslmode=disable",
};

/** Tries these drivers in a runtime, which `open` starts. */
export function tryDrivers(runtime, drivers, open) {
  describe(runtime, () => {
    const started = [];
    const tokens = new Set();
    const table = new Table(runtime, drivers, [DATABASE, ...Object.keys(trusted), ...Object.keys(servers)]);
    let lane;
    before(async () => {
      lane = await open({ folder: project.folder, witness, caPem: emulator.caPem });
    });
    // A test that failed shall not keep the others' processes.
    after(async () => {
      await end();
      console.log(`\n${table}\n`);
    });

    async function end() {
      await lane?.stop();
      await Promise.all(started.map(({ stop }) => stop()));
      lane = undefined;
    }

    async function start(server, name) {
      const running = { ...(await startServer(server)), name, server };
      started.push(running);
      return running;
    }

    async function attempt(driver, port, { timeout = TIMEOUT, statement = "select 1", setting } = {}) {
      const { clientId, clientSecret } = emulator.servicePrincipal;
      const options = { port, ca: emulator.caPem, ...(driver === "neon" && { relay: relay.url }) };
      const result = await lane.run({ workspace: { host: emulator.url, clientId, clientSecret }, driver, options, timeout, statement, setting });
      tokens.add(result.token);
      witness.used(result.token, clientSecret);
      witness.saw(`the error of ${driver} in ${runtime}`, JSON.stringify(result.error));
      return result;
    }

    const safe = (record, token) => {
      assert.equal(record.passwordMessages, 0, "a password message was sent");
      assert.equal(record.holds(token), false, "the token was sent");
    };

    for (const driver of drivers) {
      test(`${driver}: the database gets the token, and answers`, async () => {
        const statement = "select current_user as user, count(*)::int as orders from orders";
        const { rows, error } = await attempt(driver, emulator.database.port, { timeout: PATIENT, statement });
        assert.equal(error, undefined);
        assert.equal(rows[0].user, emulator.servicePrincipal.clientId);
        assert.ok(rows[0].orders > 0);
        assert.equal(emulator.logins.at(-1).accepted, true);
        table.note(DATABASE, driver, "the token, in TLS");
      });

      for (const [name, server] of Object.entries(trusted)) {
        test(`${driver}: a server that ${name} sees nothing of the token in clear`, async () => {
          const { port, record } = await start(server, name);
          // Not every driver says so when it does not know what is asked for.
          const { token, rows, error } = await attempt(driver, port, { timeout: server.getsToken ? PATIENT : TIMEOUT });
          assert.equal(rows, undefined);
          assert.ok(error.message);
          if (server.getsToken) {
            assert.equal(error.sqlstate, "28P01", error.message);
            assert.ok(record.passwordMessages > 0);
          }
          assert.equal(record.holds(token, ["clear"]), Boolean(server.getsToken));
          assert.equal(record.holds(token, ["wire"]), false);
          table.note(name, driver, whatWasSent(record, token));
        });
      }

      describe(`${driver} gives no token to a server that`, { concurrency: true }, () => {
        for (const [name, server] of Object.entries(servers)) {
          test(name, { timeout: BOUND }, async () => {
            const { port, record } = await start(server, name);
            const { token, rows, error } = await attempt(driver, port);
            table.note(name, driver, whatWasSent(record, token));
            assert.equal(rows, undefined);
            assert.ok(error.message);
            assert.ok(record.connections > 0, "it was never asked");
            if (server.handshake) assert.ok(record.handshake, "the handshake was not reached");
            safe(record, token);
          });
        }
      });

      test(`${driver}: settings that would not verify are refused before anything is connected`, async (t) => {
        const { port, record } = await start(servers["has a certificate of an unknown authority"], "that is refused");
        for (const [settings, code] of [[INSECURE, "INSECURE_TLS"], [REPLACING[driver], "INVALID_ARGUMENT"]]) {
          for (const setting of Object.keys(settings)) {
            await t.test(setting, async () => {
              const { error } = await attempt(driver, port, { setting });
              assert.equal(error?.code, code, error?.message);
              assert.equal(error.option, setting.split(":")[0]);
              assert.equal(record.connections, 0);
            });
          }
        }
      });
    }

    test("nothing came later, and nothing was printed", async () => {
      await end();
      const [token, ...others] = tokens;
      assert.deepEqual(others, []);
      for (const { name, record, server } of started) {
        if (name in servers) safe(record, token);
        else if (!server.getsToken) assert.equal(record.holds(token), false, name);
      }
      assert.deepEqual(witness.search(), []);
    });
  });
}
