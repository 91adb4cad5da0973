import { openProcess } from "./harness/process.js";
import { program, versionOf } from "./harness/programs.js";
import { runSuite } from "./harness/suite.js";

const bun = program("bun");

await runSuite(`in Bun ${versionOf(bun)}`, { open: (lane) => openProcess(bun, ["runtime/process.js"], lane) });
