// Node, Deno, Bun, browsers: the bytes are inlined, so nothing is read and nothing is awaited.
import module from "./lakebase_credentials_inline.js";
import { load } from "./lib/client/load.js";
import { waitUntil } from "./lib/wait-until.js";

// Browsers keep answers, and permanent redirects above all. Older versions of workerd know no `cache`, and keep nothing.
load(module, waitUntil, { cache: "no-store" });

export * from "./lib/client/api.js";
