import { launchChromium } from "../chromium.js";
import { runInPages } from "./harness/pages.js";

const browser = await launchChromium();

await runInPages(`Chromium ${browser.version()}`, browser);
