// The process that holds a miniflare, until nobody is there to use it.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const { Miniflare } = createRequire(new URL("../../runtimes/package.json", import.meta.url))("miniflare");

process.once("message", async ({ folder, script, date, flags, settings = {} }) => {
  const wasm = "lakebase_credentials_bg.wasm";
  const modules = {
    "worker.js": ["ESModule", await readFile(path.join(folder, script), "utf8")],
    [wasm]: ["CompiledWasm", await readFile(path.join(folder, "node_modules/lakebase-credentials", wasm))],
    "settings.json": ["ESModule", `export default ${JSON.stringify(settings)};`],
    "older-workers.js": ["ESModule", "export const env = {};"],
  };
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    // What requests tell of their origin would be asked of Cloudflare.
    cf: false,
    modulesRoot: folder,
    modules: Object.entries(modules).map(([name, [type, contents]]) => ({ type, path: path.join(folder, name), contents })),
    compatibilityDate: date,
    compatibilityFlags: flags,
  });
  const end = () => miniflare.dispose().finally(() => process.exit());
  process.once("message", end);
  process.once("disconnect", end);
  const url = await miniflare.ready;
  return process.send(url.origin);
});
