import module from "./lakebase_credentials_forward_bg.wasm?module";
import { load } from "./lib/forward.js";

load(module, { cache: "no-store" });

export { forward } from "./lib/forward.js";
