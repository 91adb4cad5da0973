import { launchFirefox } from "../firefox.js";
import { runInPages } from "./harness/pages.js";

const browser = await launchFirefox();
const version = (await browser.version()).replace("firefox/", "");

// A tab that is not in front has its timers slowed down.
await runInPages(`Firefox ${version}`, browser, () => browser.newPage({ type: "window" }));
