import { launchChromium } from "../chromium.js";
import { startOrigin } from "./harness/origin.js";
import { runSuite } from "./harness/suite.js";

const browser = await launchChromium();
try {
  await runSuite(`in Chromium ${browser.version()}`, { open });
} finally {
  await browser.close();
}

async function open({ folder, witness }) {
  const origin = await startOrigin(folder);
  const page = await browser.newPage();
  page.on("console", (message) => witness.saw("Chromium, console", message.text()));
  page.on("pageerror", (error) => witness.saw("Chromium, page", String(error.stack)));
  await page.goto(`${origin.url}/_suite/files/runtime/page.html`);
  await page.waitForFunction(() => globalThis.play);
  return {
    run: (name, env) => page.evaluate(([one, its]) => globalThis.play(one, its), [name, origin.take(env)]),
    stop: () => Promise.all([page.close(), origin.stop()]),
  };
}
