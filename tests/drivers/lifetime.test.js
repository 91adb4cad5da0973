// Every driver in every runtime that it runs in: connections that are open live on past their token, and new ones get a new
// token.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import pg from "pg";
import workerd from "workerd";
import { startEmulator } from "../emulator/index.js";
import { openBun, openDeno, openNode, openWorkerd } from "../hostile/lanes.js";
import { program } from "../suite/harness/programs.js";
import { Witness } from "../suite/harness/witness.js";
import { createDriverProject } from "./project.js";
import { startRelay } from "./relay.js";

const emulator = await startEmulator();
const relay = await startRelay();
const project = await createDriverProject();
const witness = new Witness();
cpSync(fileURLToPath(new URL("runtime", import.meta.url)), `${project.folder}/runtime`, { recursive: true });
after(() => Promise.all([emulator.stop(), relay.stop(), project.remove()]));

const EVERYWHERE = ["pg", "postgres", "neon"];
const LANES = {
  "Node.js": [openNode, EVERYWHERE],
  "the newest Node.js": [(given) => openNode(given, program("node")), EVERYWHERE],
  Deno: [openDeno, EVERYWHERE],
  Bun: [openBun, ["bun", ...EVERYWHERE]],
  workerd: [(given) => openWorkerd({ ...given, date: workerd.compatibilityDate }), EVERYWHERE],
};

async function logIn(user, password) {
  const { host, port, database } = emulator.database;
  const client = new pg.Client({ host, port, database, user, password, ssl: { ca: emulator.caPem } });
  client.on("error", () => {});
  await client.connect().finally(() => client.end().catch(() => {}));
}

for (const [runtime, [open, drivers]] of Object.entries(LANES)) {
  describe(runtime, () => {
    for (const driver of drivers) {
      test(`${driver} keeps its connections when their token ends, and opens others with a new one`, async () => {
        const { clientId, clientSecret } = emulator.servicePrincipal;
        const lane = await open({ folder: project.folder, witness, caPem: emulator.caPem });
        try {
          emulator.reset();
          const options = { port: emulator.database.port, ca: emulator.caPem, ...(driver === "neon" && { relay: relay.url }) };
          const workspace = { host: emulator.url, clientId, clientSecret };
          const life = await lane.run({ workspace, driver, options, controlUrl: emulator.controlUrl });
          assert.equal(life.error, undefined);
          const { before, after: later, anew, token, state, renewed, events } = life;
          witness.used(token, clientSecret);
          assert.equal(state, "expired");
          assert.deepEqual(later, before, "the same connection");
          assert.equal(anew.user, clientId);
          assert.notEqual(anew.pid, before.pid);
          assert.equal(renewed, true);
          assert.deepEqual(events, ["mint", "mint"]);
          assert.equal(emulator.requests.count("credentials"), 2);
          assert.deepEqual(emulator.logins.map(({ accepted, user, host }) => [accepted, user, host]), [
            [true, clientId, "localhost"],
            [true, clientId, "localhost"],
          ]);
          await assert.rejects(logIn(clientId, token), { code: "28P01" }, "the first token is good no more");
        } finally {
          await lane.stop();
        }
        assert.deepEqual(witness.search(), []);
      });
    }
  });
}
