// Measures the package in pkg/ beside other clients, prints the tables and writes them to RESULTS.md.
import { readFile, writeFile } from "node:fs/promises";
import { install } from "./install.js";
import { load, machine } from "./machine.js";

const ROUND_TRIP = 20; // milliseconds

await install();
// These import what has just been installed.
const { startEmulator } = await import("../tests/emulator/index.js");
const { ROUTES } = await import("../tests/emulator/routes.js");
const { weigh } = await import("./weight.js");
const { cachedCalls, coldStarts, crowds } = await import("./timing.js");
const { report } = await import("./report.js");

const step = async (title, measure) => {
  const begun = performance.now();
  console.log(`==> ${title}`);
  const result = await measure();
  console.log(`    done in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  return result;
};

const emulator = await startEmulator({ database: false });
try {
  for (const route of ROUTES) emulator.fault(route, { delay: ROUND_TRIP }, { times: Infinity });
  const { version } = JSON.parse(await readFile(new URL("../pkg/package.json", import.meta.url), "utf8"));
  const results = {
    version,
    roundTrip: ROUND_TRIP,
    machine: machine(),
    loads: [load()],
    weight: await step("Bundling and weighing", weigh),
    cold: await step("Cold starts, in fresh processes", () => coldStarts(emulator)),
    cached: await step("Cached calls", () => cachedCalls(emulator)),
    crowd: await step("A thousand callers at once", () => crowds(emulator)),
  };
  results.loads.push(load());
  const text = report(results);
  await writeFile(new URL("RESULTS.md", import.meta.url), text);
  console.log(`\n${text}`);
} finally {
  await emulator.stop();
}
