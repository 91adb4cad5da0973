// A program that serves, as a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";

/** Starts a command in the project and waits until it prints an address that matches; gives `url`, `said()` and `stop()`. */
export async function startServer({ folder, environment }, [command, ...args], address) {
  const child = spawn(command, args, { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close");
  let said = "";
  const found = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        said += stripVTControlCharacters(chunk);
        const [url] = address.exec(said) ?? [];
        if (url) resolve(url);
      });
    }
  });
  let limit;
  const late = new Promise((resolve) => (limit = setTimeout(resolve, 120_000)));
  const url = await Promise.race([found, closed.then(() => undefined), late]);
  clearTimeout(limit);
  if (!url) {
    child.kill("SIGKILL");
    await closed;
    throw new Error(`${command} ${args.join(" ")} gave no address: ${said}`);
  }
  return {
    url,
    said: () => said,
    async stop() {
      child.kill("SIGTERM");
      const slow = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await closed;
      clearTimeout(slow);
    },
  };
}
