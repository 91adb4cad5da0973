// With `nodejs_compat`: what Node.js's own way of showing an object gives away is searched too.
import { inspect } from "node:util";
import { postgresOptions } from "lakebase-credentials/postgres";
import { createLane } from "./worker-lane.js";

export default createLane({
  adapters: { postgresOptions },
  inspect: (value) => inspect(value, { depth: 12, showHidden: true, getters: true, showProxy: true }),
});
