// The system's Firefox, driven over WebDriver BiDi by Puppeteer's library.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const puppeteer = createRequire(new URL("runtimes/package.json", import.meta.url))("puppeteer-core");
const executablePath = process.env.FIREFOX ?? ["/usr/bin/firefox", "/usr/bin/firefox-esr"].find(existsSync);

/** Starts a browser. The caller closes it. */
export function launchFirefox() {
  return puppeteer.launch({ browser: "firefox", executablePath });
}
