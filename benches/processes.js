import { spawn } from "node:child_process";
import { once } from "node:events";
import { devNull } from "node:os";
import { fileURLToPath } from "node:url";

const LIMIT = 60_000;

/** The environment that each client gets: this identity and no other, and nothing that changes how Node.js starts. */
export function environment(emulator) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DATABRICKS_|PG|LAKEBASE_|NODE_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    DATABRICKS_HOST: emulator.url,
    DATABRICKS_CLIENT_ID: emulator.servicePrincipal.clientId,
    DATABRICKS_CLIENT_SECRET: emulator.servicePrincipal.clientSecret,
    DATABRICKS_CONFIG_FILE: devNull,
    INSTANCE: "orders",
    ENDPOINT: emulator.endpoint,
  };
}

/** Runs one of programs/ in a process of its own; gives what it reported and the milliseconds until it did. */
export async function run(program, { args = [], flags = [], env }) {
  const file = fileURLToPath(new URL(`programs/${program}.js`, import.meta.url));
  const begun = performance.now();
  const child = spawn(process.execPath, [...flags, file, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT,
    killSignal: "SIGKILL",
  });
  let printed = "";
  let complaint = "";
  let elapsed;
  child.stdout.on("data", (bytes) => {
    elapsed ??= performance.now() - begun;
    printed += bytes;
  });
  child.stderr.on("data", (bytes) => {
    complaint += bytes;
  });
  const [code, signal] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${signal ?? code}: ${complaint}`);
  return { ...JSON.parse(printed), elapsed };
}
