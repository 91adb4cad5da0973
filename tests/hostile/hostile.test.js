// The token goes to a verified server alone: every driver, in every runtime, against every server that is none.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import workerd from "workerd";
import { startEmulator } from "../emulator/index.js";
import { createProject } from "../package/project.js";
import { Witness } from "../suite/harness/witness.js";
import { createCertificates } from "./certificates.js";
import { openNode, openWorkerd } from "./lanes.js";
import { INSECURE, REPLACING } from "./runtime/settings.js";
import { hostileServers, startServer, trustedServer } from "./servers.js";

/** Of a driver that waits for a hostile server, in ms; and after how long it must have given up. */
const TIMEOUT = 1500;
const BOUND = 10_000;
const PATIENT = 20_000;

const emulator = await startEmulator();
const certificates = await createCertificates(emulator.authority);
const servers = hostileServers(certificates);
const witness = new Witness();
const project = await createProject("pg", "postgres");
cpSync(fileURLToPath(new URL("runtime", import.meta.url)), `${project.folder}/runtime`, { recursive: true });
after(() => Promise.all([emulator.stop(), project.remove()]));

const LANES = {
  "Node.js": (given) => openNode(given),
  "Node.js, told by its environment not to verify": (given) =>
    openNode({ ...given, environment: { NODE_TLS_REJECT_UNAUTHORIZED: "0", PGSSLMODE: "disable", PGSSL: "prefer" } }),
  "workerd": (given) => openWorkerd({ ...given, date: workerd.compatibilityDate }),
};

for (const [runtime, open] of Object.entries(LANES)) {
  describe(runtime, () => {
    const started = [];
    const tokens = new Set();
    let lane;
    before(async () => {
      lane = await open({ folder: project.folder, witness, caPem: emulator.caPem });
    });
    // A test that failed shall not keep the others' processes.
    after(() => end());

    async function end() {
      await lane?.stop();
      await Promise.all(started.map(({ stop }) => stop()));
      lane = undefined;
    }

    async function start(server) {
      const running = { ...(await startServer(server)), trusted: server.trusted };
      started.push(running);
      return running;
    }

    async function attempt(driver, port, { timeout = TIMEOUT, statement = "select 1", setting } = {}) {
      const { clientId, clientSecret } = emulator.servicePrincipal;
      const options = { port, ca: emulator.caPem };
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

    for (const driver of ["pg", "postgres"]) {
      test(`${driver}: the database gets the token, and answers`, async () => {
        const statement = "select current_user as user, count(*)::int as orders from orders";
        const { rows, error } = await attempt(driver, emulator.database.port, { timeout: PATIENT, statement });
        assert.equal(error, undefined);
        assert.equal(rows[0].user, emulator.servicePrincipal.clientId);
        assert.ok(rows[0].orders > 0);
        assert.equal(emulator.logins.at(-1).accepted, true);
      });

      test(`${driver}: a server that is verified gets the token, within TLS alone`, async () => {
        const { port, record } = await start(trustedServer(certificates));
        const { token, error } = await attempt(driver, port, { timeout: PATIENT });
        assert.equal(error.code, "28P01", error.message);
        assert.ok(record.passwordMessages > 0 && record.holds(token, ["clear"]));
        assert.equal(record.holds(token, ["wire"]), false);
      });

      describe(`${driver} gives no token to a server that`, { concurrency: true }, () => {
        for (const [name, server] of Object.entries(servers)) {
          test(name, { timeout: BOUND }, async () => {
            const { port, record } = await start(server);
            const { token, rows, error } = await attempt(driver, port);
            assert.equal(rows, undefined);
            assert.ok(error.message);
            assert.ok(record.connections > 0, "it was never asked");
            if (server.handshake) assert.ok(record.handshake, "the handshake was not reached");
            safe(record, token);
          });
        }
      });

      test(`${driver}: settings that would not verify are refused before anything is connected`, async (t) => {
        const { port, record } = await start(servers["has a certificate of an unknown authority"]);
        for (const setting of Object.keys(INSECURE)) {
          await t.test(setting, async () => {
            const { error } = await attempt(driver, port, { setting });
            assert.equal(error?.code, "INSECURE_TLS");
            assert.equal(error.option, setting.split(":")[0]);
            assert.equal(record.connections, 0);
          });
        }
        for (const setting of Object.keys(REPLACING[driver])) {
          await t.test(setting, async () => {
            const { error } = await attempt(driver, port, { setting });
            assert.equal(error?.code, "INVALID_ARGUMENT");
            assert.equal(error.option, setting);
            assert.equal(record.connections, 0);
          });
        }
      });
    }

    test("nothing came later, and nothing was printed", async () => {
      await end();
      const [token, ...others] = tokens;
      assert.deepEqual(others, []);
      for (const { record, trusted } of started) {
        if (!trusted) safe(record, token);
      }
      assert.deepEqual(witness.search(), []);
    });
  });
}
