// Prints, as JSON, what the package weighs in the bundle of an edge function that uses it with one driver: the
// WebAssembly and the minified JavaScript around it.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const [folder] = process.argv.slice(2);

const { outputFiles } = await build({
  stdin: {
    contents: 'export { Workspace } from "./workerd.js"; export { pgConfig } from "./pg.js";',
    resolveDir: path.resolve(folder),
  },
  bundle: true,
  minify: true,
  write: false,
  outdir: "out",
  format: "esm",
  target: "es2022",
  external: ["*.wasm", "cloudflare:*", "node:*"],
  logLevel: "warning",
}).catch(() => process.exit(1)); // esbuild has said why
const parts = {
  WebAssembly: await readFile(path.join(folder, "lakebase_credentials_bg.wasm")),
  "JavaScript, minified": Buffer.concat(outputFiles.map(({ contents }) => contents)),
};

const report = { ...parts };
const total = { raw: 0, gzip: 0, brotli: 0 };
for (const [name, bytes] of Object.entries(parts)) {
  report[name] = { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
  for (const measure of Object.keys(total)) total[measure] += report[name][measure];
}
console.log(JSON.stringify({ ...report, total }));
