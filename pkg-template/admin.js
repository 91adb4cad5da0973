import module from "./lakebase_credentials_admin_inline.js";
import { load } from "./lib/admin-client/load.js";
import { waitUntil } from "./lib/wait-until.js";

load(module, waitUntil, { cache: "no-store" });

export * from "./lib/admin/api.js";
