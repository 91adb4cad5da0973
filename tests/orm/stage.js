// What the examples are played against: an emulator, and a process for each.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { cleanEnvironment } from "../clients/environment.js";

const HOUR = 3_600;

/** Opens a player of `project` as a process; what it exports is called by name. */
export async function openPlayer(project, emulator, witness, name, env = {}) {
  const { clientId, clientSecret } = emulator.servicePrincipal;
  witness.used(clientSecret);
  const child = fork(path.join(project.folder, "play.js"), [`./players/${name}.js`], {
    cwd: project.folder,
    execArgv: ["--import", "./preload.js"],
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
    witness.saw(`${name}, an error`, error);
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
    query: (text) => call("query", text),
    /** An hour goes by, here and at the service: what was minted before has expired. */
    async passHour() {
      emulator.clock.advance(HOUR);
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
