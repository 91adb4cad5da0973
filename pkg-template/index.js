// Node, Deno, Bun, browsers: the bytes are inlined, so nothing is read and nothing is awaited.
import module from "./lakebase_credentials_inline.js";
import { load } from "./lib/load.js";
import { waitUntil } from "./lib/wait-until.js";

load(module, waitUntil);

export * from "./lib/api.js";
