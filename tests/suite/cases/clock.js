// The clock may be wrong: two hours ahead or behind, from the start or all of a sudden, here or there.
import { assert } from "chai";

const SECOND = 1_000;
const TWO_HOURS = 7_200 * SECOND;
const SKEWS = [-TWO_HOURS, TWO_HOURS];

/** What a user sees of an hour: always a token that the workspace takes, renewed about once. */
async function hourAsUsual(t, provider) {
  const first = await provider.token();
  assert.equal(provider.state, "fresh");
  assert.closeTo(provider.expirationTime.getTime(), t.wall() + 3_600 * SECOND, 10_000);
  for (let i = 0; i < 100; i++) t.same(await provider.token(), first);
  t.pass(1_700 * SECOND);
  t.same(await provider.token(), first);
  assert.equal(provider.state, "fresh");
  t.pass(1_400 * SECOND);
  t.isToken(await provider.token());
  await t.until(async () => (await provider.token()) !== first);
  t.pass(700 * SECOND);
  t.differ(await provider.token(), first);
  assert.deepEqual(await t.counts(), { token: 1, credentials: 2 });
}

export const clock = {
  ...Object.fromEntries(
    SKEWS.map((skew) => [
      `a clock that is two hours ${skew > 0 ? "ahead" : "behind"} from the start changes nothing`,
      async (t) => {
        t.setWall(skew);
        await hourAsUsual(t, t.provider());
      },
    ]),
  ),

  ...Object.fromEntries(
    SKEWS.map((skew) => [
      `a workspace whose clock is two hours ${skew > 0 ? "ahead" : "behind"} changes nothing`,
      async (t) => {
        await t.advance(skew / SECOND);
        const provider = t.provider();
        const first = await provider.token();
        assert.equal(provider.state, "fresh");
        for (let i = 0; i < 50; i++) t.same(await provider.token(), first);
        t.pass(1_700 * SECOND);
        assert.equal(provider.state, "fresh");
        t.pass(1_800 * SECOND);
        assert.equal(provider.state, "stale");
        t.pass(200 * SECOND);
        assert.equal(provider.state, "expired");
        assert.equal(await t.count("credentials"), 1);
      },
    ]),
  ),

  ...Object.fromEntries(
    SKEWS.map((skew) => [
      `a Date header that is two hours ${skew > 0 ? "ahead" : "behind"} causes no early end and no loop`,
      async (t) => {
        await t.fault("token", { date: skew / SECOND }, "always");
        await t.fault("credentials", { date: skew / SECOND }, "always");
        const provider = t.provider();
        const first = await provider.token();
        for (let i = 0; i < 100; i++) t.same(await provider.token(), first);
        assert.equal(provider.state, "fresh");
        t.pass(1_700 * SECOND);
        assert.equal(provider.state, "fresh");
        // Never believed for longer than an hour.
        t.pass(1_950 * SECOND);
        assert.equal(provider.state, "expired");
        assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
      },
    ]),
  ),

  async "a Date header that makes no sense, or none, is done without"(t) {
    for (const date of ["soon", "", "Thu, 99 Foo 2026 99:99:99 GMT", "0"]) {
      await t.fault("credentials", { headers: { date } });
      const provider = t.provider();
      t.isToken(await provider.token());
      assert.equal(provider.state, "fresh");
      t.pass(1_700 * SECOND);
      await t.advance(1_700);
      assert.equal(provider.state, "fresh");
    }
  },

  async "a clock that jumps ahead in mid-run costs one mint at the most"(t) {
    const provider = t.provider();
    await provider.token();
    t.setWall(TWO_HOURS);
    for (let i = 0; i < 50; i++) t.isToken(await provider.token());
    assert.isAtMost(await t.count("credentials"), 2);
    t.setWall(0);
    for (let i = 0; i < 50; i++) t.isToken(await provider.token());
    assert.isAtMost(await t.count("credentials"), 2);
    assert.equal(provider.state, "fresh");
  },

  async "a clock that jumps ahead while the workspace fails is not trusted with an old token"(t) {
    t.jitter(0);
    const provider = t.provider();
    const token = await provider.token();
    await t.fault("credentials", { status: 503 }, "always");
    // The machine may as well have slept: a token is never handed out past its life.
    t.setWall(TWO_HOURS);
    await t.fails(provider.token({ timeout: 3_000 }), "WORKSPACE_UNAVAILABLE", { retryable: true });
    await t.clearFaults("credentials");
    t.differ(await provider.token(), token);
  },

  async "a clock that jumps back in mid-run changes nothing"(t) {
    const provider = t.provider();
    const token = await provider.token();
    t.setWall(-TWO_HOURS);
    for (let i = 0; i < 50; i++) t.same(await provider.token(), token);
    assert.equal(provider.state, "fresh");
    t.pass(1_700 * SECOND);
    t.same(await provider.token(), token);
    t.pass(1_901 * SECOND);
    assert.equal(provider.state, "expired");
    t.differ(await provider.token(), token);
    assert.equal(await t.count("credentials"), 2);
  },

  async "a clock that jumps to and fro causes no storm"(t) {
    const provider = t.provider();
    for (let i = 0; i < 8; i++) {
      t.isToken(await provider.token());
      t.setWall(i % 2 ? 0 : TWO_HOURS);
    }
    // No more than one mint for each jump ahead.
    assert.isAtMost(await t.count("credentials"), 5);
  },

  async "a machine that slept through a token's end gets a new one"(t) {
    const provider = t.provider();
    const token = await provider.token();
    // The monotonic clock stood still meanwhile, as it does on some platforms.
    t.setWall(2 * TWO_HOURS);
    await t.advance((2 * TWO_HOURS) / SECOND);
    assert.equal(provider.state, "expired");
    t.pass(SECOND);
    t.differ(await provider.token(), token);
    assert.equal(provider.state, "fresh");
  },

  async "a jump during a mint does not spoil it"(t) {
    for (const skew of SKEWS) {
      const provider = t.provider();
      await t.fault("credentials", { delay: 200 });
      const minting = provider.token({ timeout: 5_000 });
      await t.sleep(80);
      t.setWall(skew);
      const token = await minting;
      t.isToken(token);
      assert.notEqual(provider.state, "expired");
      t.same(await provider.token(), token);
    }
  },
};
