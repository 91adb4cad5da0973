import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import pg from "pg";
import { copy, getToken, remains, stage, until } from "../stage.js";

const { emulator } = stage;

async function whoLogsIn(options) {
  const client = new pg.Client(options);
  await client.connect();
  const { rows } = await client.query("select current_user as user");
  await client.end();
  return rows[0].user;
}

test("what is copied logs in, over verified TLS", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  const { port } = emulator.database;
  const plain = await copy(page, "Connection URI");
  assert.ok(plain.startsWith(`postgresql://ada%40example.com@localhost:${port}/databricks_postgres?sslmode=verify-full`), plain);
  assert.equal(await page.getByRole("switch", { name: "Copy with the token" }).isDisabled(), true);
  await getToken(page);
  const token = await copy(page, "token");
  await page.getByRole("switch", { name: "Copy with the token" }).click();

  const uri = await copy(page, "Connection URI");
  assert.equal(await whoLogsIn({ connectionString: uri }), "ada@example.com");
  const command = await copy(page, "psql command");
  assert.ok(command.startsWith(`PGPASSWORD=${token} psql '`) || command.startsWith(`PGPASSWORD='${token}' psql '`), "psql command");
  const exports = await copy(page, "PG* variables");
  const environment = execFileSync("sh", ["-c", `${exports}\nenv`], { encoding: "utf8" });
  const variables = Object.fromEntries([...environment.matchAll(/^(PG\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  assert.equal(variables.PGPASSWORD, token);
  const { PGHOST: host, PGPORT, PGUSER: user, PGDATABASE: database, PGPASSWORD: password } = variables;
  assert.equal(await whoLogsIn({ host, port: Number(PGPORT), user, database, password, ssl: { ca: emulator.caPem, servername: host } }), "ada@example.com");

  // What is shown never holds it, opened or not.
  for (const name of [/^Connection URI/, /^psql command/, /^PG\* variables/]) await page.getByRole("button", { name }).click();
  assert.match(await page.getByRole("region", { name: "Connection URI" }).innerText(), /:TOKEN@/);
  assert.equal((await remains(page)).includes(token), false);
});

test("host, port, user and database, each by itself", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/invoices" });
  const { invoices } = emulator.instances;
  assert.equal(await copy(page, "host"), invoices.read_write_dns);
  assert.equal(await copy(page, "port"), String(emulator.database.port));
  assert.equal(await copy(page, "user"), "ada@example.com");
  assert.equal(await copy(page, "database"), "databricks_postgres");
  await page.getByRole("switch", { name: "Read-only host" }).click();
  assert.equal(await copy(page, "host"), invoices.read_only_dns);
  assert.match(await copy(page, "Connection URI"), new RegExp(`@${invoices.read_only_dns}:`));
});

test("a browser that does not let the page copy: said, for eyes and ears", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders", permissions: [] });
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  const button = page.getByRole("button", { name: "Copy Connection URI" });
  const { width } = await button.boundingBox();
  await button.click();
  await page.getByRole("button", { name: "Failed Connection URI" }).waitFor();
  await until(() => page.locator("#alert").innerText(), (text) => text.includes("copy it by hand"));
  assert.equal((await page.getByRole("button", { name: "Failed Connection URI" }).boundingBox()).width, width);
});
