import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { ERRORS, MIGRATE } from "./pages.js";
import { playSnippets } from "./play.js";
import { snippetsOf } from "./snippets.js";

const PAGES = { "errors.md": ERRORS, "migrate.md": MIGRATE };
/** Made of the programs in examples/, which tests/orm/ runs. */
const OF_EXAMPLES = ["orms.md"];

test("no page shows programs that nobody runs", () => {
  const names = readdirSync(new URL("../../docs", import.meta.url));
  const showing = names.filter((name) => name.endsWith(".md") && snippetsOf(`docs/${name}`).length > 0);
  assert.deepEqual(showing.sort(), [...Object.keys(PAGES), ...OF_EXAMPLES].sort());
});

for (const [name, ways] of Object.entries(PAGES)) playSnippets(`docs/${name}`, ways);
