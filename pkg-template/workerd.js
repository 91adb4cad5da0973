// workerd compiles no WebAssembly at run time on its older compatibility dates: the module is imported.
// A namespace import, because `waitUntil` is missing from older versions of the module.
import * as workers from "cloudflare:workers";
import module from "./lakebase_credentials_bg.wasm";
import { load } from "./lib/client/load.js";

// On older compatibility dates, what waits for another request's promise goes on in that request, and ends with it.
load(module, workers.waitUntil, {}, 10);

export * from "./lib/client/api.js";
