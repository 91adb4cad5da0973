import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";
import { createProject, output } from "./project.js";

let project;
before(async () => {
  project = await createProject();
});
after(() => project.remove());

const USE = `
  const provider = new Workspace({ host: "https://workspace.example", token: "token" }).credentials({ instance: "orders" });
  const used = [provider.state, connectionUri({ host: "db.example", user: "me" })].join(" ");
`;
const USED = "empty postgresql://me@db.example:5432/databricks_postgres?sslmode=verify-full";

/** Bundles a program as a platform's tools do; gives the code and the package's files that are in it. */
async function bundle(text, options) {
  const result = await build({
    stdin: { contents: text, resolveDir: project.folder },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    external: ["cloudflare:*", "node:*", "*.wasm", "*.wasm?module"],
    logLevel: "silent",
    ...options,
  });
  assert.deepEqual(result.warnings, []);
  const inputs = Object.keys(result.metafile.inputs).map((file) => file.split("node_modules/lakebase-credentials/")[1]);
  return { code: result.outputFiles[0].text, files: inputs.filter(Boolean) };
}

const ALL = `import { connectionUri, Workspace } from "lakebase-credentials"; ${USE}`;
const ADMIN = `import { connectionUri, generatePassword, Workspace } from "lakebase-credentials/admin"; ${USE}
  if (generatePassword().length !== 32) throw new Error("no password");`;
const ADMIN_ONLY = ["alone", "api", "store", "tabs", "user-session", "workspace"].map((name) => `lib/admin/${name}.js`);
const SHARED = ["lib/driver.js", "lib/error.js"];
const CLIENT = ["api", "exchange", "load", "provider", "run", "workspace"].map((name) => `lib/client/${name}.js`);
const ENTRIES = [
  { name: "workerd", conditions: ["workerd", "worker", "browser"], files: ["workerd.js"] },
  { name: "edge-light", conditions: ["edge-light", "worker", "browser"], files: ["edge-light.js", "lib/wait-until.js"] },
  { name: "browsers", conditions: ["browser", "module"], files: ["index.js", "lakebase_credentials_inline.js", "lib/wait-until.js"] },
  { name: "Node.js, Deno and Bun", conditions: ["node", "deno", "bun"], files: ["index.js", "lakebase_credentials_inline.js", "lib/wait-until.js"] },
];
/** The admin's own in the place of a file of the root. */
const ofAdmin = (file) =>
  file
    .replace(/^(workerd|edge-light)/, "admin-$1")
    .replace("index.js", "admin.js")
    .replace("lib/client/", "lib/admin-client/")
    .replace("lakebase_credentials", "lakebase_credentials_admin");

for (const { name, conditions, files } of ENTRIES) {
  test(`under the conditions of ${name}, the bundle holds ${files[0]} and nothing beyond its needs`, async () => {
    const bundled = await bundle(ALL, { conditions });
    assert.deepEqual(bundled.files.sort(), [...files, ...SHARED, ...CLIENT, "lakebase_credentials_bg.js"].sort());
  });

  test(`under the conditions of ${name}, the admin bundle holds one module and its own`, async () => {
    const bundled = await bundle(ADMIN, { conditions });
    const own = [...files, ...CLIENT, "lakebase_credentials_bg.js"].map(ofAdmin);
    assert.deepEqual(bundled.files.sort(), [...own, ...SHARED, ...ADMIN_ONLY].sort());
  });
}

const FORWARDER = { workerd: "forward-workerd.js", "edge-light": "forward-edge-light.js" };
for (const { name, conditions } of ENTRIES) {
  test(`under the conditions of ${name}, the forwarder's bundle holds its own module, and nothing of a client`, async () => {
    const { files } = await bundle('import { forward } from "lakebase-credentials/forward"; forward({ host: "h" });', { conditions });
    const entry = FORWARDER[name] ? [FORWARDER[name]] : ["forward.js", "lakebase_credentials_forward_inline.js"];
    assert.deepEqual(files.sort(), [...entry, "lib/error.js", "lib/forward.js", "lakebase_credentials_forward_bg.js"].sort());
  });
}

test("a bundle runs, though it uses one function alone", async () => {
  const { code } = await bundle(`import { connectionUri } from "lakebase-credentials";
    if (!connectionUri({ host: "db.example", user: "me" }).startsWith("postgresql://me@")) throw new Error("not ready");`);
  await project.write({ "one.mjs": code });
  await output(process.execPath, ["one.mjs"], { cwd: project.folder });
});

test("a bundle of the CommonJS side runs", async () => {
  await project.write({ "entry.cjs": `const { connectionUri, Workspace } = require("lakebase-credentials"); ${USE} console.log(used);` });
  const { outputFiles } = await build({
    entryPoints: [path.join(project.folder, "entry.cjs")],
    bundle: true,
    write: false,
    platform: "node",
    logLevel: "silent",
  });
  await project.write({ "bundled.cjs": outputFiles[0].text });
  assert.equal((await output(process.execPath, ["bundled.cjs"], { cwd: project.folder })).trim(), USED);
});

for (const [name, program, stem] of [["root", ALL, "lakebase_credentials"], ["admin", ADMIN, "lakebase_credentials_admin"]]) {
  test(`the edge-light bundle of ${name} runs in Vercel's Edge runtime`, async () => {
    // Vercel's bundler gives a WebAssembly.Module for `?module`, which its runtime was started with.
    const asModule = {
      name: "wasm-module",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /\.wasm\?module$/ }, ({ path: file }) => ({ path: file, namespace: "wasm-module" }));
        onLoad({ filter: /.*/, namespace: "wasm-module" }, () => ({ contents: "export default globalThis.wasmModule" }));
      },
    };
    const { code } = await bundle(`${program} globalThis.used = used;`, {
      conditions: ["edge-light"],
      format: "iife",
      external: [],
      plugins: [asModule],
    });
    const wasm = await readFile(path.join(project.folder, `node_modules/lakebase-credentials/${stem}_bg.wasm`));
    const module = new WebAssembly.Module(wasm);
    const vm = new EdgeVM({ extend: (context) => Object.assign(context, { wasmModule: module }) });
    vm.evaluate(code);
    assert.equal(vm.evaluate("used"), USED);
  });
}

const POSTGRES = ["lib/insecure.js", "lib/postgres.js", "lib/tls/socket.js", "lib/tls/ssl-request.js"];
const ADAPTERS = [
  { adapter: "pg", call: "pgConfig" },
  { adapter: "postgres", call: "postgresOptions", more: [...POSTGRES, "lib/tls/node.js"] },
  { adapter: "bun", call: "bunSqlOptions", more: ["lib/insecure.js"] },
  { adapter: "neon", call: "neonOptions", more: ["lib/insecure.js"] },
  { adapter: "deno-postgres", call: "denoPostgresOptionsWithToken" },
];
for (const { adapter, call, more = [] } of ADAPTERS) {
  test(`the adapter for ${adapter} pulls in no WebAssembly and no driver`, async () => {
    const { files } = await bundle(`import { ${call} } from "lakebase-credentials/${adapter}"; ${call}(null);`);
    assert.deepEqual(files.sort(), [...SHARED, ...more, `${adapter}.js`].sort());
  });
}

test("the adapter for postgres has the sockets of workerd there", async () => {
  const program = 'import { postgresOptions } from "lakebase-credentials/postgres"; postgresOptions(null);';
  const { files } = await bundle(program, { conditions: ["workerd"] });
  assert.deepEqual(files.sort(), [...SHARED, ...POSTGRES, "lib/tls/workerd.js", "postgres-workerd.js"].sort());
});
