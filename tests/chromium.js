// The system's Chromium, driven by Playwright's library.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** Starts a browser, with these arguments of its own. The caller closes it. */
export function launchChromium(...args) {
  // Now and then a pipe to the browser is left when Node takes itself down, which then never ends. This skips that.
  process.once("beforeExit", () => process.once("exit", () => process.exit()));
  // As root, Chromium has no sandbox.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", ...args] });
}
