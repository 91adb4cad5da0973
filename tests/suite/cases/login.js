// A refused login: the token is dropped, one more is tried, and then the error says what it may mean.
import { assert } from "chai";

/** As drivers have it: an error with the SQLSTATE as its `code`. */
const refusal = (code, message = "password authentication failed for user 'x'") => Object.assign(new Error(message), { code });

/** An attempt that notes the tokens it was given, and fails in turn with these errors. */
function attempts(...errors) {
  const given = [];
  const attempt = async (token) => {
    given.push(token);
    const error = errors[given.length - 1];
    if (error) throw error;
    return `login ${given.length}`;
  };
  return { given, attempt };
}

/** No time to wait for the pause between two mints. */
function attemptsInTime(t, ...errors) {
  const { given, attempt } = attempts(...errors);
  return {
    given,
    attempt(token) {
      t.pass(1_000);
      return attempt(token);
    },
  };
}

export const login = {
  async "a login that succeeds is tried once, with the token"(t) {
    const provider = t.provider();
    const { given, attempt } = attempts();
    assert.equal(await provider.login(attempt), "login 1");
    assert.equal(given.length, 1);
    t.same(given[0], await provider.token());
    assert.equal(await provider.login(() => 7), 7);
    assert.isUndefined(await provider.login(() => {}));
    assert.equal(await provider.login(() => ({ then: (resolve) => resolve("thenable") })), "thenable");
    assert.equal(await t.count("credentials"), 1);
  },

  async "a refused token is dropped, and one new one is tried"(t) {
    for (const code of ["28P01", "28000"]) {
      const provider = t.provider();
      const before = await t.count("credentials");
      const { given, attempt } = attemptsInTime(t, refusal(code));
      assert.equal(await provider.login(attempt), "login 2");
      assert.equal(given.length, 2);
      t.differ(given[0], given[1]);
      t.same(given[1], await provider.token());
      assert.equal((await t.count("credentials")) - before, 2);
    }
  },

  async "a login that is refused again is LOGIN_REFUSED, after two tries"(t) {
    const provider = t.provider();
    const first = refusal("28P01");
    const second = refusal("28P01");
    const { given, attempt } = attemptsInTime(t, first, second);
    const error = await t.fails(provider.login(attempt), "LOGIN_REFUSED", {
      retryable: false,
      target: "orders",
      identity: t.env.servicePrincipal.clientId,
    });
    assert.strictEqual(error.cause, second);
    assert.include(error.message, "28P01");
    assert.match(error.hint, /role/);
    assert.match(error.hint, /personal access token/);
    assert.equal(given.length, 2);
    assert.notInclude(JSON.stringify(error), "password authentication failed");
  },

  async "a refusal that is thrown and not rejected with is the same"(t) {
    const provider = t.provider();
    const given = [];
    const result = await provider.login((token) => {
      t.pass(1_000);
      given.push(token);
      if (given.length === 1) throw refusal("28P01");
      return "in";
    });
    assert.equal(result, "in");
    t.differ(given[0], given[1]);
  },

  async "any other error of the attempt is the caller's own, and drops nothing"(t) {
    const provider = t.provider();
    const token = await provider.token();
    const hostile = {
      get code() {
        throw new Error("a getter");
      },
    };
    const errors = [refusal("57P03"), refusal("53300"), refusal(28000), new TypeError("x"), "28P01", undefined, null, 7, {}, { code: {} }, hostile];
    for (const thrown of errors) {
      for (const attempt of [() => Promise.reject(thrown), () => { throw thrown; }]) {
        let calls = 0;
        const { status, reason } = await t.timed(provider.login(() => ((calls += 1), attempt())));
        assert.equal(status, "rejected");
        assert.strictEqual(reason, thrown);
        assert.equal(calls, 1);
      }
    }
    t.same(await provider.token(), token);
    assert.equal(await t.count("credentials"), 1);
  },

  async "many logins refused at once cost one mint"(t) {
    const provider = t.provider();
    const token = await provider.token();
    t.pass(1_000);
    const results = await Promise.all(
      Array.from({ length: 50 }, () => provider.login(async (given) => {
        if (given === token) throw refusal("28P01");
        return given;
      })),
    );
    assert.equal(new Set(results).size, 1);
    assert.equal(await t.count("credentials"), 2);
  },

  async "logins that are refused for another reason do not become a storm"(t) {
    const provider = t.provider();
    const end = t.now() + 2_000;
    const loop = async () => {
      while (t.now() < end) await t.fails(provider.login(async () => { throw refusal("28P01"); }, { timeout: 150 }), ["LOGIN_REFUSED", "TIMEOUT"]);
    };
    await Promise.all(Array.from({ length: 10 }, loop));
    assert.isAtMost(await t.count("credentials"), 4);
  },

  async "a login without a token is the error of the mint"(t) {
    await t.fault("credentials", { status: 404 });
    let called = false;
    await t.fails(t.provider().login(() => (called = true)), "NOT_FOUND");
    assert.isFalse(called);
  },

  async "what is no function is refused before a request"(t) {
    const provider = t.provider();
    for (const attempt of [undefined, null, 7, "x", {}, [], Promise.resolve()]) {
      await t.fails(provider.login(attempt), "INVALID_ARGUMENT", { option: "attempt" });
    }
    assert.equal(t.calls().length, 0);
  },
};
