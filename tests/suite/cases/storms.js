// No storms: whatever the workspace says, and however often callers ask, it is asked in bounds.
import { assert } from "chai";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** An hour in steps of twenty seconds; a program asks before each use. */
async function hour(t, provider) {
  for (let passed = 0; passed < HOUR; passed += 20 * SECOND) {
    t.isToken(await provider.token());
    // No time passes while a renewal is under way.
    await t.until(() => provider.state === "fresh");
    t.pass(20 * SECOND);
  }
}

export const storms = {
  ...Object.fromEntries(
    [
      // The shortest life that the service gives is assumed of what makes no sense, and an hour is the longest believed.
      ["absent", 11, 25],
      ["unparsable", 11, 25],
      ["past", 11, 25],
      ["year-ahead", 1, 4],
      ["seconds", 1, 4],
    ].map(([expirationTime, least, most]) => [
      `an expiry that is ${expirationTime} causes no storm`,
      async (t) => {
        await t.settings({ expirationTime });
        const provider = t.provider();
        for (let i = 0; i < 100; i++) t.isToken(await provider.token());
        assert.equal(await t.count("credentials"), 1);
        assert.equal(provider.state, "fresh");
        const left = provider.expirationTime.getTime() - t.wall();
        assert.isAbove(left, 0);
        assert.isAtMost(left, HOUR + 5_000);
        await hour(t, provider);
        const count = await t.count("credentials");
        assert.isAtLeast(count, least);
        assert.isAtMost(count, most);
        assert.isAtMost(await t.count("token"), 2);
      },
    ]),
  ),

  ...Object.fromEntries(
    ["absent", "zero", "negative", "year", "string"].map((expiresIn) => [
      `a workspace token with an expires_in that is ${expiresIn} causes no storm`,
      async (t) => {
        await t.settings({ expiresIn });
        const workspace = t.workspace();
        for (let i = 0; i < 20; i++) await workspace.generateDatabaseCredential({ instanceNames: ["orders"] });
        assert.deepEqual(await t.counts(), { token: 1, credentials: 20 });
        for (let passed = 0; passed < HOUR; passed += 120 * SECOND) {
          t.pass(120 * SECOND);
          await workspace.generateDatabaseCredential({ instanceNames: ["orders"] });
        }
        const count = await t.count("token");
        assert.isAtLeast(count, 2);
        assert.isAtMost(count, 16);
      },
    ]),
  ),

  async "a permanent refusal is remembered for a while"(t) {
    t.jitter(0);
    for (const [route, fault, code] of [
      ["token", { status: 401 }, "INVALID_CLIENT"],
      ["credentials", { status: 404 }, "NOT_FOUND"],
      ["credentials", { wrongTypes: true }, "UNEXPECTED_RESPONSE"],
    ]) {
      const provider = t.provider();
      await t.fault(route, fault, "always");
      const before = await t.count(route);
      for (let i = 0; i < 50; i++) await t.fails(provider.token(), code);
      await Promise.all(Array.from({ length: 50 }, () => t.fails(provider.token(), code)));
      assert.equal((await t.count(route)) - before, 1);
      // The other target of the same identity learns of it too, where it concerns the identity.
      t.pass(31 * SECOND);
      await t.fails(provider.token(), code);
      assert.equal((await t.count(route)) - before, 2);
      await t.clearFaults(route);
      t.pass(31 * SECOND);
      t.isToken(await provider.token());
    }
  },

  async "a refused identity is refused for every target with one request"(t) {
    const workspace = t.workspace({ clientSecret: "not-the-secret" });
    for (const target of [{ instance: "orders" }, { instance: "invoices" }, { endpoint: t.env.endpoint }]) {
      await t.fails(workspace.credentials(target).token(), "INVALID_CLIENT");
    }
    await t.fails(workspace.currentUser(), "INVALID_CLIENT");
    await t.fails(workspace.generateDatabaseCredential({ instanceNames: ["orders"] }), "INVALID_CLIENT");
    assert.deepEqual(await t.counts(), { token: 1 });
  },

  async "callers in a loop on a failing workspace do not make it worse"(t) {
    const faults = { token: { status: 503 }, credentials: { reset: true } };
    for (const [route, fault] of Object.entries(faults)) {
      await t.fault(route, fault, "always");
      const before = await t.count(route);
      const provider = t.provider();
      const end = t.now() + 1_200;
      const hammer = async () => {
        while (t.now() < end) await provider.token({ timeout: 100 }).catch(t.checkError);
      };
      await Promise.all(Array.from({ length: 20 }, hammer));
      // Four attempts with pauses between them, and a second at least between two rounds.
      assert.isAtMost((await t.count(route)) - before, 8);
      await t.clearFaults(route);
    }
  },

  async "a thousand callers on a failing workspace cost four attempts"(t) {
    t.jitter(0);
    await t.fault("token", { status: 503 }, "always");
    const provider = t.provider();
    await Promise.all(Array.from({ length: 1000 }, () => t.fails(provider.token(), "WORKSPACE_UNAVAILABLE")));
    assert.deepEqual(await t.counts(), { token: 4 });
  },

  async "stale tokens on a failing workspace are renewed in bounds"(t) {
    const provider = t.provider();
    await provider.token();
    await t.fault("credentials", { status: 404 }, "always");
    t.pass(3_010 * SECOND);
    for (let i = 0; i < 300; i++) {
      t.isToken(await provider.token());
      t.pass(SECOND);
      if (i % 10 === 0) await t.sleep(5);
    }
    // Five minutes of refusals, with pauses of up to a minute between the tries.
    assert.isAtMost(await t.count("credentials"), 30);
  },

  async "tokens that are dropped in a loop are minted in bounds"(t) {
    const provider = t.provider();
    const end = t.now() + 2_500;
    let dropped = 0;
    while (t.now() < end) {
      const token = await provider.token({ timeout: 100 }).catch(t.checkError);
      if (token && provider.invalidate(token)) dropped += 1;
    }
    const count = await t.count("credentials");
    assert.isAtLeast(dropped, 2);
    assert.isAtMost(count, 4);
    // A minute later all is forgiven.
    t.pass(70 * SECOND);
    t.isToken(await provider.token({ timeout: 2_000 }));
  },

  async "a thousand who drop the same token cost one mint"(t) {
    const provider = t.provider();
    const token = await provider.token();
    const answers = Array.from({ length: 1000 }, () => provider.invalidate(token));
    assert.equal(answers.filter(Boolean).length, 1);
    t.pass(SECOND);
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => provider.token()));
    assert.equal(new Set(tokens).size, 1);
    t.differ(tokens[0], token);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 2 });
  },

  async "pauses have full jitter"(t) {
    await t.fault("credentials", { status: 503 }, 30);
    const delays = [];
    await Promise.all(
      Array.from({ length: 30 }, async () => {
        const provider = t.provider();
        // As it was decided: what a busy machine makes of it is not looked at.
        provider.addEventListener("retry", ({ detail }) => delays.push(detail.delayMs));
        await provider.token();
      }),
    );
    assert.equal(delays.length, 30);
    const spread = Math.max(...delays) - Math.min(...delays);
    assert.isAbove(spread, 300);
    assert.isAbove(new Set(delays.map((delay) => Math.round(delay / 50))).size, 5);
  },

  async "a list of more than a workspace can have is an error, and no part of it is given for the whole"(t) {
    const padding = "x".repeat(4_000_000);
    await t.fault("instances", { json: { database_instances: [], next_page_token: "again", padding } }, "always");
    await t.fails(t.workspace().listDatabaseInstances(), "UNEXPECTED_RESPONSE");
    assert.equal(await t.count("instances"), 9);
  },

  async "a list whose pages never end is no storm"(t) {
    await t.fault("instances", { json: { database_instances: [], next_page_token: "again" } }, "always");
    const { reason, ms } = await t.timed(t.workspace().listDatabaseInstances({ timeout: 1_000 }));
    t.checkError(reason);
    assert.isBelow(ms, 2_000);
    const count = await t.count("instances");
    await t.sleep(200);
    assert.isAtMost((await t.count("instances")) - count, 1, "it goes on after the caller was answered");
  },
};
