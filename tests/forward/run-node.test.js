import { createRequire } from "node:module";
import { playCases } from "./harness/cases.js";
import { serve } from "./harness/serve.js";
import { createApp } from "./runtime/app.js";

playCases("in Node.js", "node", async ({ folder }, settings) => {
  const load = (file) => import(`${folder}/node_modules/lakebase-credentials/${file}`);
  const [{ Workspace }, { forward }] = [await load("index.js"), await load("forward.js")];
  return serve(createApp({ forward, Workspace }, settings));
});

playCases("in Node.js, required", "node", async ({ folder }, settings) => {
  const require = createRequire(`${folder}/index.cjs`);
  const { Workspace } = require("lakebase-credentials");
  const { forward } = require("lakebase-credentials/forward");
  return serve(createApp({ forward, Workspace }, settings));
});
