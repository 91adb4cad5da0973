// No bundler: plain modules, found by an import map.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { runInChromium } from "./harness/page.js";
import { startSite } from "./harness/site.js";
import { assertMinted, setStage } from "./harness/stage.js";

let stage;
let site;
before(async () => {
  stage = await setStage("programs", "plain");
  const html = await readFile(path.join(stage.folder, "index.html"), "utf8");
  const [, map] = /<script type="importmap">(.*?)<\/script>/s.exec(html);
  site = await startSite(stage, ".", `'sha256-${createHash("sha256").update(map).digest("base64")}'`);
  stage.undo.push(site.stop);
});
beforeEach(() => stage.emulator.reset());
after(() => stage?.stop());

for (const page of ["index.html", "admin.html"]) {
  test(`without a bundler, ${page}`, async () => {
    const { emulator } = stage;
    await assertMinted(emulator, await runInChromium(`${site.url}/${page}`, emulator.user.token));
  });
}
