// A connection that is cut while its token is on its way, and a hostile server where the database was: the token belongs to
// the connection that was verified, and to none that comes after it.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startEmulator } from "../emulator/index.js";
import { createCertificates } from "../hostile/certificates.js";
import { hostileServers } from "../hostile/servers.js";
import { Witness } from "../suite/harness/witness.js";
import { startGate, startWay } from "./doors.js";
import { LANES } from "./lanes.js";
import { createDriverProject } from "./project.js";
import { startRelay } from "./relay.js";

const BOUND = 120_000;
const emulator = await startEmulator();
const servers = hostileServers(await createCertificates(emulator.authority));
const relay = await startRelay();
const project = await createDriverProject();
const witness = new Witness();
cpSync(fileURLToPath(new URL("runtime", import.meta.url)), `${project.folder}/runtime`, { recursive: true });
after(() => Promise.all([emulator.stop(), relay.stop(), project.remove()]));

const NEXT = ["says nothing", "has no TLS, and asks in clear", "asks in clear before it is spoken to", "has a certificate of an unknown authority"];

/** They have the token before they connect: there is nothing to cut, and their first server is the hostile one. */
const TOKEN_FIRST = new Set(["bun", "postgres"]);

const safe = ({ record }, token) => {
  assert.equal(record.passwordMessages, 0, "a password message was sent");
  assert.equal(record.holds(token), false, "the token was sent");
};

for (const [runtime, [open, drivers]] of Object.entries(LANES)) {
  for (const driver of drivers) {
    describe(`${driver} in ${runtime}, cut off while its token is minted, gives it to no server that then`, () => {
      const started = [];
      const attempts = [];
      let lane;
      before(async () => {
        lane = await open({ folder: project.folder, witness, caPem: emulator.caPem });
      });
      after(end);

      async function end() {
        await lane?.stop();
        lane = undefined;
        await Promise.all(started.map(({ stop }) => stop()));
      }

      async function start(starting) {
        const server = await starting;
        started.push(server);
        return server;
      }

      describe("instead of the database", { concurrency: true }, () => {
        for (const name of NEXT) {
          test(name, { timeout: BOUND }, async () => {
            const gate = await start(startGate(emulator.url));
            const way = await start(startWay(emulator.database.port, servers[name]));
            const { clientId, clientSecret } = emulator.servicePrincipal;
            const options = { host: "localhost", user: clientId, port: way.port, ca: emulator.caPem, ...(driver === "neon" && { relay: relay.url }) };
            const running = lane.run({ name: "cut", workspace: { host: gate.url, clientId, clientSecret }, driver, options });
            await Promise.race([gate.reached, running]);
            assert.equal(way.cut(), !TOKEN_FIRST.has(driver));
            if (!TOKEN_FIRST.has(driver)) await Promise.race([way.taken, running]);
            gate.open();
            const { error, outcomes, token } = await running;
            assert.equal(error, undefined);
            witness.used(token, clientSecret);
            attempts.push([way, token]);
            assert.ok(!outcomes.includes("an answer"));
            assert.ok(way.hostileConnections > 0, "the hostile server was never asked");
            safe(way, token);
          });
        }
      });

      test("nor to one later", async () => {
        await end();
        assert.equal(attempts.length, NEXT.length);
        for (const [way, token] of attempts) safe(way, token);
      });
    });
  }
}

test("nothing that was printed holds a secret", () => assert.deepEqual(witness.search(), []));
