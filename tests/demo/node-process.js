// The Node.js process that runs the job, and the tasks that it is given.
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

export function startNode(folder) {
  const child = fork(path.join(folder, "node.js"), { cwd: folder, execArgv: [] });
  const exited = once(child, "exit");
  return {
    async run(task, options) {
      child.send({ task, options });
      const answered = once(child, "message").then(([message]) => message);
      const message = await Promise.race([answered, exited.then(([code]) => ({ error: { message: `exit code ${code}` } }))]);
      if (message.error) throw Object.assign(new Error(`Node.js: ${message.error.message}`), message.error);
      return message.result;
    },
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
