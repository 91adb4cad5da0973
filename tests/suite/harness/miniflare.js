// Starts miniflare, in which `wrangler dev` runs a worker, on a bundled worker of the project.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { program } from "./programs.js";
import { NODE_FLAGS, PROMISED_DATE } from "./workerd.js";

const runtimes = createRequire(new URL("../../runtimes/package.json", import.meta.url));
const own = createRequire(runtimes.resolve("miniflare"));

export const MINIFLARE = `miniflare ${runtimes("miniflare/package.json").version}`;

/** As `DATES`, for the workerd that it brings. */
export const MINIFLARE_DATES = [PROMISED_DATE, own("workerd").compatibilityDate];

const main = fileURLToPath(new URL("miniflare-main.js", import.meta.url));

/** As `startWorkerd`. Miniflare needs a newer Node.js than these tests do, so it has a process of its own. */
export async function startMiniflare({ folder, flags = NODE_FLAGS, witness, ...options }) {
  const child = spawn(program("node"), [main], { cwd: folder, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const closed = once(child, "close");
  witness.watch("miniflare, standard output", child.stdout);
  const errors = witness.watch("miniflare, standard error", child.stderr);
  const answered = once(child, "message").then(([url]) => url);
  child.send({ folder, flags, ...options });
  const url = await Promise.race([answered, closed.then(() => undefined)]);
  if (url === undefined) throw new Error(`miniflare ended before it listened: ${errors()}`);
  return {
    url,
    errors,
    async stop() {
      // It ends its workerd, and then itself.
      if (child.connected) child.send("end");
      await closed;
    },
  };
}
