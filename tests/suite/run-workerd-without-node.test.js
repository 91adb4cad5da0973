import { runInWorker, withoutNode } from "./harness/worker.js";
import { DATES, startWorkerd, WORKERD } from "./harness/workerd.js";

await Promise.all(DATES.map((date) => runInWorker(WORKERD, startWorkerd, withoutNode(date))));
