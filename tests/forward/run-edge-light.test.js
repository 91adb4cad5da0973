// Vercel's Edge runtime, which has fetch, Request and Response of its own.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";
import { playCases } from "./harness/cases.js";
import { serve } from "./harness/serve.js";

/** Vercel's bundler gives a WebAssembly.Module for `?module`, which its runtime was started with. */
const asModule = {
  name: "wasm-module",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path: file }) => ({ path: path.basename(file, "?module"), namespace: "wasm-module" }));
    onLoad({ filter: /.*/, namespace: "wasm-module" }, ({ path: file }) => ({ contents: `export default globalThis.modules[${JSON.stringify(file)}]` }));
  },
};

playCases("in Vercel's Edge runtime", "edge-light", async ({ folder }, settings) => {
  const { outputFiles } = await build({
    entryPoints: [`${folder}/runtime/edge.js`],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    platform: "neutral",
    conditions: ["edge-light"],
    plugins: [asModule],
    logLevel: "warning",
  });
  const modules = {};
  for (const name of ["lakebase_credentials_bg.wasm", "lakebase_credentials_forward_bg.wasm"]) {
    modules[name] = new WebAssembly.Module(await readFile(`${folder}/node_modules/lakebase-credentials/${name}`));
  }
  const vm = new EdgeVM({ extend: (context) => Object.assign(context, { modules }) });
  vm.evaluate(outputFiles[0].text);
  const handle = vm.evaluate("start")(settings);

  return serve(async (request) => {
    const answer = await handle(enter(vm.context, request));
    return new Response(answer.body && (await answer.arrayBuffer()), { status: answer.status, headers: [...answer.headers] });
  });
});

/** The request as one of the runtime's own. */
function enter({ Request, ReadableStream, AbortController, Uint8Array: Bytes }, request) {
  const end = new AbortController();
  request.signal.addEventListener("abort", () => end.abort());
  const { method, url, body } = request;
  const init = { method, headers: [...request.headers], signal: end.signal };
  if (body) {
    const reader = body.getReader();
    init.duplex = "half";
    init.body = new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(new Bytes(value));
      },
    });
  }
  return new Request(url, init);
}
