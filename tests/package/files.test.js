import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createProject, output, tests } from "./project.js";

const FILES = `
LICENSE-APACHE LICENSE-MIT README.md package.json
index.js index.cjs index.d.ts index.d.cts workerd.js edge-light.js
pg.js pg.cjs pg.d.ts pg.d.cts
postgres.js postgres.cjs postgres.d.ts postgres.d.cts postgres-workerd.js
bun.js bun.cjs bun.d.ts bun.d.cts
neon.js neon.cjs neon.d.ts neon.d.cts
deno-postgres.js deno-postgres.cjs deno-postgres.d.ts deno-postgres.d.cts
admin.js admin.cjs admin.d.ts admin.d.cts admin-workerd.js admin-edge-light.js
forward.js forward.cjs forward.d.ts forward.d.cts forward-workerd.js forward-edge-light.js
lakebase_credentials_bg.js lakebase_credentials_bg.cjs lakebase_credentials_bg.wasm
lakebase_credentials_inline.js lakebase_credentials_inline.cjs
lakebase_credentials_admin_bg.js lakebase_credentials_admin_bg.cjs lakebase_credentials_admin_bg.wasm
lakebase_credentials_admin_inline.js lakebase_credentials_admin_inline.cjs
lakebase_credentials_forward_bg.js lakebase_credentials_forward_bg.cjs lakebase_credentials_forward_bg.wasm
lakebase_credentials_forward_inline.js lakebase_credentials_forward_inline.cjs
lib/driver.js lib/error.js lib/forward.js lib/insecure.js lib/postgres.js lib/wait-until.js
lib/driver.cjs lib/error.cjs lib/forward.cjs lib/insecure.cjs lib/postgres.cjs lib/wait-until.cjs
lib/tls/node.js lib/tls/socket.js lib/tls/ssl-request.js lib/tls/workerd.js
lib/tls/node.cjs lib/tls/socket.cjs lib/tls/ssl-request.cjs
lib/client/api.js lib/client/exchange.js lib/client/load.js lib/client/provider.js lib/client/run.js lib/client/workspace.js
lib/client/api.cjs lib/client/exchange.cjs lib/client/load.cjs lib/client/provider.cjs lib/client/run.cjs lib/client/workspace.cjs
lib/admin-client/api.js lib/admin-client/exchange.js lib/admin-client/load.js lib/admin-client/provider.js lib/admin-client/run.js lib/admin-client/workspace.js
lib/admin-client/api.cjs lib/admin-client/exchange.cjs lib/admin-client/load.cjs lib/admin-client/provider.cjs lib/admin-client/run.cjs lib/admin-client/workspace.cjs
lib/admin/alone.js lib/admin/api.js lib/admin/store.js lib/admin/tabs.js lib/admin/user-session.js lib/admin/workspace.js
lib/admin/alone.cjs lib/admin/api.cjs lib/admin/store.cjs lib/admin/tabs.cjs lib/admin/user-session.cjs lib/admin/workspace.cjs
`;

let project;
let installed;
before(async () => {
  project = await createProject();
  installed = path.join(project.folder, "node_modules/lakebase-credentials");
});
after(() => project.remove());

test("the package holds these files and no others", () => {
  assert.deepEqual(project.files, FILES.trim().split(/\s+/).sort());
});

test("it depends on nothing, and runs nothing when it is installed", async () => {
  const manifest = JSON.parse(await readFile(path.join(installed, "package.json"), "utf8"));
  for (const field of ["dependencies", "optionalDependencies", "scripts"]) {
    assert.equal(manifest[field], undefined, field);
  }
  const peers = Object.keys(manifest.peerDependencies);
  assert.deepEqual(peers, ["@neondatabase/serverless", "pg", "postgres", "subtls"]);
  assert.deepEqual(manifest.peerDependenciesMeta, Object.fromEntries(peers.map((name) => [name, { optional: true }])));
  assert.deepEqual(await readdir(path.join(project.folder, "node_modules")), [".package-lock.json", "lakebase-credentials"]);
});

test("no file holds a path of the machine that built it", async () => {
  for (const file of project.files) {
    const bytes = await readFile(path.join(installed, file), "latin1");
    for (const folder of [path.resolve(tests, ".."), path.join(homedir(), ".cargo")]) {
      assert.ok(!bytes.includes(folder), `${file}: ${folder}`);
    }
  }
});

test("the inlined modules are the modules", async () => {
  for (const stem of ["lakebase_credentials", "lakebase_credentials_admin", "lakebase_credentials_forward"]) {
    const wasm = await readFile(path.join(installed, `${stem}_bg.wasm`));
    for (const name of [`${stem}_inline.js`, `${stem}_inline.cjs`]) {
      assert.ok((await readFile(path.join(installed, name), "utf8")).includes(`"${wasm.toString("base64")}"`), name);
    }
  }
});

test("publint finds nothing to say", async () => {
  const said = await output(process.execPath, [path.join(tests, "node_modules/publint/src/cli.js"), "run", installed, "--strict"]);
  assert.match(said, /All good!/);
});

test("are-the-types-wrong finds them right", async () => {
  const command = path.join(tests, "node_modules/@arethetypeswrong/cli/dist/index.js");
  assert.match(await output(process.execPath, [command, project.tarball]), /No problems found/);
});
