import { processLanes } from "./harness/process.js";
import { program, versionOf } from "./harness/programs.js";
import { runSuite } from "./harness/suite.js";

const node = program("node");

await runSuite(`in Node.js ${versionOf(node)}`, { open: processLanes(node) });
