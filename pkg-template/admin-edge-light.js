import module from "./lakebase_credentials_admin_bg.wasm?module";
import { load } from "./lib/admin-client/load.js";
import { waitUntil } from "./lib/wait-until.js";

load(module, waitUntil);

export * from "./lib/admin/api.js";
