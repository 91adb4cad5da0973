// With the flag `nodejs_compat`.
import { inspect } from "node:util";
import { createLane } from "./worker-lane.js";

export default createLane((value) => inspect(value, { depth: 12, showHidden: true, getters: true, showProxy: true }));
