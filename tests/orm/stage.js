// What the examples are played against: an emulator, and a process for each.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { cleanEnvironment } from "../clients/environment.js";
import { startEmulator } from "../emulator/index.js";
import { callerOf, connect, eventually } from "../emulator/raw-client.js";
import { Witness } from "../suite/harness/witness.js";
import { createExamples } from "./project.js";

/** The players of the examples. */
export const EXAMPLES = ["drizzle-node-postgres", "drizzle-postgres-js", "kysely", "knex", "prisma", "typeorm", "sequelize"];

const HOUR = 3_600;
const LOCK = 7;
const PID = "SELECT pg_backend_pid() AS pid";

/** An emulator with the examples beside it; `open` starts a player, `clear` ends what was opened since. */
export async function startStage(settings) {
  const witness = new Witness();
  const [project, emulator] = await Promise.all([createExamples(), startEmulator(settings)]);
  const opened = [];
  return {
    emulator,
    async open(name, { servicePrincipal = emulator.servicePrincipal, env, python } = {}) {
      const player = await openPlayer({ project, emulator, witness, name, servicePrincipal, env, python });
      opened.push(player);
      return player;
    },
    /** A connection beside the player's, with a credential of its own. */
    async bystander() {
      const { clientId: user } = emulator.servicePrincipal;
      const client = await connect(emulator, { user, password: await callerOf(emulator).credential({ instance_names: ["orders"] }) });
      opened.push({ stop: () => client.end() });
      emulator.requests.clear();
      emulator.logins.clear();
      return client;
    },
    async clear() {
      for (const one of opened.splice(0)) await one.stop();
      emulator.reset();
    },
    async stop() {
      await project.remove();
      await emulator.stop();
      assert.ok(witness.size.texts > 0, "nothing was searched");
      assert.deepEqual(witness.search(), []);
    },
  };
}

/** Has the player's connection in use until `release`, which gives the server process that it had and that it has. */
export async function hold(player, beside) {
  await beside.query("SELECT pg_advisory_lock($1)", [LOCK]);
  const held = player.query(`${PID} FROM (SELECT pg_advisory_xact_lock(${LOCK})) AS lock`);
  held.catch(() => {}); // told by release()
  const waiting = () => beside.query("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
  await eventually(async () => (await waiting()).rowCount === 1, "the player's query does not wait for the lock");
  const [{ pid: before }] = (await waiting()).rows;
  return {
    before,
    /** The server process of another connection. */
    other: async () => (await player.query(PID))[0].pid,
    async release() {
      await beside.query("SELECT pg_advisory_unlock($1)", [LOCK]);
      return (await held)[0].pid;
    },
  };
}

/** What the player's module exports is called by name. */
async function openPlayer({ project, emulator, witness, name, servicePrincipal: { clientId, clientSecret }, env, python }) {
  witness.used(clientSecret);
  const program = path.join(project.folder, python ? "play.py" : "play.js");
  const child = fork(program, [`./players/${name}.js`], {
    cwd: project.folder,
    ...(python ? { execPath: python, execArgv: [] } : { execArgv: ["--import", "./preload.js"] }),
    silent: true,
    env: cleanEnvironment({
      DATABRICKS_HOST: emulator.url,
      DATABRICKS_CLIENT_ID: clientId,
      DATABRICKS_CLIENT_SECRET: clientSecret,
      EMULATOR_PORT: String(emulator.database.port),
      NODE_EXTRA_CA_CERTS: emulator.caFile,
      ...env,
    }),
  });
  witness.watch(`${name}, standard output`, child.stdout);
  const errors = witness.watch(`${name}, standard error`, child.stderr);
  const closed = once(child, "close").then(() => {
    throw new Error(`${name} ended: ${errors()}`);
  });
  closed.catch(() => {}); // told to whoever calls
  const answers = new Map();
  const ready = new Promise((resolve) => answers.set(undefined, { resolve }));
  child.on("message", ({ id, result, error }) => {
    const { resolve, reject } = answers.get(id);
    answers.delete(id);
    witness.saw(`${name}, an answer`, error ?? JSON.stringify(result));
    if (error) reject(new Error(error));
    else resolve(result);
  });

  let calls = 0;
  const call = (act, ...args) => {
    const id = (calls += 1);
    const answer = new Promise((resolve, reject) => answers.set(id, { resolve, reject }));
    child.send({ id, act, args }, () => {}); // a channel that is closed is told as the end of the process
    return Promise.race([answer, closed]);
  };
  const player = {
    call,
    get ended() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    /** What it wrote to standard error so far. */
    errors,
    query: (text) => call("query", text),
    /** The error of the provider for a call that must end with a refused login. */
    refusal: async (act, ...args) => (await call("refusals", 1, act, ...args))[0],
    /** An hour goes by, here and at the service: what was minted before has expired. */
    async passHour() {
      emulator.clock.advance(HOUR + 1);
      await call("passTime", HOUR * 1_000);
    },
    async stop() {
      child.kill("SIGKILL");
      await closed.catch(() => {});
    },
  };
  try {
    await Promise.race([ready, closed]);
    return player;
  } catch (error) {
    await player.stop();
    throw error;
  }
}
