// A project that has the examples as their users have them: copied, compiled, with the packed package and the ORMs.
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { cleanEnvironment } from "../clients/environment.js";
import { createProject, output } from "../package/project.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = path.resolve(here, "../..");
export const examples = path.join(root, "examples");

export async function createExamples() {
  const project = await createProject();
  try {
    await linkPackages(path.join(here, "node_modules"), path.join(project.folder, "node_modules"));
    await cp(examples, path.join(project.folder, "examples"), { recursive: true });
    await generatePrismaClient(project.folder);
    for (const file of await filesIn(path.join(project.folder, "examples"), [".ts"])) {
      const target = path.join(project.folder, "examples", file);
      const { code } = await transform(await readFile(target, "utf8"), { loader: "ts", target: "node20" });
      await writeFile(target.replace(/\.ts$/, ".js"), code);
    }
    for (const name of ["players", "preload.js", "play.js", "play.py"]) {
      await cp(path.join(here, name), path.join(project.folder, name), { recursive: true });
    }
    return project;
  } catch (error) {
    await project.remove();
    throw error;
  }
}

/** What examples/ has of these kinds, by the paths within. */
export const sources = (...kinds) => filesIn(examples, kinds);

const filesIn = async (folder, kinds) => (await readdir(folder, { recursive: true })).filter((name) => kinds.includes(path.extname(name)));

async function generatePrismaClient(folder) {
  // It fetches the engine of migrations if there is none, which generating does not use; and keeps notes in the home.
  const env = cleanEnvironment({ PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1", HOME: folder });
  const prisma = path.join(folder, "node_modules/prisma/build/index.js");
  await output(process.execPath, [prisma, "generate", "--schema=examples/prisma/schema.prisma", "--no-hints"], { cwd: folder, env });
}

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
