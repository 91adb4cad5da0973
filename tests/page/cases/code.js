import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { createProject, output } from "../../package/project.js";
import { copy, stage } from "../stage.js";

const { emulator } = stage;
const ENDPOINT = "projects/shop/branches/main/endpoints/primary";

let project;
before(async () => {
  project = await createProject("pg", "postgres");
});
after(() => project?.remove());

/** Runs a program as a service principal has it in production: its identity is in the environment. */
async function run(code) {
  const file = path.join(project.folder, "program.js");
  await writeFile(file, code);
  const { clientId, clientSecret } = emulator.servicePrincipal;
  const env = { PATH: process.env.PATH, DATABRICKS_HOST: emulator.url, DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret };
  try {
    return await output(process.execPath, [file], { cwd: project.folder, env });
  } finally {
    await rm(file);
  }
}

test("the code for pg and postgres.js logs in as it is copied", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  for (const name of ["pg", "postgres.js"]) {
    const printed = await run(await copy(page, name));
    assert.match(printed, new RegExp(`current_user: '${emulator.servicePrincipal.clientId}'`), name);
  }
});

const SAYS = {
  "Bun.sql": /from "bun";[^]*bunSqlOptions\(provider/,
  "deno-postgres": /jsr:@db\/postgres[^]*enforce: true/,
  psycopg: /generate_database_credential\([^]*sslmode="verify-full"/,
  JDBC: /generateDatabaseCredential\([^]*setSslMode\("verify-full"\)/,
  "Databricks CLI": /^databricks (database|postgres) generate-database-credential/,
  "Databricks CLI and psql": /^PGPASSWORD="\$\(databricks [^]*psql '[^]*user=ada@example.com [^]*sslmode=verify-full/,
};

test("each other piece is about the database that is chosen, and holds no identity but the person's own", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/invoices" });
  const { read_write_dns: host, read_only_dns: readOnly } = emulator.instances.invoices;
  for (const [name, words] of Object.entries(SAYS)) {
    const code = await copy(page, name);
    assert.match(code, words);
    assert.match(code, /invoices/);
    if (name !== "Databricks CLI") assert.ok(code.includes(host), name);
    if (!name.startsWith("Databricks CLI")) assert.equal(code.includes("ada@example.com"), false, name);
  }
  await page.getByRole("switch", { name: "Read-only host" }).click();
  assert.ok((await copy(page, "psycopg")).includes(readOnly));
  const shown = page.getByRole("region", { name: "psycopg" });
  await page.getByRole("button", { name: /^psycopg/ }).click();
  assert.ok((await shown.innerText()).includes(readOnly));

  await page.getByRole("link", { name: /^shop \/ main \/ primary / }).click();
  for (const name of Object.keys(SAYS)) assert.ok((await copy(page, name)).includes(ENDPOINT), name);
});
