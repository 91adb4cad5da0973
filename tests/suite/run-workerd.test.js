import { runInWorker, withNode, withoutNode } from "./harness/worker.js";
import { DATES, startWorkerd, WORKERD } from "./harness/workerd.js";

// All at once known to the runner, which plays them one after the other.
await Promise.all(DATES.flatMap((date) => [withNode(date), withoutNode(date)]).map((setUp) => runInWorker(WORKERD, startWorkerd, setUp)));
