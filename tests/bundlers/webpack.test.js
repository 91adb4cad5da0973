import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { promisify } from "node:util";
import webpack from "webpack";
import { runInChromium } from "./harness/page.js";
import { startSite } from "./harness/site.js";
import { assertMinted, reportWeight, runInNode, setStage } from "./harness/stage.js";

let stage;
before(async () => {
  stage = await setStage("programs", "webpack");
});
beforeEach(() => stage.emulator.reset());
after(() => stage?.stop());

async function bundle(entry, built, filename, options) {
  const { folder: context } = stage;
  const compiler = webpack({ context, mode: "production", entry, output: { path: path.join(context, built), filename }, ...options });
  const stats = await promisify(compiler.run.bind(compiler))();
  await promisify(compiler.close.bind(compiler))();
  assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: true }), { errors: [], warnings: [] });
}

test("webpack for browsers", async (t) => {
  const { folder, emulator, undo } = stage;
  await bundle("./page.js", "page", "page.js");
  await cp(path.join(folder, "index.html"), path.join(folder, "page/index.html"));
  await reportWeight(t, stage, "page");
  const site = await startSite(stage, "page");
  undo.push(site.stop);
  await assertMinted(emulator, await runInChromium(site.url, emulator.user.token));
});

test("webpack for Node.js, with the driver", async (t) => {
  const ignored = new webpack.IgnorePlugin({ resourceRegExp: /^(pg-native|cloudflare:sockets)$/ });
  await bundle("./node.js", "node", "main.cjs", { target: "node20", plugins: [ignored] });
  await reportWeight(t, stage, "node");
  await runInNode(stage, "node", "main.cjs");
});
