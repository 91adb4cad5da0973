import { program, versionOf } from "../suite/harness/programs.js";
import { openBun } from "./lanes.js";
import { MISLEADING, tryDrivers } from "./stage.js";

const DRIVERS = ["bun", "pg", "postgres", "neon"];
const title = `Bun ${versionOf(program("bun"))}`;
tryDrivers(title, DRIVERS, openBun);
tryDrivers(`${title}, misled by its environment`, DRIVERS, (given) => openBun({ ...given, environment: MISLEADING }));
