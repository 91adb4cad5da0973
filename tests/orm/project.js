// A project that has the examples as their users have them: copied, compiled, with the packed package and the ORMs.
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { createProject } from "../package/project.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = path.resolve(here, "../..");
export const examples = path.join(root, "examples");

export async function createExamples() {
  const project = await createProject();
  try {
    await linkPackages(path.join(here, "node_modules"), path.join(project.folder, "node_modules"));
    await cp(examples, path.join(project.folder, "examples"), { recursive: true });
    for (const file of await sources()) {
      const target = path.join(project.folder, "examples", file);
      const { code } = await transform(await readFile(target, "utf8"), { loader: "ts", target: "node20" });
      await writeFile(target.replace(/\.ts$/, ".js"), code);
    }
    for (const name of ["players", "preload.js", "play.js"]) {
      await cp(path.join(here, name), path.join(project.folder, name), { recursive: true });
    }
    return project;
  } catch (error) {
    await project.remove();
    throw error;
  }
}

/** The examples' programs, by their paths within examples/. */
export const sources = async () => (await readdir(examples, { recursive: true })).filter((name) => name.endsWith(".ts"));

async function linkPackages(from, to) {
  for (const name of await readdir(from)) {
    if (name.startsWith(".")) continue;
    if (name.startsWith("@")) {
      await mkdir(path.join(to, name), { recursive: true });
      await linkPackages(path.join(from, name), path.join(to, name));
    } else {
      await symlink(path.join(from, name), path.join(to, name), "junction");
    }
  }
}
