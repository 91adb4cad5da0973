// A project with the packed package, and the drivers that these tests bring beside it.
import { mkdir, symlink } from "node:fs/promises";
import path from "node:path";
import { createProject, tests } from "../package/project.js";

const OWN = ["@neondatabase/serverless", "bun-types", "subtls", "ws"];

export async function createDriverProject() {
  const project = await createProject("pg", "postgres");
  try {
    await linkOwnPackages(project.folder);
    return project;
  } catch (error) {
    await project.remove();
    throw error;
  }
}

/** Puts the packages of these tests into a project. */
export async function linkOwnPackages(folder) {
  for (const name of OWN) {
    const link = path.join(folder, "node_modules", name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(tests, "drivers/node_modules", name), link, "junction");
  }
}
