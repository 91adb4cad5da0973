// A page in Chromium, which fails where it reports anything at all.
import assert from "node:assert/strict";
import { launchChromium } from "../../chromium.js";

/** Opens `url` and gives what the page's `run(token)` gives. */
export async function runInChromium(url, token) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const reported = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && reported.push(message.text()));
    page.on("pageerror", (error) => reported.push(String(error.stack)));
    await page.goto(url);
    const ready = page.waitForFunction(() => globalThis.run, undefined, { timeout: 60_000 });
    await ready.catch((error) => assert.fail(`${error.message}\n${reported.join("\n")}`));
    const result = await page.evaluate((given) => globalThis.run(given), token);
    assert.deepEqual(reported, []);
    return result;
  } finally {
    await browser.close();
  }
}
