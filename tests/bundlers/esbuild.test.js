import { cp } from "node:fs/promises";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { build } from "esbuild";
import { runInChromium } from "./harness/page.js";
import { startSite } from "./harness/site.js";
import { assertMinted, reportWeight, runInNode, setStage } from "./harness/stage.js";

let stage;
before(async () => {
  stage = await setStage("programs", "esbuild");
});
beforeEach(() => stage.emulator.reset());
after(() => stage?.stop());

const bundle = (entry, outfile, options) =>
  build({
    absWorkingDir: stage.folder,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    logLevel: "error",
    external: ["pg-native"],
    ...options,
  });

test("esbuild for Node.js, a CommonJS program with its driver", async (t) => {
  await bundle("node.js", "cjs/main.cjs", { platform: "node" });
  await reportWeight(t, stage, "cjs");
  await runInNode(stage, "cjs", "main.cjs");
});

test("esbuild for Node.js, an ES module with its driver", async (t) => {
  // The driver is CommonJS, and requires what an ES module can only so.
  const js = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  await bundle("node.js", "esm/main.mjs", { platform: "node", format: "esm", banner: { js } });
  await reportWeight(t, stage, "esm");
  await runInNode(stage, "esm", "main.mjs");
});

test("esbuild for browsers", async (t) => {
  const { folder, emulator, undo } = stage;
  await bundle("page.js", "page/page.js", { format: "esm" });
  await cp(path.join(folder, "index.html"), path.join(folder, "page/index.html"));
  await reportWeight(t, stage, "page");
  const site = await startSite(stage, "page");
  undo.push(site.stop);
  await assertMinted(emulator, await runInChromium(site.url, emulator.user.token));
});
