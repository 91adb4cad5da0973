// Starts workerd on a bundled worker of the project.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import workerd from "workerd";
import { bundleWorker } from "../../demo/bundle.js";

export const WORKERD = `workerd ${workerd.version}`;

/** The oldest date that is promised. */
export const PROMISED_DATE = "2024-01-01";

/** That, and the newest that this workerd knows. */
export const DATES = [PROMISED_DATE, workerd.compatibilityDate];

export const NODE_FLAGS = ["nodejs_compat"];

/** Bundles `entry` of the project. Without `waitUntil`, its platform is one that does not have it yet. */
export async function bundle(folder, entry, { waitUntil = true } = {}) {
  const name = `${path.basename(entry, ".js")}${waitUntil ? "" : "-without-wait-until"}.bundle.js`;
  const file = path.join(folder, name);
  await bundleWorker(path.join(folder, entry), file);
  let text = (await readFile(file, "utf8")).replaceAll('"cloudflare:settings"', '"settings.json"');
  if (!waitUntil) text = text.replaceAll('"cloudflare:workers"', '"older-workers.js"');
  await writeFile(file, text);
  return name;
}

const quoted = JSON.stringify;

/** Gives the worker's address, and `stop()`. `modules` are the package's WebAssembly that it uses, `wasm` other such files, of the folder; `settings` is what the worker imports as `cloudflare:settings`, a name that its bundler leaves alone. */
export async function startWorkerd({ folder, script, date, witness, settings = {}, modules = ["lakebase_credentials"], wasm = [], bindings = {}, flags = NODE_FLAGS, caPem }) {
  const id = Math.random().toString(36).slice(2);
  const tls = caPem ? `tlsOptions = (trustBrowserCas = false, trustedCertificates = [embed "ca-${id}.pem"]),` : "";
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["public", "private"], ${tls}))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  compatibilityDate = ${quoted(date)},
  compatibilityFlags = ${quoted(flags)},
  modules = [
    (name = "worker.js", esModule = embed ${quoted(script)}),
    ${modules.map((stem) => `(name = "${stem}_bg.wasm", wasm = embed "node_modules/lakebase-credentials/${stem}_bg.wasm"),`).join("\n    ")}
    ${wasm.map((file) => `(name = ${quoted(file)}, wasm = embed ${quoted(file)}),`).join("\n    ")}
    (name = "settings.json", json = ${quoted(JSON.stringify(settings))}),
    (name = "older-workers.js", esModule = "export const env = {};"),
  ],
  bindings = [${Object.entries(bindings).map(([name, text]) => `(name = ${quoted(name)}, text = ${quoted(text)})`).join(", ")}],
);
`;
  if (caPem) await writeFile(path.join(folder, `ca-${id}.pem`), caPem);
  await writeFile(path.join(folder, `workerd-${id}.capnp`), config);
  const child = spawn(workerd.default, ["serve", "--control-fd=3", `workerd-${id}.capnp`], { cwd: folder, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const closed = once(child, "close");
  witness.watch("workerd, standard output", child.stdout);
  const errors = witness.watch("workerd, standard error", child.stderr);
  const port = await Promise.race([listening(child.stdio[3]), closed.then(() => undefined)]);
  if (port === undefined) throw new Error(`workerd ended before it listened: ${errors()}`);
  return {
    url: `http://127.0.0.1:${port}`,
    errors,
    async stop() {
      // It takes its time over SIGTERM while a connection is open.
      child.kill("SIGKILL");
      await closed;
    },
  };
}

async function listening(events) {
  for await (const line of createInterface({ input: events })) {
    const { event, port } = JSON.parse(line);
    if (event === "listen") return port;
  }
  return undefined;
}
