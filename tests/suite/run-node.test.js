import { openProcess } from "./harness/process.js";
import { runSuite } from "./harness/suite.js";

await runSuite(`in Node.js ${process.versions.node}`, {
  open: (lane) => openProcess(process.execPath, ["runtime/process.js"], lane),
});
