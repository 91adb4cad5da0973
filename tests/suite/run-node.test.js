import { fork } from "node:child_process";
import { once } from "node:events";
import { runSuite } from "./harness/suite.js";

await runSuite("node", { title: "in Node.js", open: openLane });

function openLane({ folder, witness }) {
  const child = fork(`${folder}/runtime/node.js`, { cwd: folder, execArgv: [], silent: true });
  witness.watch("Node.js, standard output", child.stdout);
  const errors = witness.watch("Node.js, standard error", child.stderr);
  const closed = once(child, "close");
  return {
    async run(name, env) {
      child.send({ name, env });
      const answered = once(child, "message").then(([message]) => message);
      const message = await Promise.race([answered, closed.then(() => undefined)]);
      if (!message) throw new Error(`Node.js ended: ${errors()}`);
      return message;
    },
    async stop() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
