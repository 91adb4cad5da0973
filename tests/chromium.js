// The system's Chromium, driven by Playwright's library.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { exitAtOnce } from "./exit.js";

const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** Starts a browser, with these arguments of its own. The caller closes it. */
export function launchChromium(...args) {
  exitAtOnce();
  // As root, Chromium has no sandbox.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", ...args] });
}
