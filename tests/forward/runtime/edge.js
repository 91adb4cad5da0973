import { Workspace } from "lakebase-credentials";
import { forward } from "lakebase-credentials/forward";
import { createApp } from "./app.js";

globalThis.start = (settings) => createApp({ forward, Workspace }, settings);
