import module from "./lakebase_credentials_forward_inline.js";
import { load } from "./lib/forward.js";

load(module, { cache: "no-store" });

export { forward } from "./lib/forward.js";
