// Without the flag `nodejs_compat`: nothing of Node.js is there.
import { createLane } from "./worker-lane.js";

export default createLane();
