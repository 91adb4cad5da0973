import { openNode } from "./lanes.js";
import { MISLEADING, tryDrivers } from "./stage.js";

const DRIVERS = ["pg", "postgres", "neon"];
tryDrivers(`Node.js ${process.version}`, DRIVERS, openNode);
tryDrivers(`Node.js ${process.version}, misled by its environment`, DRIVERS, (given) => openNode({ ...given, environment: MISLEADING }));
