// The system's Firefox, driven over WebDriver BiDi by Puppeteer's library.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { exitAtOnce } from "./exit.js";

const puppeteer = createRequire(new URL("runtimes/package.json", import.meta.url))("puppeteer-core");
const executablePath = process.env.FIREFOX ?? ["/usr/bin/firefox", "/usr/bin/firefox-esr"].find(existsSync);

const CLOSING = 10_000;

/** Starts a browser: its `version`, `newPage()`, and `close()`, which the caller calls. */
export async function launchFirefox() {
  exitAtOnce();
  const browser = await puppeteer.launch({ browser: "firefox", executablePath });
  const program = browser.process();
  const exited = once(program, "exit");
  return {
    version: (await browser.version()).replace("firefox/", ""),
    // A tab that is not in front has its timers slowed down.
    newPage: () => browser.newPage({ type: "window" }),
    async close() {
      // One that does not do as it is told would be left running, without a word.
      const slow = setTimeout(() => program.kill("SIGKILL"), CLOSING);
      browser.close();
      await exited;
      clearTimeout(slow);
      // Its own children may hold these for longer, and keep this process with them.
      for (const pipe of program.stdio) pipe?.destroy();
    },
  };
}
