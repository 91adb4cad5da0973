// Each example, with its own text: it connects over verified TLS, lives through the end of its token, and logs in anew.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { eventually } from "../emulator/raw-client.js";
import { EXAMPLES, hold, startStage } from "./stage.js";

const CUSTOMERS = ["Ada Lovelace", "Grace Hopper", "Edgar Codd", "Barbara Liskov", "Jim Gray"];

describe("examples", () => {
  let stage, emulator;
  before(async () => {
    stage = await startStage();
    ({ emulator } = stage);
  });
  afterEach(() => stage.clear());
  after(() => stage?.stop());

  for (const name of EXAMPLES) {
    it(`${name}: queries, as the identity, with one credential`, async () => {
      const player = await stage.open(name);
      assert.deepEqual((await player.call("customers")).map(({ customer }) => customer), CUSTOMERS);
      assert.deepEqual(await player.query("SELECT current_user AS name"), [{ name: emulator.servicePrincipal.clientId }]);
      assert.equal(emulator.requests.count("credentials"), 1);
      assert.ok(emulator.logins.length > 0 && emulator.logins.every(({ accepted, host }) => accepted && host === "localhost"));
      await player.call("end");
    });

    it(`${name}: an open connection outlives its token, and the next one logs in with a new one`, async () => {
      const beside = await stage.bystander();
      const player = await stage.open(name);
      const held = await hold(player, beside);
      assert.equal(emulator.requests.count("credentials"), 1);

      await player.passHour();
      assert.notEqual(await held.other(), held.before);
      assert.equal(emulator.requests.count("credentials"), 2);
      assert.equal(await held.release(), held.before);
      assert.ok(emulator.logins.every(({ accepted }) => accepted), "a login was refused");
      await player.call("end");
    });

    it(`${name}: connections that the server closes end no process, and are replaced`, async () => {
      const beside = await stage.bystander();
      const player = await stage.open(name);
      // One that is in use, and one that is not.
      const held = await hold(player, beside);
      await player.call("customers");
      const closed = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()";
      assert.ok((await beside.query(closed)).rowCount > 1);
      await assert.rejects(held.release(), /terminat|clos/i);
      const connects = () => player.query("SELECT 1").then(() => true, () => player.ended);
      await eventually(connects, "it does not connect again");
      assert.ok(!player.ended, "its process ended");
      assert.equal(emulator.requests.count("credentials"), 1);
      await player.call("end");
    });

    it(`${name}: gives no token to a server that is not verified`, async () => {
      const unverified = async () => (await stage.open(name, { env: { NODE_EXTRA_CA_CERTS: undefined } })).call("customers");
      await assert.rejects(unverified, /certificate/);
      assert.equal(emulator.logins.length, 0);
    });

    it(`${name}: a refused login is found in its errors`, async () => {
      const player = await stage.open(name, { servicePrincipal: await emulator.addServicePrincipal({ role: false }) });
      for (const call of [["query", "SELECT 1"], ["customers"]]) {
        const { code, isCause } = await player.refusal(...call);
        assert.deepEqual({ code, isCause }, { code: "LOGIN_REFUSED", isCause: true });
      }
    });
  }
});
