import { openProcess } from "./harness/process.js";
import { program, versionOf } from "./harness/programs.js";
import { runSuite } from "./harness/suite.js";

const deno = program("deno");
/** The network, and no more: whatever else the package asked for would be denied. */
const permissions = ["--allow-net", "--no-prompt"];

await runSuite(`in Deno ${versionOf(deno)}`, {
  open(lane) {
    const variables = { DENO_DIR: `${lane.folder}/.deno`, DENO_NO_UPDATE_CHECK: "1" };
    return openProcess(deno, ["run", ...permissions, "--no-remote", "runtime/process.js"], { ...lane, variables });
  },
});
