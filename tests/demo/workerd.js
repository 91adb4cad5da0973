// Starts workerd on the bundled worker.js, trusting no certificate authority but the emulator's.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import workerd from "workerd";
import { bundleWorker } from "./bundle.js";

const config = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = false, trustedCertificates = [embed "ca.pem"]),
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "${workerd.compatibilityDate}",
  modules = [
    (name = "worker.js", esModule = embed "bundle.js"),
    (name = "lakebase_credentials_bg.wasm", wasm = embed "node_modules/lakebase-credentials/lakebase_credentials_bg.wasm"),
  ],
  bindings = [
    (name = "HOST", fromEnvironment = "HOST"),
    (name = "PORT", fromEnvironment = "PORT"),
    (name = "CLIENT_ID", fromEnvironment = "CLIENT_ID"),
    (name = "CLIENT_SECRET", fromEnvironment = "CLIENT_SECRET"),
  ],
);
`;

/** Gives `run(path)`, which sends one request and gives its result, and `stop()`. */
export async function startWorkerd(folder, { caPem, environment }) {
  await writeFile(path.join(folder, "ca.pem"), caPem);
  await writeFile(path.join(folder, "workerd.capnp"), config);
  await bundleWorker(path.join(folder, "worker.js"), path.join(folder, "bundle.js"));
  const child = spawn(workerd.default, ["serve", "--control-fd=3", "workerd.capnp"], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const exited = once(child, "exit");
  async function stop() {
    // It takes its time over SIGTERM while a connection is open.
    child.kill("SIGKILL");
    await exited;
  }
  const port = await Promise.race([listening(child.stdio[3]), exited.then(() => undefined)]);
  if (port === undefined) throw new Error("workerd ended before it listened");
  async function run(path) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(60_000) });
    const { result, error } = await response.json();
    if (error) throw Object.assign(new Error(`workerd: ${error.message}`), error);
    return result;
  }
  return { run, stop };
}

/** The port that workerd was given, from the events that it writes. */
async function listening(events) {
  for await (const line of createInterface({ input: events })) {
    const { event, port } = JSON.parse(line);
    if (event === "listen") return port;
  }
  return undefined;
}
