import { spawnSync } from "node:child_process";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const HERE = new URL(".", import.meta.url);
const LOCK = new URL("package-lock.json", HERE);
const STAMP = new URL("node_modules/.installed-lock.json", HERE);
const PACKAGE = new URL("node_modules/lakebase-credentials/", HERE);

/** Installs the other clients exactly as the lock file says, unless they are there, and the package as last built. */
export async function install() {
  const lock = await readFile(LOCK, "utf8");
  if (lock !== (await readFile(STAMP, "utf8").catch(() => undefined))) {
    const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: fileURLToPath(HERE),
      stdio: "inherit",
      shell: process.platform === "win32", // npm is a script there
    });
    if (status !== 0) throw new Error("npm ci failed; it needs the npm registry");
    await writeFile(STAMP, lock);
  }
  await rm(PACKAGE, { recursive: true, force: true });
  await cp(new URL("../pkg/", HERE), PACKAGE, { recursive: true });
}
