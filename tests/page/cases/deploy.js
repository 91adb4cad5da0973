// www/README.md says how the page is deployed. What it says is done here, word for word.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import workerd from "workerd";
import { bundleWorker } from "../../demo/bundle.js";
import { createProject, tests } from "../../package/project.js";
import { getToken, stage, until } from "../stage.js";

const { emulator } = stage;
const root = path.resolve(tests, "..");
const readme = await readFile(path.join(root, "www/README.md"), "utf8");

/** The first block of code of this language after these words. */
function block(words, language) {
  const [, code] = new RegExp(`${words}[^]*?\\n\`\`\`${language}\\n([^]*?)\`\`\``).exec(readme) ?? [];
  assert.ok(code, `README.md has no ${language} after "${words}"`);
  return code;
}

let project;
before(async () => {
  project = await createProject("hono", "@hono/node-server");
  await project.write({ "worker.js": block("`worker.js`", "js"), "server.js": block("`server.js`", "js") });
  await cp(path.join(root, "www"), path.join(project.folder, "site"), { recursive: true });
  await cp(path.join(root, "pkg"), path.join(project.folder, "site/pkg"), { recursive: true });
});
after(() => project?.remove());

/** Starts a program that listens, and gives its address once it does. */
async function start(t, port, command, args, environment) {
  const child = spawn(command, args, { cwd: project.folder, env: { PATH: process.env.PATH, ...environment }, stdio: "inherit" });
  t.after(async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  const url = `http://localhost:${port}/`;
  await until(() => fetch(url).then(() => true, () => false), Boolean);
  return url;
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

test("with Node.js: a person gets a token through the example's server", async (t) => {
  emulator.reset();
  const config = { workspace: emulator.url, clientId: emulator.publicClient.clientId };
  await writeFile(path.join(project.folder, "site/config.json"), JSON.stringify(config));
  const port = await freePort();
  const url = await start(t, port, process.execPath, ["server.js"], {
    DATABRICKS_HOST: emulator.url,
    PAGE_ORIGIN: `http://localhost:${port}`,
    PORT: String(port),
  });
  const { headers } = await fetch(url);
  assert.match(headers.get("content-security-policy"), /frame-ancestors 'none'/);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  const page = await stage.enter(t, { serve: { url }, hash: "#/instances/orders" });
  await getToken(page);
  const foreign = await fetch(`${url}api/2.0/database/instances`, { headers: { origin: "https://attacker.example", authorization: "Bearer t" } });
  assert.equal(foreign.status, 403);
});

test("on Cloudflare Workers: the example's function forwards, and nothing else", async (t) => {
  emulator.reset();
  const wrangler = JSON.parse(block("`wrangler.json`", "json"));
  assert.deepEqual(Object.keys(wrangler.vars), ["DATABRICKS_HOST", "PAGE_ORIGIN"]);
  await bundleWorker(path.join(project.folder, wrangler.main), path.join(project.folder, "bundle.js"));
  const module = "lakebase_credentials_forward_bg.wasm";
  const port = await freePort();
  await writeFile(
    path.join(project.folder, "workerd.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["public", "private"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  compatibilityDate = "${workerd.compatibilityDate}",
  modules = [
    (name = "worker.js", esModule = embed "bundle.js"),
    (name = "${module}", wasm = embed "node_modules/lakebase-credentials/${module}"),
  ],
  bindings = [(name = "DATABRICKS_HOST", text = "${emulator.url}"), (name = "PAGE_ORIGIN", text = "http://localhost:${port}")],
);
`,
  );
  const url = await start(t, port, workerd.default, ["serve", "workerd.capnp"]);
  const ask = (to, headers) => fetch(url + to, { headers: { authorization: `Bearer ${emulator.user.token}`, ...headers } });
  const answer = await ask("api/2.0/database/instances", { "sec-fetch-site": "same-origin" });
  assert.equal(answer.status, 200);
  assert.ok((await answer.json()).database_instances.length > 0);
  assert.equal((await ask("api/2.0/clusters/list")).status, 404);
  assert.equal((await ask("api/2.0/database/instances", { origin: "https://attacker.example" })).status, 403);
});
