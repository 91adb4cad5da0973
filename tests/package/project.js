// A temporary project that has the package as its users have it: packed, and installed from the tarball.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
export const tests = fileURLToPath(new URL("..", import.meta.url));
const pkg = path.resolve(tests, "../pkg");

/** Runs a program and gives what it printed; rejects, with that, if it fails. */
export async function output(command, args, options = {}) {
  const { stdout, stderr } = await run(command, args, { maxBuffer: 1 << 26, ...options }).catch((error) => {
    throw new Error(`${command} ${args.join(" ")}: ${error.message}\n${error.stdout}${error.stderr}`);
  });
  return stdout + stderr;
}

/** Packs pkg/ into `folder`; gives the tarball's path and the files that npm put into it. */
export async function pack(folder) {
  const { stdout } = await run("npm", ["pack", pkg, "--json", "--pack-destination", folder]);
  const packed = JSON.parse(stdout);
  // An array, or in newer versions of npm an object under the package's name.
  const [{ filename, files }] = Object.values(packed);
  return { tarball: path.join(folder, filename), files: files.map((file) => file.path).sort() };
}

/** A project in a temporary folder with the package installed, and these packages of the tests beside it. */
export const createProject = (...others) => createProjectIn(tmpdir(), ...others);

/** The same, in a new folder inside of `parent`, whose own packages the project finds as Node.js looks for them. */
export async function createProjectIn(parent, ...others) {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, "lakebase-credentials-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await write(folder, { "package.json": JSON.stringify({ private: true, type: "module" }) });
    const { tarball, files } = await pack(folder);
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball], { cwd: folder });
    for (const name of others) {
      const link = path.join(folder, "node_modules", name);
      await mkdir(path.dirname(link), { recursive: true });
      await symlink(path.join(tests, "node_modules", name), link, "junction");
    }
    return { folder, tarball, files, write: (texts) => write(folder, texts), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function write(folder, texts) {
  for (const [name, text] of Object.entries(texts)) await writeFile(path.join(folder, name), text);
}
