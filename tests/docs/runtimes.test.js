// The package's README tells in which versions of its runtimes it was verified: those that `tests/suite/` plays in.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { MINIFLARE } from "../suite/harness/miniflare.js";
import { program, versionOf } from "../suite/harness/programs.js";
import { DATES, WORKERD } from "../suite/harness/workerd.js";

const edge = createRequire(import.meta.url)("@edge-runtime/vm/package.json");
const told = {
  "Node.js": [versionOf(program("node"))],
  Deno: [versionOf(program("deno"))],
  Bun: [versionOf(program("bun"))],
  "Cloudflare Workers": [WORKERD, ...DATES, MINIFLARE],
  "Vercel's Edge runtime": [edge.version],
};

const readme = await readFile(new URL("../../pkg-template/README.md", import.meta.url), "utf8");

for (const [runtime, words] of Object.entries(told)) {
  test(`the README tells what ${runtime} was verified in`, () => {
    const row = readme.split("\n").find((line) => line.startsWith(`| ${runtime} | `)) ?? "";
    for (const word of words) assert.ok(row.includes(word), `it does not say ${word}: ${row}`);
  });
}
