import { launchFirefox } from "../firefox.js";
import { runInPages } from "./harness/pages.js";

const browser = await launchFirefox();

await runInPages(`Firefox ${browser.version}`, browser);
