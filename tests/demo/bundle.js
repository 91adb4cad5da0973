// Bundles a program for workerd, as wrangler does: npm packages inlined, Node.js modules and WebAssembly left to it.
import { builtinModules } from "node:module";
import path from "node:path";
import { build } from "esbuild";

const builtins = new RegExp(`^(node:)?(${builtinModules.join("|").replaceAll("/", "\\/")})$`);

/** `require("events")` in a CommonJS package becomes an import: an ES module has no `require`. */
const nodeBuiltins = {
  name: "node-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: builtins }, ({ path: name, kind }) => {
      const specifier = name.startsWith("node:") ? name : `node:${name}`;
      return kind === "require-call"
        ? { path: specifier, namespace: "node-builtin" }
        : { path: specifier, external: true };
    });
    onLoad({ filter: /.*/, namespace: "node-builtin" }, ({ path: specifier }) => ({
      contents: `import builtin from "${specifier}"; module.exports = builtin;`,
    }));
  },
};

/** workerd names the modules of a worker itself: the configuration gives this one its bytes. */
const webAssembly = {
  name: "web-assembly",
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, ({ path: file }) => ({ path: path.posix.basename(file), external: true }));
  },
};

export async function bundleWorker(entry, outfile) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    // pg's optional native binding.
    external: ["settings.json", "cloudflare:*", "pg-native"],
    plugins: [nodeBuiltins, webAssembly],
    logLevel: "warning",
  });
}
