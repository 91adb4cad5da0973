// What the hostile servers can see: drivers that are told not to verify lose their password to them.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import pg from "pg";
import postgres from "postgres";
import { createAuthority } from "../emulator/authority.js";
import { createCertificates } from "./certificates.js";
import { hostileServers, startServer } from "./servers.js";

const password = randomBytes(40).toString("base64url");
let servers;
before(async () => {
  servers = hostileServers(await createCertificates(await createAuthority()));
});

async function pgLogin(port, ssl) {
  const client = new pg.Client({ host: "localhost", port, user: "me", database: "db", password, ssl, connectionTimeoutMillis: 5000 });
  client.on("error", () => {});
  await client.connect().finally(() => client.end().catch(() => {}));
}

async function postgresLogin(port, ssl) {
  const sql = postgres({ host: "localhost", port, user: "me", database: "db", password, ssl, max: 1, connect_timeout: 5 });
  await sql`select 1`.finally(() => sql.end({ timeout: 0 }));
}

const UNVERIFIED = { rejectUnauthorized: false };
const CARELESS = [
  ["has no TLS, and asks in clear", postgresLogin, "prefer"],
  ["has no TLS, and asks in clear once spoken to", postgresLogin, "prefer"],
  ["asks in clear before it is spoken to", pgLogin, false],
  ["asks in clear before it is spoken to", postgresLogin, false],
  ["asks in clear whatever it is told", pgLogin, false],
  ...["of an unknown authority", "for another name", "that has expired", "signed by itself"].flatMap((kind) => [
    [`has a certificate ${kind}`, pgLogin, UNVERIFIED],
    [`has a certificate ${kind}`, postgresLogin, "require"],
  ]),
];

for (const [name, login, ssl] of CARELESS) {
  test(`${login.name} with ssl: ${JSON.stringify(ssl)} loses its password to a server that ${name}`, async () => {
    const { port, record, stop } = await startServer(servers[name]);
    after(stop);
    await assert.rejects(login(port, ssl), { code: "28P01" });
    assert.ok(record.passwordMessages > 0 && record.holds(password));
  });
}
