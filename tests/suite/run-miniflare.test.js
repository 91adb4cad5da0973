import { MINIFLARE, MINIFLARE_DATES, startMiniflare } from "./harness/miniflare.js";
import { runInWorker, withNode, withoutNode } from "./harness/worker.js";

const [oldest, newest] = MINIFLARE_DATES;

// The extremes; what lies between them is its workerd's, which is tested by itself.
await Promise.all([withoutNode(oldest), withNode(newest)].map((setUp) => runInWorker(MINIFLARE, startMiniflare, setUp)));
