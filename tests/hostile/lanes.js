// The runtimes that make the attempts: `run(task)` makes one, `stop()` ends the runtime.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { program } from "../suite/harness/programs.js";
import { bundle, startWorkerd } from "../suite/harness/workerd.js";

/** The Node.js that runs this, or another one. */
export const openNode = (given, command = process.execPath) => openProcess(given, command);

export const openBun = (given) => openProcess(given, program("bun"));

export const openDeno = (given) => {
  const args = ["run", "--no-prompt", "--no-remote", "--node-modules-dir=manual", "--allow-all"];
  return openProcess(given, program("deno"), args, { DENO_DIR: path.join(given.folder, ".deno"), DENO_NO_UPDATE_CHECK: "1" });
};

/** `environment` is added to that of this process. */
function openProcess({ folder, witness, environment }, command, args = [], own = {}) {
  const name = path.basename(command);
  const child = spawn(command, [...args, `${folder}/runtime/process.js`], {
    cwd: folder,
    env: { ...process.env, ...own, ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  witness.watch(`${name}, standard output`, child.stdout);
  const errors = witness.watch(`${name}, standard error`, child.stderr);
  const closed = once(child, "close");
  const waiting = new Map();
  child.on("message", ({ id, result }) => waiting.get(id)?.(result));
  let count = 0;
  return {
    async run(task) {
      const id = ++count;
      const answered = new Promise((resolve) => waiting.set(id, resolve));
      child.send({ id, task }, () => {}); // a channel that is closed is told as the end of the process
      const result = await Promise.race([answered, closed.then(() => undefined)]);
      if (!result) throw new Error(`${name} ended: ${errors()}`);
      return result;
    },
    async stop() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

export async function openWorkerd({ folder, witness, date, caPem }) {
  const script = await bundle(folder, "runtime/worker.js");
  const { url, errors, stop } = await startWorkerd({ folder, script, date, witness, caPem });
  return {
    async run(task) {
      const response = await fetch(url, { method: "POST", body: JSON.stringify(task) });
      if (!response.ok) throw new Error(`workerd answered ${response.status}: ${errors()}`);
      return response.json();
    },
    stop,
  };
}
