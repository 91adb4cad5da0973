// Runs what wrangler would have uploaded, as Cloudflare runs it, and says where.
import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";

const config = JSON.parse(await readFile("wrangler.jsonc", "utf8"));
const miniflare = new Miniflare({
  host: "127.0.0.1",
  port: 0,
  cf: false,
  rootPath: "dist",
  scriptPath: "worker.js",
  modules: true,
  modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
  compatibilityDate: config.compatibility_date,
  compatibilityFlags: config.compatibility_flags,
  bindings: { ...process.env },
});
process.once("SIGTERM", () => miniflare.dispose());
console.log(String(await miniflare.ready));
