import { program, versionOf } from "../suite/harness/programs.js";
import { openDeno } from "./lanes.js";
import { tryDrivers } from "./stage.js";

tryDrivers(`Deno ${versionOf(program("deno"))}`, ["pg", "postgres", "neon"], openDeno);
