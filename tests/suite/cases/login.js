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
    assert.include(error.message, "a new token too");
    assert.match(error.hint, /databricks_create_role/);
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
    assert.equal(await t.count("credentials"), 2);
  },

  async "a pool's refused login drops the token once: the next connection has a new one"(t) {
    const provider = t.provider();
    const first = await provider.token();
    const cause = refusal("28P01");
    const error = provider.loginError(cause);
    t.checkError(error);
    assert.include(error, { code: "LOGIN_REFUSED", retryable: true, target: "orders", identity: t.env.servicePrincipal.clientId });
    assert.strictEqual(error.cause, cause);
    assert.include(error.message, "it had time left");
    assert.notInclude(JSON.stringify(error), "password authentication failed");
    // The other connections of the pool, before there is a new token.
    assert.isTrue(provider.loginError(cause).retryable);
    assert.equal(await t.count("credentials"), 1, "nothing is minted before it is asked for");

    const second = await provider.token();
    t.differ(first, second);
    for (let i = 0; i < 100; i++) {
      const again = provider.loginError(cause);
      assert.isFalse(again.retryable);
      assert.include(again.message, "a new token too");
      t.same(await provider.token(), second);
    }
    assert.equal(await t.count("credentials"), 2);
  },

  async "the refusal of a connection that was slow is told as of the token that it had"(t) {
    const provider = t.provider();
    await Promise.all([provider.token(), provider.token()]);
    assert.isTrue(provider.loginError(refusal("28P01")).retryable);
    const second = await provider.token();
    const late = provider.loginError(refusal("28P01"));
    assert.isTrue(late.retryable);
    assert.include(late.message, "it had time left");
    t.same(await provider.token(), second);
    assert.isFalse(provider.loginError(refusal("28P01")).retryable);
    assert.equal(await t.count("credentials"), 2);
  },

  async "a pool that is refused for ever costs a mint in a minute"(t) {
    const provider = t.provider();
    const mints = [];
    for (let second = 0; second <= 300; second += 20) {
      await provider.token();
      provider.loginError(refusal("28P01"));
      mints.push(await t.count("credentials"));
      t.pass(20_000);
    }
    assert.deepEqual(mints, Array.from({ length: 16 }, (_, third) => 1 + Math.floor((third + 2) / 3)));
  },

  async "a refusal that a new token has healed stops no later one"(t) {
    const provider = t.provider();
    for (let login = 0; login < 2; login++) {
      const { given, attempt } = attemptsInTime(t, refusal("28P01"));
      assert.equal(await provider.login(attempt), "login 2");
      t.differ(given[0], given[1]);
    }
    assert.equal(await t.count("credentials"), 3);
  },

  async "an expired token is told as such and dropped, however often"(t) {
    const provider = t.provider();
    for (let hour = 1; hour <= 3; hour++) {
      await provider.token();
      t.pass(3_600_000);
      const error = provider.loginError(refusal("28P01"));
      assert.include(error.message, "which had expired");
      assert.isTrue(error.retryable);
      assert.equal(provider.state, "empty");
    }
    // And stops no other.
    await provider.token();
    assert.isTrue(provider.loginError(refusal("28P01")).retryable);
  },

  async "where no token could be had, a refused login is the error of the mint"(t) {
    const provider = t.provider();
    for (const held of ["nothing", "a token that has expired"]) {
      await t.fault("credentials", { status: 404 });
      await t.fails(provider.token(), "NOT_FOUND");
      const error = provider.loginError(refusal("28P01"));
      t.checkError(error);
      assert.include(error, { code: "NOT_FOUND", target: "orders" }, held);
      t.pass(60_000);
      t.isToken(await provider.token());
      t.pass(3_600_000);
    }
  },

  async "where the driver hands on the error of the mint, that is found, and drops nothing"(t) {
    await t.fault("credentials", { status: 404 });
    const provider = t.provider();
    const error = await t.fails(provider.token(), "NOT_FOUND");
    t.pass(60_000);
    const token = await provider.token();
    const wrapped = [
      error,
      new Error("Drizzle", { cause: error }),
      Object.assign(new Error("Sequelize"), { parent: error, original: error }),
      Object.assign(new Error("Prisma"), { code: "P2010", meta: { driverAdapterError: new Error("a", { cause: error }) } }),
    ];
    for (const thrown of wrapped) assert.strictEqual(provider.loginError(thrown), error);
    t.same(await provider.token(), token);
    // What it has told once it tells again.
    const refused = provider.loginError(refusal("28P01"));
    assert.isTrue(refused.retryable);
    assert.strictEqual(provider.loginError(refused), refused);
  },

  async "an error of ours that the attempt itself throws is its own"(t) {
    await t.fault("credentials", { status: 404 });
    const error = await t.fails(t.provider().token(), "NOT_FOUND");
    error.retryable = true;
    const { given, attempt } = attempts(error);
    assert.strictEqual(await t.fails(t.provider().login(attempt), "NOT_FOUND"), error);
    assert.equal(given.length, 1);
  },

  async "the refusal is found in what drivers and ORMs make of it"(t) {
    const inner = refusal("28P01");
    const circle = { cause: { parent: {} } };
    circle.cause.parent.cause = circle;
    const refusals = [
      inner,
      refusal("28000"),
      Object.assign(new Error("Bun"), { code: "ERR_POSTGRES_SERVER_ERROR", errno: "28P01" }),
      Object.assign(new Error("Prisma"), { code: "P2010", meta: { driverAdapterError: new Error("AuthenticationFailed", { cause: { originalCode: "28P01" } }) } }),
      Object.assign(new Error("Sequelize"), { cause: null, parent: inner, original: inner }),
      new Error("Drizzle", { cause: inner }),
      new Error("a", { cause: new Error("b", { cause: new Error("c", { cause: inner }) }) }),
    ];
    const others = [
      undefined, null, 0, 7, "28P01", {}, [], circle, new Error("28P01"), refusal("57P03"), refusal(28000),
      Object.assign(new Error("system"), { code: "ECONNREFUSED", errno: -111 }),
      { get code() { throw new Error("a getter"); } },
      { code: "x", get cause() { throw new Error("a getter"); } },
      { params: ["28000"], detail: "28P01" },
      { code: "P2010", meta: { modelName: "28P01", driverAdapterError: new Error("another", { cause: { originalCode: "42P01" } }) } },
    ];
    for (const error of refusals) {
      const provider = t.provider({}, { instance: "orders", claims: [{ resources: [{ tableName: `t${refusals.indexOf(error)}` }], permissionSet: "READ_ONLY" }] });
      const told = provider.loginError(error);
      assert.equal(told?.code, "LOGIN_REFUSED", error.message);
      assert.strictEqual(told.cause, error);
    }
    const provider = t.provider();
    const token = await provider.token();
    for (const error of others) assert.isUndefined(provider.loginError(error));
    t.same(await provider.token(), token);
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
