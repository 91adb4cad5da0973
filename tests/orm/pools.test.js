// Refused logins of pools: a new token for the next connection, once, and nothing else is touched.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { EXAMPLES, hold, startStage } from "./stage.js";

const POOLS = ["pool-pg", "pool-postgres"];
const HOUR = 3_600;
/** Longer than a refusal is remembered, in s. */
const MINUTE = 60;

describe("refused logins of pools", () => {
  let stage, emulator;
  before(async () => {
    // The workspace token outlives all of this: each request for a credential is a mint.
    stage = await startStage({ workspaceTokenLifetime: 24 * HOUR });
    ({ emulator } = stage);
  });
  afterEach(() => stage.clear());
  after(() => stage?.stop());

  const mints = () => emulator.requests.count("credentials");
  const logins = () => emulator.logins.map(({ accepted }) => accepted);

  for (const name of POOLS) {
    it(`${name}: a role that is missing is explained after two tokens, and costs no more of them`, async () => {
      const servicePrincipal = await emulator.addServicePrincipal({ role: false });
      const player = await stage.open(name, { servicePrincipal });
      const first = await player.refusal("query", "SELECT 1");
      assert.deepEqual([first.code, first.retryable, first.isCause], ["LOGIN_REFUSED", true, true]);
      for (let i = 0; i < 20; i++) {
        const { retryable, message, hint, identity } = await player.refusal("query", "SELECT 1");
        assert.equal(retryable, false);
        assert.match(message, /refused a new token too/);
        assert.match(hint, /databricks_create_role/);
        assert.equal(identity, servicePrincipal.clientId);
      }
      assert.equal(mints(), 2);
      assert.equal(logins().length, 21);
    });

    it(`${name}: many connections that are refused at once cost one token`, async () => {
      const player = await stage.open(name);
      const held = await hold(player, await stage.bystander());
      emulator.clock.advance(HOUR + 1);
      const refused = await player.call("refusals", 8, "query", "SELECT 1");
      assert.ok(refused.every(({ code, retryable }) => code === "LOGIN_REFUSED" && retryable));
      assert.deepEqual(logins(), [true, ...Array(8).fill(false)]);
      assert.deepEqual(await player.query("SELECT 1 AS one"), [{ one: 1 }]);
      await Promise.all(Array.from({ length: 8 }, () => player.query("SELECT 1")));
      assert.equal(mints(), 2);
      assert.equal(await held.release(), held.before);
    });
  }

  for (const name of [...POOLS, ...EXAMPLES]) {
    it(`${name}: where no token can be had, its first error says why; later it connects`, async () => {
      const beside = await stage.bystander();
      const player = await stage.open(name);
      const held = await hold(player, beside);
      emulator.fault("credentials", { status: 403, json: { error_code: "PERMISSION_DENIED", message: "no" } }, { times: Infinity });
      await player.passHour();
      // Prisma keeps the code and the message of the error alone.
      if (name === "prisma") await assert.rejects(player.query("SELECT 1"), /\bcode: 'PERMISSION_DENIED'/);
      else assert.equal((await player.refusal("query", "SELECT 1")).code, "PERMISSION_DENIED");

      emulator.clearFaults("credentials");
      await player.call("passTime", MINUTE * 1_000);
      assert.notEqual(await held.other(), held.before);
      assert.equal(await held.release(), held.before);
      await player.call("end");
    });

    it(`${name}: a token that ended at the service is replaced for the next connection; no statement is sent twice`, async () => {
      const beside = await stage.bystander();
      await beside.query("CREATE TABLE IF NOT EXISTS counter (statement text)");
      await beside.query("TRUNCATE counter");
      const count = (statement) => `INSERT INTO counter VALUES ('${statement}')`;
      const player = await stage.open(name);
      await player.query(count("before"));
      const held = await hold(player, beside);
      const before = logins();
      assert.ok(mints() === 1 && before.every(Boolean));

      // The service's time goes on, and not this machine's: nothing here says that the token has ended.
      emulator.clock.advance(HOUR + 1);
      const { retryable, message } = await player.refusal("query", count("refused"));
      assert.equal(retryable, true);
      assert.match(message, /had time left/);
      assert.deepEqual([mints(), logins()], [1, [...before, false]], "nothing is tried again unasked");

      await player.query(count("after"));
      assert.deepEqual([mints(), logins()], [2, [...before, false, true]]);
      assert.notEqual(await held.other(), held.before);
      assert.equal(await held.release(), held.before, "the open connection was closed");
      const { rows } = await beside.query("SELECT statement FROM counter");
      assert.deepEqual(rows.map(({ statement }) => statement), ["before", "after"]);
      await player.call("end");
    });
  }
});
