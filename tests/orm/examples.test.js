// Each example, with its own text: it connects over verified TLS, lives through the end of its token, and logs in anew.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { startEmulator } from "../emulator/index.js";
import { callerOf, connect, eventually } from "../emulator/raw-client.js";
import { Witness } from "../suite/harness/witness.js";
import { createExamples } from "./project.js";
import { openPlayer } from "./stage.js";

const PLAYERS = ["drizzle-node-postgres", "drizzle-postgres-js", "kysely", "knex"];
const CUSTOMERS = ["Ada Lovelace", "Grace Hopper", "Edgar Codd", "Barbara Liskov", "Jim Gray"];
const LOCK = 7;

describe("examples", () => {
  const witness = new Witness();
  const opened = [];
  let project, emulator, user;
  before(async () => {
    [project, emulator] = await Promise.all([createExamples(), startEmulator()]);
    user = emulator.servicePrincipal.clientId;
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.stop();
    emulator.reset();
  });
  after(async () => {
    await project?.remove();
    await emulator?.stop();
    assert.ok(witness.size.texts > 0, "nothing was searched");
    assert.deepEqual(witness.search(), []);
  });

  async function open(name, env) {
    const player = await openPlayer(project, emulator, witness, name, env);
    opened.push(player);
    return player;
  }

  /** A connection beside the example's, with a credential of its own. */
  async function bystander() {
    const client = await connect(emulator, { user, password: await callerOf(emulator).credential({ instance_names: ["orders"] }) });
    opened.push({ stop: () => client.end() });
    emulator.requests.clear();
    emulator.logins.clear();
    return client;
  }

  for (const name of PLAYERS) {
    it(`${name}: queries, as the identity, with one credential`, async () => {
      const player = await open(name);
      assert.deepEqual((await player.call("customers")).map(({ customer }) => customer), CUSTOMERS);
      assert.deepEqual(await player.query("SELECT current_user AS name"), [{ name: user }]);
      assert.equal(emulator.requests.count("credentials"), 1);
      assert.ok(emulator.logins.length > 0 && emulator.logins.every(({ accepted, host }) => accepted && host === "localhost"));
      await player.call("end");
    });

    it(`${name}: an open connection outlives its token, and the next one logs in with a new one`, async () => {
      const beside = await bystander();
      const player = await open(name);
      await beside.query("SELECT pg_advisory_lock($1)", [LOCK]);
      // Its connection is in use from before the end of the token until after it.
      const pid = "SELECT pg_backend_pid() AS pid";
      const held = player.query(`${pid} FROM (SELECT pg_advisory_xact_lock(${LOCK})) AS lock`);
      held.catch(() => {}); // awaited below
      const waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
      await eventually(async () => (await beside.query(waiting)).rowCount === 1, "the example's query does not wait for the lock");
      const { rows: [first] } = await beside.query(waiting);
      assert.equal(emulator.requests.count("credentials"), 1);

      await player.passHour();
      const [second] = await player.query(pid);
      assert.notEqual(second.pid, first.pid);
      assert.equal(emulator.requests.count("credentials"), 2);
      await beside.query("SELECT pg_advisory_unlock($1)", [LOCK]);
      assert.deepEqual(await held, [first]);
      assert.ok(emulator.logins.every(({ accepted }) => accepted), "a login was refused");
      await player.call("end");
    });

    it(`${name}: connections that the server closes end no process, and are replaced`, async () => {
      const beside = await bystander();
      const player = await open(name);
      await player.call("customers");
      const closed = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()";
      assert.ok((await beside.query(closed)).rowCount > 0);
      const connects = () => player.query("SELECT 1").then(() => true, () => player.ended);
      await eventually(connects, "it does not connect again");
      assert.ok(!player.ended, "its process ended");
      assert.equal(emulator.requests.count("credentials"), 1);
      await player.call("end");
    });

    it(`${name}: gives no token to a server that is not verified`, async () => {
      await assert.rejects(async () => (await open(name, { NODE_EXTRA_CA_CERTS: undefined })).call("customers"), /certificate/);
      assert.equal(emulator.logins.length, 0);
    });
  }
});
