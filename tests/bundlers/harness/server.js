// A program that serves, as a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";

/** Starts `program` in the project and waits until it prints an address that matches; gives `url`, `said()` and `stop()`. */
export async function startServer({ folder, environment }, program, args, address) {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
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
  const url = await Promise.race([found, closed.then(() => undefined)]);
  if (!url) throw new Error(`${program} ended before it listened: ${said}`);
  return {
    url,
    said: () => said,
    async stop() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await closed;
      clearTimeout(late);
    },
  };
}
