// Runs every case of the suite in one runtime, and reports each as a test.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createProject } from "../../package/project.js";
import { cases } from "../cases/index.js";
import { startStage } from "./stage.js";
import { Witness } from "./witness.js";

/** Runtimes side by side: the cases mostly wait. */
const LANES = 6;
const CASE_TIMEOUT = 60_000;

/**
 * `others` are packages that the project needs beside the packed one. `prepare(project)` may add to it, and gives what
 * `open` is given. `open` starts a lane: `run(name, env)` runs one case there, `stop()` ends it.
 */
export async function runSuite(title, { others = [], prepare = (project) => project, open }) {
  await test(title, { concurrency: LANES }, async (t) => {
    const witness = new Witness();
    const project = await createProject("chai", ...others);
    for (const name of ["cases", "runtime"]) {
      cpSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), `${project.folder}/${name}`, { recursive: true });
    }
    const prepared = await prepare({ ...project, witness });
    const lanes = [];
    try {
      await Promise.all(
        cases.map(({ name }) => t.test(name, () => playCase(name, { lanes, open: () => open(prepared), witness }))),
      );
    } finally {
      await Promise.all(lanes.map((lane) => lane.stop()));
      await prepared.stop?.();
      await project.remove();
    }
    await t.test("no secret was printed or caught in all of this", () => {
      assert.deepEqual(witness.search(), []);
      const { texts, secrets } = witness.size;
      assert.ok(texts > cases.length && secrets > cases.length, `hardly anything was searched: ${texts} texts, ${secrets} secrets`);
    });
  });
}

async function playCase(name, { lanes, open, witness }) {
  const stage = await startStage();
  let lane;
  try {
    lane = lanes.pop() ?? (await open());
    const { error, seen, secrets } = await inTime(lane.run(name, stage.env));
    for (const text of seen) witness.saw(name, text);
    witness.used(...secrets);
    if (error) throw Object.assign(new Error(error.message), { stack: error.stack });
    lanes.push(lane);
  } catch (error) {
    // Whatever state this runtime is in now, the next case shall not inherit it.
    await lane?.stop();
    throw error;
  } finally {
    witness.used(...stage.secrets());
    await stage.stop();
  }
}

async function inTime(running) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the case did not end within ${CASE_TIMEOUT} ms`)), CASE_TIMEOUT);
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}
