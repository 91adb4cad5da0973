// The runtimes, each with the drivers that run in it.
import workerd from "workerd";
import { openBun, openDeno, openNode, openWorkerd } from "../hostile/lanes.js";
import { program } from "../suite/harness/programs.js";

const EVERYWHERE = ["pg", "postgres", "neon"];

export const LANES = {
  "Node.js": [openNode, EVERYWHERE],
  "the newest Node.js": [(given) => openNode(given, program("node")), EVERYWHERE],
  Deno: [openDeno, EVERYWHERE],
  Bun: [openBun, ["bun", ...EVERYWHERE]],
  workerd: [(given) => openWorkerd({ ...given, date: workerd.compatibilityDate }), EVERYWHERE],
};
