// The runtimes that make the attempts: `run(task)` makes one, `stop()` ends the runtime.
import { fork } from "node:child_process";
import { once } from "node:events";
import { bundle, startWorkerd } from "../suite/harness/workerd.js";

/** `environment` is added to that of this process. */
export async function openNode({ folder, witness, environment }) {
  const child = fork(`${folder}/runtime/node.js`, { cwd: folder, execArgv: [], silent: true, env: { ...process.env, ...environment } });
  witness.watch("Node.js, standard output", child.stdout);
  const errors = witness.watch("Node.js, standard error", child.stderr);
  const closed = once(child, "close");
  const waiting = new Map();
  child.on("message", ({ id, result }) => waiting.get(id)?.(result));
  let count = 0;
  return {
    async run(task) {
      const id = ++count;
      const answered = new Promise((resolve) => waiting.set(id, resolve));
      child.send({ id, task });
      const result = await Promise.race([answered, closed.then(() => undefined)]);
      if (!result) throw new Error(`Node.js ended: ${errors()}`);
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
