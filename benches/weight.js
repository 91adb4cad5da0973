// What each client adds to a bundle. No driver is counted: each is bundled with what makes a driver's options, or
// where it has nothing of that kind with what gives the token.
import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { FETCH, LAKEBASE, OURS, SDK } from "./clients.js";
import { initialMemory, sections } from "./wasm-sections.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const MODULE = fileURLToPath(new URL("node_modules/lakebase-credentials/lakebase_credentials_bg.wasm", import.meta.url));

const CONTENTS = {
  [OURS.name]: 'export { Workspace } from "lakebase-credentials"; export { pgConfig } from "lakebase-credentials/pg";',
  [LAKEBASE.name]: 'export { getLakebasePgConfig } from "@databricks/lakebase";',
  [SDK.name]: 'export { WorkspaceClient } from "@databricks/sdk-experimental";',
  [FETCH.name]: await readFile(FETCH.file, "utf8"),
};

const NODE = { platform: "node", format: "cjs", external: ["pg", "pg-native"] };
const BROWSER = { platform: "browser", format: "esm", external: ["pg", "pg-native"] };
const WORKERD = {
  ...BROWSER,
  conditions: ["workerd", "worker", "browser"],
  // What workerd itself gives: its own modules, and WebAssembly as a module beside the bundle.
  external: [...BROWSER.external, "cloudflare:*", "*.wasm"],
};

export async function bundle(contents, options) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: HERE },
    bundle: true,
    minify: true,
    write: false,
    target: "es2022",
    logLevel: "silent",
    logLimit: 0,
    ...options,
  });
  return Buffer.from(outputFiles[0].contents);
}

/** Sizes of files that are each compressed by themselves. */
function sizes(...files) {
  const sum = (measure) => files.reduce((total, bytes) => total + measure(bytes), 0);
  return {
    raw: sum((bytes) => bytes.length),
    gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length),
    brotli: sum((bytes) => brotliCompressSync(bytes).length),
  };
}

/** Whether a platform without Node's modules can have it, and if not, which of them it lacks. */
async function bundles(contents, options) {
  try {
    await bundle(contents, options);
    return { works: true };
  } catch (error) {
    const names = error.errors.map(({ text }) => /^Could not resolve "(?:node:)?([^"]+)"/.exec(text)?.[1]);
    if (!names.every((name) => builtinModules.includes(name))) throw error;
    return { works: false, missing: [...new Set(names)] };
  }
}

export async function weigh() {
  const rows = [];
  for (const [name, contents] of Object.entries(CONTENTS)) {
    rows.push({
      name,
      node: sizes(await bundle(contents, NODE)),
      workerd: await bundles(contents, WORKERD),
      browser: await bundles(contents, BROWSER),
    });
  }
  const javascript = await bundle(CONTENTS[OURS.name], WORKERD);
  const module = await readFile(MODULE);
  return {
    rows,
    edge: sizes(module, javascript),
    withDriver: sizes(await bundle(CONTENTS[LAKEBASE.name], { ...NODE, external: ["pg-native"] })),
    parts: parts(module, javascript),
    memory: initialMemory(module),
  };
}

function parts(module, javascript) {
  const all = sections(module);
  const pick = (names) => Buffer.concat(all.filter(({ name }) => names.includes(name)).map(({ bytes }) => bytes));
  const rest = all.map(({ name }) => name).filter((name) => !["code", "data"].includes(name));
  return {
    "WebAssembly, code": sizes(pick(["code"])),
    "WebAssembly, data": sizes(pick(["data"])),
    "WebAssembly, the rest (types, imports, tables)": sizes(pick(rest)),
    "JavaScript, minified": sizes(javascript),
  };
}
