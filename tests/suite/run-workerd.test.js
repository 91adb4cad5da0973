import { runInWorker, withNode } from "./harness/worker.js";
import { DATES, startWorkerd, WORKERD } from "./harness/workerd.js";

// All at once known to the runner, which plays them one after the other.
await Promise.all(DATES.map((date) => runInWorker(WORKERD, startWorkerd, withNode(date))));
