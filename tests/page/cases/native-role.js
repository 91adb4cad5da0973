import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { check } from "../axe.js";
import { copy, remains, stage, until } from "../stage.js";

const { emulator } = stage;
const card = (page) => page.getByRole("region", { name: "Native role" });
const login = (page) => page.getByRole("switch", { name: "Native login" });

async function make(page, role) {
  await page.getByLabel("Role name").fill(role);
  await page.getByRole("button", { name: "Create statement" }).click();
  await page.getByRole("group", { name: "The new role" }).waitFor();
}

const client = async (user, password) => {
  const { host, port, database } = emulator.database;
  const connecting = new pg.Client({ host, port, database, user, password, ssl: { ca: emulator.caPem, servername: host } });
  await connecting.connect();
  return connecting;
};

test("a role made here logs in with its password, once native login is on", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  const role = `o'neil "app" \\ ${Date.now()}`;
  await make(page, role);
  const [statement, password] = [await copy(page, "statement"), await copy(page, "password")];
  await page.getByRole("button", { name: "Get token" }).click();
  const owner = await client("ada@example.com", await copy(page, "token"));
  await owner.query(statement);
  await owner.end();

  await assert.rejects(client(role, password), { code: "28P01" });
  await login(page).click();
  await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
  await until(() => login(page).isChecked(), Boolean);
  const made = await client(role, password);
  const { rows } = await made.query("select current_user as user");
  await made.end();
  assert.equal(rows[0].user, role);
  // The list says so, too.
  await page.getByRole("link", { name: /^orders .*native login on/ }).waitFor();
});

test("a password is shown once, and then forgotten", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  await make(page, "app_reader");
  const password = await copy(page, "password");
  assert.equal(password.length, 32);
  assert.ok((await remains(page)).includes(password));
  await page.getByRole("button", { name: "Done, forget the password" }).click();
  assert.equal((await remains(page)).includes(password), false);
  await make(page, "app_reader");
  assert.notEqual(await copy(page, "password"), password);
  await page.getByRole("link", { name: /^invoices / }).click();
  await page.getByRole("link", { name: /^orders / }).click();
  await page.getByLabel("Role name").waitFor();
});

test("native login changes only after a question, and shows what the workspace says", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  const changes = () => emulator.requests.count("instance-update");
  await login(page).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await login(page).click();
  await page.keyboard.press("Escape");
  assert.deepEqual([await login(page).isChecked(), changes()], [false, 0]);

  emulator.fault("instance-update", { status: 403 });
  await login(page).click();
  await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
  await card(page).getByRole("alert").getByText("You may not do this").waitFor();
  assert.equal(await login(page).isChecked(), false);

  await login(page).click();
  await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
  await until(() => login(page).isChecked(), Boolean);
  assert.equal(emulator.instances.orders.enable_pg_native_login, true);
  const [{ path, body }] = emulator.requests.of("instance-update").slice(-1);
  assert.match(path, /update_mask=enable_pg_native_login/);
  assert.equal(JSON.parse(body).enable_pg_native_login, true);
  await login(page).click();
  await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await until(() => login(page).isChecked(), (on) => !on);
});

test("a name that no role can have: said beside the field", async (t) => {
  emulator.reset();
  const page = await stage.enter(t, { hash: "#/instances/orders" });
  for (const [name, reason] of [["", "empty"], ["pg_x", "pg_"], ["public", "keeps for itself"], ["x".repeat(64), "63 bytes"]]) {
    await page.getByLabel("Role name").fill(name);
    await page.getByRole("button", { name: "Create statement" }).click();
    await page.locator(".field-problem").getByText(reason).waitFor();
    assert.equal(await page.getByLabel("Role name").getAttribute("aria-invalid"), "true");
  }
});

for (const colorScheme of ["light", "dark"]) {
  test(`no violation of accessibility, ${colorScheme}`, async (t) => {
    emulator.reset();
    const page = await stage.enter(t, { hash: "#/instances/orders", colorScheme });
    await login(page).click();
    await page.getByRole("dialog").waitFor();
    await check(page, "question");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Create statement" }).click();
    await check(page, "no name");
    await make(page, "app_reader");
    await check(page, "made");
  });
}
