import { writeSync } from "node:fs";

writeSync(1, "{}\n");
process.exit(0);
