import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { CONSTANT, FETCH, LAKEBASE, LAKEBASE_POOL, OURS, SDK } from "./clients.js";
import { environment, run } from "./processes.js";
import { shuffled, spread } from "./statistics.js";
import { bundle } from "./weight.js";

export const COLD_ROUNDS = 17;
export const CACHED_ROUNDS = 5;
export const CALLERS = 1000;
export const EMPTY = "an empty Node.js process";

/**
 * Fresh processes to their first credential, each client once in every round, as installed and as one bundled file.
 * A ratio is taken within its round, so that what else the machine does then falls on both sides of it.
 */
export async function coldStarts(emulator) {
  const env = environment(emulator);
  const folder = await mkdtemp(path.join(tmpdir(), "lakebase-benches-"));
  try {
    const contenders = [{ name: EMPTY, program: "empty", args: [] }];
    for (const { name, file } of [OURS, LAKEBASE, SDK, FETCH]) {
      const bundled = path.join(folder, `${path.basename(file, ".js")}.cjs`);
      const options = { platform: "node", format: "cjs", external: ["pg-native"] };
      await writeFile(bundled, await bundle(`export * from ${JSON.stringify(file)}`, options));
      contenders.push({ name, program: "cold", args: [pathToFileURL(file).href] });
      contenders.push({ name, bundled: true, program: "cold", args: [pathToFileURL(bundled).href] });
    }
    for (const one of contenders) await run(one.program, { args: one.args, env }); // fills the file cache
    const measured = new Map(contenders.map((one) => [one, []]));
    for (let round = 0; round < COLD_ROUNDS; round += 1) {
      for (const one of shuffled(contenders)) {
        emulator.requests.clear();
        const { ready, elapsed } = await run(one.program, { args: one.args, env });
        measured.get(one).push({ ready, elapsed, requests: emulator.requests.length });
      }
    }
    const reference = (bundled) => measured.get(contenders.find((one) => one.name === OURS.name && one.bundled === bundled));
    return contenders.map((one) => {
      const runs = measured.get(one);
      return {
        name: one.name,
        bundled: one.bundled,
        total: spread(runs.map(({ elapsed }) => elapsed)),
        ready: runs[0].ready === undefined ? undefined : spread(runs.map(({ ready }) => ready)),
        requests: Math.max(...runs.map(({ requests }) => requests)),
        ratio: spread(runs.map(({ elapsed }, round) => elapsed / reference(one.bundled)[round].elapsed)).median,
      };
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Calls that the cache answers, in several processes for each client, taking turns. */
export async function cachedCalls(emulator) {
  const env = environment(emulator);
  const contenders = [OURS, LAKEBASE, LAKEBASE_POOL, CONSTANT];
  const measured = new Map(contenders.map((one) => [one, []]));
  for (let round = 0; round < CACHED_ROUNDS; round += 1) {
    for (const one of shuffled(contenders)) {
      measured.get(one).push(await run("cached", { args: [pathToFileURL(one.file).href], flags: ["--expose-gc"], env }));
    }
  }
  return contenders.map((one) => {
    const runs = measured.get(one);
    return {
      name: one.name,
      nanoseconds: spread(runs.flatMap(({ samples }) => samples)),
      bytesKept: Math.max(...runs.map(({ bytesKept }) => bytesKept)),
      length: runs[0].length,
    };
  });
}

/** A thousand callers of one client who come before it has anything, and the requests that they cost. */
export async function crowds(emulator) {
  const env = environment(emulator);
  const rows = [];
  for (const { name, file } of [OURS, LAKEBASE, SDK, FETCH]) {
    emulator.requests.clear();
    const { elapsed, tokens } = await run("crowd", { args: [pathToFileURL(file).href, String(CALLERS)], env });
    const routes = {};
    for (const { route } of emulator.requests) routes[route] = (routes[route] ?? 0) + 1;
    rows.push({ name, elapsed, tokens, requests: emulator.requests.length, routes });
  }
  return rows;
}
