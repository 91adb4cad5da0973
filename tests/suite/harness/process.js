// Lanes that are processes of a runtime's own program.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** Gives what `runSuite` opens a lane with: `command` runs a file of the project, told what to do over IPC. */
export function processLanes(command, args = [], variables = () => ({})) {
  const name = path.basename(command);
  return ({ folder, witness }) => {
    const child = spawn(command, [...args, `${folder}/runtime/process.js`], {
      cwd: folder,
      env: { ...process.env, ...variables(folder) },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    witness.watch(`${name}, standard output`, child.stdout);
    const errors = witness.watch(`${name}, standard error`, child.stderr);
    const closed = once(child, "close");
    return {
      async run(caseName, env) {
        const answered = once(child, "message").then(([message]) => message);
        child.send({ name: caseName, env });
        const message = await Promise.race([answered, closed.then(() => undefined)]);
        if (!message) throw new Error(`${name} ended: ${errors()}`);
        return message;
      },
      async stop() {
        child.kill("SIGKILL");
        await closed;
      },
    };
  };
}
