// The example in Python, with a real psycopg: a string for each connection, with a token of its own.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { connectionUri, libpqKeywords, Workspace } from "../../pkg/index.js";
import { pythonWithSdk } from "../clients/environment.js";
import { eventually } from "../emulator/raw-client.js";
import { hold, startStage } from "./stage.js";

const HOUR = 3_600;

describe("psycopg", () => {
  let stage, emulator, python, user;
  before(async () => {
    python = await pythonWithSdk();
    stage = await startStage();
    ({ emulator } = stage);
    user = emulator.servicePrincipal.clientId;
  });
  afterEach(() => stage.clear());
  after(() => stage?.stop());

  const open = (PGSSLROOTCERT, servicePrincipal) =>
    stage.open("psycopg", { python, servicePrincipal, env: { PGPORT: String(emulator.database.port), PGSSLROOTCERT } });
  /** With one connection in its pool. */
  const openReady = async () => {
    const player = await open(emulator.caFile);
    await player.call("ready");
    return player;
  };
  const mints = () => emulator.requests.count("credentials");

  it("queries, as the identity, by a pool that is verified TLS alone", async () => {
    const player = await openReady();
    assert.deepEqual(await player.query("SELECT current_user AS name"), [{ name: user }]);
    assert.equal(mints(), 1);
    assert.deepEqual(emulator.logins.map(({ accepted, host }) => [accepted, host]), [[true, "localhost"]]);
    await player.call("end");
  });

  it("an open connection outlives its token, and the next one logs in with a new one", async () => {
    const beside = await stage.bystander();
    const player = await openReady();
    const held = await hold(player, beside);
    emulator.clock.advance(HOUR + 1);
    assert.equal(mints(), 1);
    assert.notEqual(await held.other(), held.before);
    assert.equal(mints(), 2);
    assert.equal(await held.release(), held.before);
    assert.ok(emulator.logins.every(({ accepted }) => accepted), "a login was refused");
    await player.call("end");
  });

  it("connections that the server closes are replaced", async () => {
    const beside = await stage.bystander();
    const player = await openReady();
    const held = await hold(player, beside);
    assert.equal((await beside.query("SELECT pg_terminate_backend($1)", [held.before])).rowCount, 1);
    await assert.rejects(held.release(), /AdminShutdown/);
    await eventually(() => player.query("SELECT 1").then(() => true, () => false), "it does not connect again");
    await player.call("end");
  });

  it("gives no token to a server that is not verified", async () => {
    const player = await open();
    await assert.rejects(player.call("connectAnew"), /certificate verify failed/);
    assert.equal(emulator.logins.length, 0);
  });

  it("a pool that cannot log in says why, tries with new strings, and makes nobody wait for ever", async () => {
    const player = await open(emulator.caFile, await emulator.addServicePrincipal({ role: false }));
    await eventually(() => mints() > 1 && emulator.logins.length > 1, "it does not try again");
    assert.ok(emulator.logins.every(({ accepted }) => !accepted));
    const reason = /error connecting in 'pool-1': .*FATAL: {2}password authentication failed/s;
    await eventually(() => reason.test(player.errors()), "it does not say why");
    await assert.rejects(player.call("ready", 1), /PoolTimeout/);
  });

  for (const write of [libpqKeywords, connectionUri]) {
    it(`what ${write.name} gives is good for as long as its token`, async () => {
      const { clientId, clientSecret } = emulator.servicePrincipal;
      const provider = new Workspace({ host: emulator.url, clientId, clientSecret }).credentials({ instance: "orders" });
      const connection = await provider.connection({ port: emulator.database.port, sslrootcert: emulator.caFile });
      const given = write(connection, { password: await provider.token() });
      const player = await openReady();
      assert.equal(await player.call("connect", given), user);
      emulator.clock.advance(HOUR + 1);
      await assert.rejects(player.call("connect", given), new RegExp(`FATAL: {2}password authentication failed for user '${user}'`));
      assert.equal(await player.call("connectAnew"), user);
    });
  }
});
