// Prints, as JSON, what the package weighs in an edge bundle: the WebAssembly and the minified JavaScript around it.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const [folder] = process.argv.slice(2);

const { outputFiles } = await build({
  entryPoints: [path.join(folder, "workerd.js")],
  bundle: true,
  minify: true,
  write: false,
  outdir: "out",
  format: "esm",
  target: "es2022",
  external: ["*.wasm", "cloudflare:*", "node:*"],
  logLevel: "warning",
});
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
