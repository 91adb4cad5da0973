// What a bundler's test stands on: its project with the packed package, and a workspace with a database.
import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import pg from "pg";
import { startEmulator } from "../../emulator/index.js";
import { createProjectIn, output } from "../../package/project.js";

const bundlers = fileURLToPath(new URL("..", import.meta.url));

/** Copies these folders into a project that finds the bundlers beside it. */
export async function setStage(...parts) {
  const undo = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const project = await createProjectIn(path.join(bundlers, "projects"));
    undo.push(project.remove);
    for (const part of parts) await cp(path.join(bundlers, part), project.folder, { recursive: true });
    const emulator = await startEmulator();
    undo.push(emulator.stop);
    return { ...project, emulator, undo, stop, environment: environmentOf(project.folder, emulator) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a program needs to reach the workspace and its database; and nothing of a tool's leaves the project. */
function environmentOf(folder, emulator) {
  const { url, servicePrincipal, database, caFile } = emulator;
  return {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CONFIG_HOME: path.join(folder, "config"),
    DATABRICKS_HOST: url,
    DATABRICKS_CLIENT_ID: servicePrincipal.clientId,
    DATABRICKS_CLIENT_SECRET: servicePrincipal.clientSecret,
    PGPORT: String(database.port),
    NODE_EXTRA_CA_CERTS: caFile,
    NEXT_TELEMETRY_DISABLED: "1",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
  };
}

/** The program of a bundler, by its path among these packages. */
export const tool = (file) => path.join(bundlers, "node_modules", file);

/** Runs a bundler in the project. */
export const runTool = ({ folder, environment }, file, ...args) =>
  output(process.execPath, [tool(file), ...args], { cwd: folder, env: environment, timeout: 240_000 });

/** Runs a program that the bundler made, away from all packages, so that what it needs is in it. */
export async function runInNode({ folder, environment, emulator }, built, file) {
  const alone = await mkdtemp(path.join(tmpdir(), "lakebase-credentials-bundle-"));
  try {
    await cp(path.join(folder, built), alone, { recursive: true });
    assertQueried(emulator, JSON.parse(await output(process.execPath, [file], { cwd: alone, env: environment })));
  } finally {
    await rm(alone, { recursive: true, force: true });
  }
}

/** What `programs/node.js` and its like give: Postgres was asked with the one token that was minted. */
export function assertQueried({ servicePrincipal, requests, logins }, result) {
  assert.deepEqual(result, { who: servicePrincipal.clientId, cached: true });
  assert.deepEqual([requests.count("token"), requests.count("credentials")], [1, 1]);
  assert.deepEqual(logins.map(({ user, accepted }) => [user, accepted]), [[servicePrincipal.clientId, true]]);
}

/** What `programs/page.js` and its like give: a token that Postgres takes, minted once and cached. */
export async function assertMinted({ database, caPem, requests }, { userName, token, cached }) {
  assert.equal(cached, true);
  assert.equal(requests.count("credentials") + requests.count("endpoint-credentials"), 1);
  const client = new pg.Client({ ...database, user: userName, password: token, ssl: { ca: caPem, servername: database.host } });
  await client.connect();
  try {
    assert.deepEqual((await client.query("SELECT current_user AS who")).rows, [{ who: userName }]);
  } finally {
    await client.end();
  }
}

/** Says what was built, as it is served: the programs and WebAssembly of a folder, each gzipped. */
export async function reportWeight(t, { folder }, built) {
  const names = await readdir(path.join(folder, built), { recursive: true });
  const programs = names.filter((name) => /\.(js|mjs|cjs|wasm)$/.test(name));
  assert.ok(programs.length > 0, `${built} holds no program`);
  for (const name of programs.sort()) {
    const bytes = await readFile(path.join(folder, built, name));
    t.diagnostic(`${t.name}: ${name} ${kilobytes(bytes)}, gzipped ${kilobytes(gzipSync(bytes, { level: 9 }))}`);
  }
}

const kilobytes = ({ length }) => `${(length / 1000).toFixed(1)} KB`;
