import { after, before, beforeEach, test } from "node:test";
import { runInChromium } from "./harness/page.js";
import { startServer } from "./harness/server.js";
import { startSite } from "./harness/site.js";
import { assertMinted, reportWeight, runInNode, runTool, setStage, tool } from "./harness/stage.js";

const VITE = "vite/bin/vite.js";
let stage;
before(async () => {
  stage = await setStage("programs", "vite");
});
beforeEach(() => stage.emulator.reset());
after(() => stage?.stop());

test("vite build", async (t) => {
  const { emulator, undo } = stage;
  await runTool(stage, VITE, "build");
  await reportWeight(t, stage, "dist");
  const site = await startSite(stage, "dist");
  undo.push(site.stop);
  for (const page of ["index.html", "admin.html"]) {
    emulator.reset();
    await assertMinted(emulator, await runInChromium(`${site.url}/${page}`, emulator.user.token));
  }
});

test("vite build for a server, with the package and its driver in it", async (t) => {
  await runTool(stage, VITE, "build", "--ssr", "node.js", "--outDir", "ssr");
  await reportWeight(t, stage, "ssr");
  await runInNode(stage, "ssr", "node.js");
});

test("vite's own server, which bundles what a page imports as it goes", async () => {
  const { emulator, undo } = stage;
  const server = await startServer(stage, [process.execPath, tool(VITE), "--host", "127.0.0.1", "--port", "0"], /http:\/\/127\.0\.0\.1:\d+/);
  undo.push(server.stop);
  await assertMinted(emulator, await runInChromium(server.url, emulator.user.token));
});
