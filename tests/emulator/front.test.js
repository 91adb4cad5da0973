import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createAuthority } from "./authority.js";
import { startEmulator } from "./index.js";
import { message, REQUEST, startupMessage } from "./message.js";
import { callerOf, connect, directTls, eventually, exchange, query } from "./raw-client.js";

const wrongPassword = (user) => ({ code: "28P01", message: `password authentication failed for user '${user}'` });

describe("the front of the databases", () => {
  let emulator;
  let client;
  let user;
  before(async () => {
    emulator = await startEmulator();
    client = callerOf(emulator);
    user = emulator.servicePrincipal.clientId;
  });
  after(() => emulator.stop());
  afterEach(() => emulator.reset());

  const mint = (request = { instance_names: ["orders"] }, identity) => client.credential(request, identity);

  it("lets a credential in, to a real PostgreSQL", async () => {
    const [row] = await query(emulator, { user, password: await mint() }, "SELECT current_user AS name, version(), count(*)::int FROM orders");
    assert.equal(row.name, user);
    assert.match(row.version, /^PostgreSQL \d+/);
    assert.equal(row.count, 5);
  });

  it("knows several live tokens of one role", async () => {
    const passwords = await Promise.all([mint(), mint(), mint()]);
    assert.equal(new Set(passwords).size, 3);
    const clients = await Promise.all(passwords.map((password) => connect(emulator, { user, password })));
    for (const one of clients) assert.equal((await one.query("SELECT 1 AS one")).rows[0].one, 1);
    await Promise.all(clients.map((one) => one.end()));
  });

  it("checks expiry at login only", async () => {
    const password = await mint();
    const open = await connect(emulator, { user, password });
    emulator.clock.advance(3601);
    await assert.rejects(query(emulator, { user, password }), wrongPassword(user));
    assert.equal((await open.query("SELECT 1 AS one")).rows[0].one, 1);
    emulator.clock.reset();
    assert.equal((await query(emulator, { user, password })).length, 1);
    await open.end();
  });

  it("asks nobody for a password without TLS", async () => {
    const { bytes, text } = await exchange(emulator.database.port, startupMessage(new Map([["user", user]])));
    assert.equal(text[0], "E", "an ErrorResponse comes first");
    assert.equal(bytes.readUInt32BE(1) + 1, bytes.length, "and nothing after it");
    assert.match(text, /C28000\0/);
    assert.match(text, /SSL connection is required/);
  });

  it("takes no data in clear behind the request for TLS", async () => {
    const tlsRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
    const { text } = await exchange(emulator.database.port, Buffer.concat([tlsRequest, startupMessage(new Map([["user", user]]))]));
    assert.equal(text, "");
  });

  it("answers N to a request for GSS encryption, then goes on", async () => {
    const gssRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 48]);
    const { text } = await exchange(emulator.database.port, Buffer.concat([gssRequest, startupMessage(new Map([["user", user]]))]));
    assert.match(text, /^NE/);
  });

  it("shows a certificate of the emulator's own authority", async () => {
    const password = await mint();
    const stranger = await createAuthority({ name: "Another CA" });
    await assert.rejects(query({ ...emulator, caPem: stranger.pem }, { user, password }), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    await assert.rejects(query(emulator, { user, password, servername: "db.example" }), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  describe("routing by SNI", () => {
    it("leads to the instance that the name belongs to", async () => {
      const servername = emulator.instances.invoices.read_write_dns;
      const invoices = await mint({ instance_names: ["invoices"] });
      assert.equal((await query(emulator, { user, password: invoices, servername })).length, 1);
      await assert.rejects(query(emulator, { user, password: invoices }), wrongPassword(user), "a token for another instance");
      await assert.rejects(query(emulator, { user, password: await mint(), servername }), wrongPassword(user));
      const both = await mint({ instance_names: ["orders", "invoices"] });
      assert.equal((await query(emulator, { user, password: both, servername })).length, 1);
    });

    it("leads to the endpoint", async () => {
      assert.equal((await query(emulator, { user, password: await mint({ endpoint: emulator.endpoint }) })).length, 1);
      const other = emulator.addEndpoint("projects/shop/branches/dev/endpoints/primary");
      const password = await mint({ endpoint: other.name });
      await assert.rejects(query(emulator, { user, password }), wrongPassword(user));
      assert.equal((await query(emulator, { user, password, servername: other.status.hosts.host })).length, 1);
    });

    it("refuses an unknown name", async () => {
      await assert.rejects(query(emulator, { user, password: await mint(), servername: "instance-0.database.localhost" }), {
        code: "08004",
        message: 'no database instance is known as "instance-0.database.localhost"',
      });
    });

    it("refuses a client that sends no name", async () => {
      // An IP address is never sent as SNI, and the certificate names it.
      await assert.rejects(query(emulator, { user, password: await mint(), servername: "" }), { code: "08004", message: /no server name \(SNI\)/ });
    });

    it("refuses an instance that is not available", async () => {
      const password = await mint();
      emulator.instances.orders.state = "STOPPED";
      await assert.rejects(query(emulator, { user, password }), { code: "57P03", message: /not available \(state STOPPED\)/ });
    });
  });

  describe("refuses", () => {
    const refused = (login) => assert.rejects(query(emulator, { user, ...login }), wrongPassword(login.user ?? user));

    it("a personal access token, and an access token of the workspace", async () => {
      await refused({ user: emulator.user.userName, password: emulator.user.token });
      await refused({ password: await client.workspaceToken() });
    });

    it("another user's token", async () => {
      await refused({ user: emulator.user.userName, password: await mint() });
    });

    it("a token of another workspace", async () => {
      const other = await startEmulator({ database: false });
      try {
        other.addInstance("orders", { host: "localhost" });
        await refused({ password: await callerOf(other).credential({ instance_names: ["orders"] }) });
      } finally {
        await other.stop();
      }
    });

    it("a token that was changed", async () => {
      const [header, payload, signature] = (await mint()).split(".");
      const claims = JSON.parse(Buffer.from(payload, "base64url"));
      const changed = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString("base64url");
      await refused({ password: [header, changed, signature].join(".") });
    });

    it("an identity without a Postgres role", async () => {
      const identity = await emulator.addServicePrincipal({ role: false });
      await refused({ user: identity.clientId, password: await mint(undefined, identity) });
    });

    it("an empty password", async () => {
      await refused({ password: () => "" });
    });

    it("a database that does not exist, in PostgreSQL's own words", async () => {
      await assert.rejects(query(emulator, { user, password: await mint(), database: "nowhere" }), { code: "3D000" });
    });
  });

  it("holds read-only claims to reading", async () => {
    const password = await mint({
      instance_names: ["orders"],
      claims: [{ permission_set: "READ_ONLY", resources: [{ table_name: "main.public.orders" }] }],
    });
    const reader = await connect(emulator, { user, password });
    assert.equal((await reader.query("SELECT FROM orders")).rowCount, 5);
    await assert.rejects(reader.query("DELETE FROM orders"), { code: "25006" });
    await reader.query("SET default_transaction_read_only = off");
    await assert.rejects(reader.query("DELETE FROM orders"), { code: "42501" });
    await assert.rejects(reader.query(`SET ROLE "${user}"`), { code: "42501" });
    await reader.end();
    const elsewhere = await mint({ claims: [{ permission_set: "READ_ONLY", resources: [{ table_name: "main.public.nothing" }] }] });
    await assert.rejects(query(emulator, { user, password: elsewhere }), { code: "42501" });
  });

  it("lets native roles in when native login is on", async () => {
    const owner = await connect(emulator, { user, password: await mint() });
    await owner.query(`CREATE ROLE "legacy app" LOGIN PASSWORD 'pä''ss\\word'; GRANT SELECT ON orders TO "legacy app"`);
    await owner.end();
    const login = { user: "legacy app", password: "pä'ss\\word" };
    await assert.rejects(query(emulator, login), wrongPassword(login.user));
    emulator.instances.orders.enable_pg_native_login = true;
    assert.equal((await query(emulator, login)).length, 1);
    await assert.rejects(query(emulator, { ...login, password: "wrong" }), wrongPassword(login.user));
    await assert.rejects(query(emulator, { user, password: "wrong" }), wrongPassword(user));
  });

  it("passes a request to cancel on", async () => {
    const busy = await connect(emulator, { user, password: await mint() });
    const cancelled = assert.rejects(busy.query("SELECT pg_sleep(30)"), { code: "57014" });
    const key = Buffer.alloc(16);
    key.writeUInt32BE(16);
    key.writeUInt32BE(REQUEST.cancel, 4);
    key.writeInt32BE(busy.processID, 8);
    key.writeInt32BE(busy.secretKey, 12);
    let ended = false;
    cancelled.finally(() => (ended = true));
    // One that comes before the query has begun cancels nothing.
    while (!ended) {
      await exchange(emulator.database.port, key);
      await sleep(50);
    }
    await cancelled;
    await busy.end();
  });

  it("keeps a log of logins, with what it tells no client", async () => {
    await query(emulator, { user, password: await mint() });
    await assert.rejects(query(emulator, { user, password: "wrong" }));
    await assert.rejects(query(emulator, { user, password: "wrong", servername: "x.database.localhost" }));
    assert.deepEqual(
      emulator.logins.map(({ at, ...entry }) => (assert.ok(at > 0), entry)),
      [
        { user, host: "localhost", accepted: true, target: "orders" },
        { user, host: "localhost", accepted: false, reason: "the password is no database token, and native login is off" },
        { user, host: "x.database.localhost", accepted: false, reason: 'no database instance is known as "x.database.localhost"' },
      ],
    );
  });

  it("takes tokens of every length", async () => {
    for (const length of [1200, 4000, 20_000]) {
      emulator.settings.tokenLength = length;
      const password = await mint();
      assert.ok(password.length >= length);
      assert.equal((await query(emulator, { user, password })).length, 1);
    }
  });

  describe("TLS from the first byte", () => {
    it("is answered when the client says that it speaks PostgreSQL", async () => {
      const socket = await directTls(emulator, { servername: "localhost", ALPNProtocols: ["postgresql"] });
      const login = Buffer.concat([startupMessage(new Map([["user", user]])), message("p", "wrong")]);
      const { text } = await exchange(undefined, login, { socket });
      assert.match(text, /^R\0\0\0\x08\0\0\0\x03E.*password authentication failed/s);
    });

    it("is refused otherwise", async () => {
      const socket = await directTls(emulator, { servername: "localhost" });
      const { text } = await exchange(undefined, startupMessage(new Map([["user", user]])), { socket });
      assert.equal(text, "");
    });
  });

  it("outlives whatever is thrown at it", async () => {
    for (const bytes of ["GET / HTTP/1.1\r\n\r\n", Buffer.alloc(64), Buffer.alloc(64, 0xff), Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5])]) {
      await exchange(emulator.database.port, bytes);
    }
    const socket = await directTls(emulator, { servername: "localhost", ALPNProtocols: ["postgresql"] });
    await exchange(undefined, Buffer.concat([startupMessage(new Map([["user", user]])), message("Q", "SELECT 1")]), { socket });
    assert.equal((await query(emulator, { user, password: await mint() })).length, 1);
  });

  it("ends the session when either side goes", async () => {
    const open = await connect(emulator, { user, password: await mint() });
    const watcher = await connect(emulator, { user: emulator.user.userName, password: await client.call("/api/2.0/database/credentials", {
      method: "POST", token: emulator.user.token, json: { instance_names: ["orders"] },
    }).then(({ body }) => body.token) });
    const sessions = async () => (await watcher.query("SELECT count(*)::int FROM pg_stat_activity WHERE usename = $1", [user])).rows[0].count;
    // Those of the tests before may still be ending.
    await eventually(async () => (await sessions()) === 1, "there is not just the one session");
    open.connection.stream.destroy();
    await eventually(async () => (await sessions()) === 0, "the session of a client that is gone was not ended");
    await watcher.end();
  });
});
