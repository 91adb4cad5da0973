import { processLanes } from "./harness/process.js";
import { runSuite } from "./harness/suite.js";

await runSuite(`in Node.js ${process.versions.node}`, { open: processLanes(process.execPath) });
