// Vercel's Edge runtime, on a program bundled as Vercel does it.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";

/** Vercel's bundler gives a WebAssembly.Module for `?module`, which its runtime was started with. */
const asModule = {
  name: "wasm-module",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path: file }) => ({ path: path.basename(file, "?module"), namespace: "wasm-module" }));
    onLoad({ filter: /.*/, namespace: "wasm-module" }, ({ path: file }) => ({ contents: `export default globalThis.modules[${JSON.stringify(file)}]` }));
  },
};

/** Bundles `entry`, a file of the project in `folder`, and gives its text. */
export async function bundleForEdge(folder, entry) {
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, entry)],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    platform: "neutral",
    conditions: ["edge-light"],
    plugins: [asModule],
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

/** Runs what `bundleForEdge` gave, with the package's WebAssembly that it uses: `modules` names the stems. */
export async function startEdge(folder, text, stems = ["lakebase_credentials"]) {
  const modules = {};
  for (const stem of stems) {
    modules[`${stem}_bg.wasm`] = new WebAssembly.Module(await readFile(path.join(folder, `node_modules/lakebase-credentials/${stem}_bg.wasm`)));
  }
  const vm = new EdgeVM({ extend: (context) => Object.assign(context, { modules }) });
  vm.evaluate(text);
  return vm;
}
