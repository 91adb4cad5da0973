// Vercel's Edge runtime compiles no WebAssembly at run time: `?module` makes its bundler give a WebAssembly.Module.
import module from "./lakebase_credentials_bg.wasm?module";
import { load } from "./lib/client/load.js";
import { waitUntil } from "./lib/wait-until.js";

load(module, waitUntil);

export * from "./lib/client/api.js";
