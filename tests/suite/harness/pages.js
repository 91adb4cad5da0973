// Lanes that are pages of a browser, which Playwright's and Puppeteer's libraries drive alike.
import { startOrigin } from "./origin.js";
import { runSuite } from "./suite.js";

/** Plays in pages that `browser` opens, and closes it in the end. */
export async function runInPages(title, browser) {
  try {
    await runSuite(`in ${title}`, { open: async ({ folder, witness }) => openLane(title, await browser.newPage(), folder, witness) });
  } finally {
    await browser.close();
  }
}

async function openLane(title, page, folder, witness) {
  page.on("console", (message) => witness.saw(`${title}, console`, message.text()));
  page.on("pageerror", (error) => witness.saw(`${title}, page`, String(error.stack)));
  const origin = await startOrigin(folder);
  const stop = () => Promise.all([page.close(), origin.stop()]);
  try {
    await page.goto(`${origin.url}/_suite/files/runtime/page.html`);
    await page.waitForFunction(() => globalThis.play);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    run: (name, env) => page.evaluate(([one, its]) => globalThis.play(one, its), [name, origin.take(env)]),
    stop,
  };
}
