// A user's project: an empty folder in which the packed package and a driver are installed.
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const root = path.resolve(here, "../..");
const npm = (args, cwd) =>
  promisify(execFile)("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd,
    // npm is a batch file on Windows, which only a shell can start.
    shell: process.platform === "win32",
  });

/** Packs `pkg/`, installs it beside `pg` in a temporary project, and copies the programs there. */
export async function createProject(programs) {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "lakebase-demo-")));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const { dependencies } = JSON.parse(await readFile(path.join(root, "tests/package.json"), "utf8"));
    await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const { stdout } = await npm(["pack", path.join(root, "pkg"), "--json"], folder);
    const [{ filename, size }] = JSON.parse(stdout);
    await npm(["install", "--prefer-offline", `./${filename}`, `pg@${dependencies.pg}`], folder);
    for (const program of programs) await copyFile(path.join(here, program), path.join(folder, program));
    return { folder, tarball: { filename, size }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
