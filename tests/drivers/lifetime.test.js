// Every driver in every runtime that it runs in: connections that are open live on past their token, new ones get a new
// token, and one for which there is none leaves the program running.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { startEmulator } from "../emulator/index.js";
import { Witness } from "../suite/harness/witness.js";
import { LANES } from "./lanes.js";
import { createDriverProject } from "./project.js";
import { startRelay } from "./relay.js";

const emulator = await startEmulator();
const relay = await startRelay();
const project = await createDriverProject();
const witness = new Witness();
cpSync(fileURLToPath(new URL("runtime", import.meta.url)), `${project.folder}/runtime`, { recursive: true });
after(() => Promise.all([emulator.stop(), relay.stop(), project.remove()]));

async function logIn(user, password) {
  const { host, port, database } = emulator.database;
  const client = new pg.Client({ host, port, database, user, password, ssl: { ca: emulator.caPem } });
  client.on("error", () => {});
  await client.connect().finally(() => client.end().catch(() => {}));
}

for (const [runtime, [open, drivers]] of Object.entries(LANES)) {
  describe(runtime, () => {
    for (const driver of drivers) {
      /** What comes of this in a runtime of its own. */
      async function act(name) {
        const { clientId, clientSecret } = emulator.servicePrincipal;
        const lane = await open({ folder: project.folder, witness, caPem: emulator.caPem });
        try {
          const options = { port: emulator.database.port, ca: emulator.caPem, ...(driver === "neon" && { relay: relay.url }) };
          const workspace = { host: emulator.url, clientId, clientSecret };
          const result = await lane.run({ name, workspace, driver, options, controlUrl: emulator.controlUrl });
          assert.equal(result.error, undefined);
          return result;
        } finally {
          await lane.stop();
        }
      }

      test(`${driver} keeps its connections when their token ends, and opens others with a new one`, async () => {
        emulator.reset();
        const { clientId, clientSecret } = emulator.servicePrincipal;
        const { before, token, state, after: later, quiet, anew, events } = await act("live");
        witness.used(token, clientSecret);
        assert.equal(state, "expired");
        assert.deepEqual(later, before, "the same connection");
        assert.deepEqual(quiet, ["mint"], "it asks for no token");
        assert.equal(anew.user, clientId);
        assert.notEqual(anew.pid, before.pid);
        assert.deepEqual(events, ["mint", "mint"]);
        assert.equal(emulator.requests.count("credentials"), 2);
        assert.deepEqual(emulator.logins.map(({ accepted, user, host }) => [accepted, user, host]), Array(driver === "bun" ? 3 : 2).fill([true, clientId, "localhost"]));
        await assert.rejects(logIn(clientId, token), { code: "28P01" }, "the first token is good no more");
      });

      test(`${driver} says why no token could be had, and goes on with one`, async () => {
        emulator.reset();
        emulator.fault("credentials", { status: 403 }, { times: Infinity });
        const { thrown, told, failures, answer } = await act("withoutToken");
        assert.deepEqual(thrown, ["LakebaseError", "PERMISSION_DENIED"]);
        assert.deepEqual(told, ["PERMISSION_DENIED", false]);
        assert.deepEqual(failures, ["PERMISSION_DENIED"]);
        assert.equal(answer, 42);
      });

      // Neon's driver takes the end of a connection before what came ahead of it, if both come at once: what the server said
      // is lost then.
      if (driver !== "neon") {
        test(`${driver} says that a token was refused, and goes on with a new one`, async () => {
          emulator.reset();
          const { thrown, told, answer } = await act("withOldToken");
          assert.equal(thrown[1], "28P01");
          assert.deepEqual(told, ["LOGIN_REFUSED", true]);
          assert.equal(answer, 42);
          assert.deepEqual(emulator.logins.map(({ accepted }) => accepted), [true, false, true]);
        });
      }
    }
  });
}

test("nothing that was printed holds a secret", () => assert.deepEqual(witness.search(), []));
