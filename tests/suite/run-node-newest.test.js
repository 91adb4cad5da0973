import { openProcess } from "./harness/process.js";
import { program, versionOf } from "./harness/programs.js";
import { runSuite } from "./harness/suite.js";

const node = program("node");

await runSuite(`in Node.js ${versionOf(node)}`, { open: (lane) => openProcess(node, ["runtime/process.js"], lane) });
