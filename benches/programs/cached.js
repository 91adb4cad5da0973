// Calls that find a credential in the cache: nanoseconds for each, and how much memory an answer takes if it is kept.
import { writeSync } from "node:fs";

const WARM_UP = 200_000;
const SAMPLES = 10;
const CALLS = 100_000;

const { open } = await import(process.argv[2]);
const token = open();
const { length } = await token();

async function call(times) {
  for (let left = times; left > 0; left -= 1) await token();
}

await call(WARM_UP);
const samples = [];
for (let left = SAMPLES; left > 0; left -= 1) {
  const begun = performance.now();
  await call(CALLS);
  samples.push(((performance.now() - begun) / CALLS) * 1e6);
}

// The same string many times is one pointer for each; a string made anew for each call is all its characters.
const kept = new Array(CALLS).fill(undefined);
globalThis.gc();
const before = process.memoryUsage().heapUsed;
for (let index = 0; index < CALLS; index += 1) kept[index] = await token();
globalThis.gc();
const bytesKept = Math.max(0, process.memoryUsage().heapUsed - before) / kept.length;

writeSync(1, `${JSON.stringify({ samples, bytesKept, length })}\n`);
process.exit(0);
