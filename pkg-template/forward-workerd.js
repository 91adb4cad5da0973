import module from "./lakebase_credentials_forward_bg.wasm";
import { load } from "./lib/forward.js";

// Older versions know no `cache`, and throw for it.
load(module, "cache" in Request.prototype ? { cache: "no-store" } : {});

export { forward } from "./lib/forward.js";
