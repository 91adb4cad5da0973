import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));
const cache = path.join(here, "..", "..", "target", "clients");

/** Variables of the developer's own account would be taken up by the clients under test. */
export function cleanEnvironment(given) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(DATABRICKS_|ARM_|GOOGLE_|PG|LAKEBASE_)/.test(name));
  return { ...Object.fromEntries(kept), DATABRICKS_CONFIG_FILE: path.join(here, "no-such-file"), ...given };
}

/** What a client reads to act as the emulator's service principal. */
export const servicePrincipalEnvironment = ({ url, servicePrincipal }) =>
  cleanEnvironment({
    DATABRICKS_HOST: url,
    DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
    DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
  });

/**
 * The Python of a virtual environment with the pinned requirements; made once, and
 * again when they change.
 */
export async function pythonWithSdk() {
  const requirements = path.join(here, "requirements.txt");
  const digest = createHash("sha256").update(await readFile(requirements)).digest("hex").slice(0, 16);
  const folder = path.join(cache, `python-${digest}`);
  const python = path.join(folder, "bin", "python");
  const stamp = path.join(folder, "complete");
  if (await access(stamp).then(() => true, () => false)) return python;
  await rm(folder, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  try {
    await run("python3", ["-m", "venv", folder]);
  } catch (error) {
    throw new Error(`Python 3.10 or newer with venv is needed (Debian: apt-get install python3 python3-venv): ${error.stderr || error.message}`);
  }
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"];
  await run(python, [...pip, "-r", requirements]);
  await writeFile(stamp, "");
  return python;
}

/** Runs a client in a process of its own; it prints one JSON value. */
export async function runJson(file, args, env) {
  const { stdout } = await run(file, args, { env, timeout: 30_000 });
  return JSON.parse(stdout);
}

/** Runs psql; `output` is what it printed, `error` what it complained of. */
export async function psql(env, ...statements) {
  try {
    const commands = statements.flatMap((statement) => ["-c", statement]);
    const { stdout } = await run("psql", ["-X", "-A", "-t", ...commands], { env: cleanEnvironment(env), timeout: 30_000 });
    return { output: stdout.trim() };
  } catch (error) {
    if (error.code === "ENOENT") throw new Error("psql is needed (Debian: apt-get install postgresql-client)");
    return { output: error.stdout.trim(), error: error.stderr.trim() };
  }
}
