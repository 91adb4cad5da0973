// Without `nodejs_compat`, and so without any module of Node.js.
import { createLane } from "./worker-lane.js";

export default createLane();
