import { program, versionOf } from "../suite/harness/programs.js";
import { openNode } from "./lanes.js";
import { tryDrivers } from "./stage.js";

const command = program("node");
tryDrivers(`Node.js v${versionOf(command)}`, ["pg", "postgres", "neon"], (given) => openNode(given, command));
