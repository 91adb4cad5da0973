// Writes a CommonJS copy (`*.cjs`) of every module that the package's `require` entries reach.
//
// File by file, not bundled: the subpaths must share one LakebaseError and one WebAssembly instance.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

const [folder] = process.argv.slice(2);
const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));

/** Every target of a `require` condition, as a path in the package. */
function requireTargets(exports, required = false) {
  if (typeof exports === "string") return required ? [exports] : [];
  return Object.entries(exports ?? {}).flatMap(([condition, target]) =>
    requireTargets(target, required || condition === "require"),
  );
}

const renamed = (file) => file.replace(/\.js$/, ".cjs");
const queue = requireTargets(manifest.exports)
  .filter((target) => target.endsWith(".cjs"))
  .map((target) => path.posix.normalize(target).replace(/\.cjs$/, ".js"));
const seen = new Set();

const externalSiblings = {
  name: "external-siblings",
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path: specifier, importer, kind }) => {
      if (kind === "entry-point") return undefined;
      if (!specifier.startsWith(".")) return { path: specifier, external: true };
      queue.push(path.posix.join(path.posix.dirname(importer), specifier));
      return { path: renamed(specifier), external: true };
    });
  },
};

while (queue.length > 0) {
  const file = queue.shift();
  if (seen.has(file)) continue;
  seen.add(file);
  await build({
    // Given as text: esbuild would see `"type": "module"` beside the file, and take another module's
    // `module.exports` for its default export.
    stdin: { contents: await readFile(path.join(folder, file), "utf8"), sourcefile: file, loader: "js" },
    outfile: path.join(folder, renamed(file)),
    format: "cjs",
    platform: "neutral",
    target: "es2022",
    bundle: true,
    plugins: [externalSiblings],
    logLevel: "warning",
  }).catch(() => process.exit(1)); // esbuild has said why
}
