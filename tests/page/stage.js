// The page as a person has it: in a real Chromium, served as the demo serves it, before an emulated workspace.
import assert from "node:assert/strict";
import { after } from "node:test";
import { launchChromium } from "../chromium.js";
import { servePage } from "../demo/page.js";
import { startEmulator } from "../emulator/index.js";

/** One for all tests, as each takes a second or two to start; a test begins with `emulator.reset()`. */
async function startStage() {
  const emulator = await startEmulator();
  const config = {
    workspace: emulator.url,
    clientId: emulator.publicClient.clientId,
    connection: { port: emulator.database.port, sslrootcert: emulator.caFile },
  };
  const serve = (more) => servePage({ workspaceUrl: emulator.url, config: { ...config, ...more } });
  const site = await serve();
  const browser = await launchChromium();
  after(async () => {
    await browser.close();
    await site.stop();
    await emulator.stop();
  });

  return {
    emulator,
    url: site.url,

    /** The same page with another configuration. */
    async serve(t, more) {
      const other = await serve(more);
      t.after(() => other.stop());
      return other;
    },

    /**
     * A new browser profile and a page in it. What it must never do is looked for all the time, and asserted at the
     * end of the test: an error, something that its policy refused, a request to anybody but its own origin.
     */
    async open(t, { width = 1280, height = 900, clock = false, allowed = [], expected, serve = site, ...context } = {}) {
      const origins = [new URL(serve.url).origin, ...allowed];
      const profile = await browser.newContext({
        viewport: { width, height },
        permissions: ["clipboard-read", "clipboard-write"],
        reducedMotion: "reduce",
        locale: "en-GB",
        ...context,
      });
      profile.setDefaultTimeout(10_000);
      const faults = [];
      await profile.exposeFunction("reportViolation", (what) => faults.push(`policy: ${what}`));
      await profile.addInitScript(() => {
        document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
          window.reportViolation(`${violatedDirective} ${blockedURI}`),
        );
      });
      profile.on("request", (request) => {
        const url = new URL(request.url());
        if (!origins.includes(url.origin)) faults.push(`request to ${url.origin}`);
      });
      const watched = (page) => {
        page.on("pageerror", (error) => faults.push(`error: ${error.stack}`));
        page.on("console", (message) => {
          // Chromium reports every answer that is an error, which tests order.
          if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(`console: ${message.text()}`);
        });
      };
      profile.on("page", watched);
      t.after(async () => {
        await profile.close();
        assert.deepEqual(expected ? faults.filter((fault) => !expected.test(fault)) : faults, []);
      });
      const page = await profile.newPage();
      if (clock) await page.clock.install();
      return page;
    },

    /** Opens the page and signs in with a pasted token, choosing what `hash` names. */
    async enter(t, { hash = "", token = emulator.user.token, ...options } = {}) {
      const page = await this.open(t, options);
      await page.goto((options.serve ?? site).url + hash);
      await paste(page, token);
      await page.getByRole("button", { name: "Sign out" }).waitFor();
      return page;
    },

    /** An hour passes for both: for the workspace, and for the page if its clock is the test's. */
    async pass(page, minutes) {
      emulator.clock.advance(minutes * 60);
      await page.clock.fastForward(minutes * 60_000);
    },
  };
}

export const stage = await startStage();

export async function paste(page, token) {
  await page.getByLabel("Workspace token").fill(token);
  await page.getByRole("button", { name: "Use token" }).click();
}

export async function getToken(page) {
  await page.getByRole("button", { name: "Get token" }).click();
  await page.locator(".held").waitFor();
}

/** Copies by the button of this name, and gives what it copied. */
export async function copy(page, what) {
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page.getByRole("button", { name: `Copy ${what}`, exact: true }).click();
  const copied = await until(() => page.evaluate(() => navigator.clipboard.readText()), Boolean);
  await until(() => page.locator("#status").innerText(), (text) => text === `Copied: ${what}`);
  return copied;
}

/** Puts a page in front or behind, as switching tabs does: "visible" or "hidden". */
export const see = (page, state) =>
  page.evaluate((visibility) => {
    Object.defineProperty(document, "visibilityState", { value: visibility, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);

/** Everything of a page that a look at its memory of documents and storage would find. */
export const remains = (page) =>
  page.evaluate(() => {
    const values = [...document.querySelectorAll("input, textarea")].map(({ value }) => value);
    return JSON.stringify([document.documentElement.outerHTML, values, { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, document.title]);
  });

/** Waits until something holds; what it was at last is in the error. */
export async function until(read, holds, { timeout = 8_000 } = {}) {
  for (const end = Date.now() + timeout; ; ) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)} after ${timeout} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
