import { Witness } from "../suite/harness/witness.js";
import { bundle, DATES, startWorkerd } from "../suite/harness/workerd.js";
import { playCases } from "./harness/cases.js";

const MODULES = ["lakebase_credentials", "lakebase_credentials_forward"];

for (const date of DATES) {
  playCases(`in workerd as of ${date}`, "workerd", async ({ folder }, settings) => {
    const script = await bundle(folder, "runtime/worker.js");
    const { url, stop } = await startWorkerd({ folder, script, date, witness: new Witness(), settings, modules: MODULES });
    return { port: Number(new URL(url).port), stop };
  });
}
