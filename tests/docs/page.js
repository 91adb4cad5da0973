// A person at a page in Chromium, which a program of the documentation signs in.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { startSite } from "../bundlers/harness/site.js";
import { launchChromium } from "../chromium.js";

/** Serves `program(address)` as the page's, and signs in; gives whom the program knows then, and the page's query. */
export async function signInAtPage(stage, program) {
  const { folder, emulator } = stage;
  const site = await startSite(stage, "page");
  const browser = await launchChromium();
  try {
    const code = `${program(`${site.url}/`)}\nglobalThis.signedInAs = userName;`;
    await build({
      stdin: { contents: code, loader: "ts", resolveDir: folder },
      outfile: path.join(folder, "page/page.js"),
      bundle: true,
      format: "esm",
      logLevel: "error",
    });
    await writeFile(path.join(folder, "page/index.html"), '<!doctype html><html lang="en"><title>Page</title><script type="module" src="/page.js"></script></html>');
    const page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForURL((url) => url.origin === emulator.url, { timeout: 60_000 });
    await page.getByRole("button", { name: /allow|approve|sign in/i }).click();
    await page.waitForFunction(() => globalThis.signedInAs, undefined, { timeout: 60_000 });
    assert.equal(new URL(page.url()).origin, site.url);
    return await page.evaluate(() => ({ userName: globalThis.signedInAs, search: location.search }));
  } finally {
    await browser.close();
    await site.stop();
  }
}
