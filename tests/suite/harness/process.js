// Lanes that are processes of a runtime's own program.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** Starts `command` in the project's folder: a lane that is told over IPC what to play. */
export function openProcess(command, args, { folder, witness, variables = {} }) {
  const program = path.basename(command);
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...variables }, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  witness.watch(`${program}, standard output`, child.stdout);
  const errors = witness.watch(`${program}, standard error`, child.stderr);
  const closed = once(child, "close");
  return {
    async run(name, env) {
      const answered = once(child, "message").then(([message]) => message);
      child.send({ name, env });
      const message = await Promise.race([answered, closed.then(() => undefined)]);
      if (!message) throw new Error(`${program} ended: ${errors()}`);
      return message;
    },
    async stop() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
