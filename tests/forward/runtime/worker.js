import { Workspace } from "lakebase-credentials";
import { forward } from "lakebase-credentials/forward";
import settings from "cloudflare:settings";
import { createApp } from "./app.js";

const handle = createApp({ forward, Workspace }, settings);

export default { fetch: (request) => handle(request) };
