import * as workers from "cloudflare:workers";
import module from "./lakebase_credentials_admin_bg.wasm";
import { load } from "./lib/admin-client/load.js";

load(module, workers.waitUntil, {}, 10);

export * from "./lib/admin/api.js";
