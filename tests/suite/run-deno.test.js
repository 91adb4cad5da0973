import { processLanes } from "./harness/process.js";
import { program, versionOf } from "./harness/programs.js";
import { runSuite } from "./harness/suite.js";

const deno = program("deno");
/** The network, and no more: what else the package asked for would be denied. */
const permissions = ["--allow-net", "--no-prompt"];

await runSuite(`in Deno ${versionOf(deno)}`, {
  open: processLanes(deno, ["run", ...permissions, "--no-remote"], (folder) => ({ DENO_DIR: `${folder}/.deno`, DENO_NO_UPDATE_CHECK: "1" })),
});
