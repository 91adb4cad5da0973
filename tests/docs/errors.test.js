import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "../emulator/index.js";
import { createProject } from "../package/project.js";
import { given, runInNode } from "./runners.js";
import { startStage } from "./stage.js";
import { createWorld, TROUBLES } from "./troubles.js";

const DRIVERS = `
  import assert from "node:assert/strict";
  import pg from "pg";
  import postgres from "postgres";
  import { Workspace } from "lakebase-credentials";
  import { pgConfig } from "lakebase-credentials/pg";
  import { postgresOptions } from "lakebase-credentials/postgres";
  const { DATABRICKS_HOST: host, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, PGPORT: port } = process.env;
  const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });
  const failed = [];
  provider.addEventListener("fail", ({ detail }) => failed.push(detail.code));
  const options = { host: "localhost", port: Number(port) };

  const pool = new pg.Pool(await pgConfig(provider, options));
  await assert.rejects(pool.query("SELECT 1"), { name: "LakebaseError", code: "PERMISSION_DENIED" });
  await pool.end();
  const sql = postgres(await postgresOptions(provider, options));
  await assert.rejects(sql\`SELECT 1\`, { name: "LakebaseError", code: "PERMISSION_DENIED" });
  await sql.end();
  assert.deepEqual(failed, ["PERMISSION_DENIED"]);
`;

const read = (file) => readFile(new URL(`../../${file}`, import.meta.url), "utf8");

/** `{ code: { retry, example } }` of the page. */
async function readPage() {
  const sections = (await read("docs/errors.md")).split(/^## (?=`[A-Z_]+`$)/m).slice(1);
  return Object.fromEntries(
    sections.map((text) => {
      const [, code] = /^`([A-Z_]+)`/.exec(text);
      for (const part of ["On the wire", "Retry", "Next"]) assert.ok(text.includes(`- **${part}:** `), `${code}: ${part}`);
      const [, retry] = /- \*\*Retry:\*\* (yes|no)\b/.exec(text) ?? [];
      const [, example] = /```text\n(.*?)\n```/s.exec(text) ?? [];
      return [code, { retry, example }];
    }),
  );
}

/** `{ code: retryable }` of the core. */
async function readCore() {
  const found = (await read("src/error.rs")).matchAll(/^ {4}[A-Z]\w+ "([A-Z_]+)" (true|false)$/gm);
  return Object.fromEntries([...found].map(([, code, retryable]) => [code, retryable === "true"]));
}

describe("docs/errors.md", () => {
  let page;
  let world;
  const undo = [];
  before(async () => {
    page = await readPage();
    const project = await createProject();
    undo.push(project.remove);
    const emulator = await startEmulator({ database: false });
    undo.push(emulator.stop);
    world = await createWorld({ ...project, emulator });
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });

  test("it tells of each code of the core, in its order, and of no other", async () => {
    const core = await readCore();
    assert.ok(Object.keys(core).length > 20);
    assert.deepEqual(Object.keys(page), Object.keys(core));
    for (const [code, { retry }] of Object.entries(page)) assert.equal(retry === "yes", core[code], code);
  });

  test("where no token can be had, a driver's query fails as it is told, and the process goes on", async () => {
    const stage = await startStage();
    try {
      const { clientId, clientSecret } = await stage.emulator.addServicePrincipal({ access: false });
      await runInNode(given(stage, { CLIENT_ID: clientId, CLIENT_SECRET: clientSecret }), DRIVERS);
    } finally {
      await stage.stop();
    }
  });

  test("each code comes about as it is told", () => assert.deepEqual(Object.keys(TROUBLES), Object.keys(page)));

  for (const [code, run] of Object.entries(TROUBLES)) {
    test(`${code}: the example is what is thrown`, async () => {
      const { emulator } = world;
      emulator.reset();
      const error = await Promise.resolve(world).then(run).then(() => assert.fail("it did not fail"), (thrown) => thrown);
      // What differs from one workspace and one run to the next.
      const message = error.message
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "…")
        .replace(emulator.workspaceId, "…")
        .replace(/(127\.0\.0\.1:)\d+/, "$1…")
        .replace(/has \d+ s/, "has … s");
      assert.equal(message, page[code]?.example?.replaceAll("\n", " "));
      assert.equal(error.code, code);
    });
  }
});
