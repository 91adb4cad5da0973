// Nothing waits for ever: each call ends by its deadline, and a signal ends one caller's wait alone.
import { assert } from "chai";

/** How late an answer may come on a busy machine. */
const SLACK = 3_000;

const SILENCES = { "never answers": { hang: true }, "answers by half": { hangBody: true }, "is slow": { delay: 5_000 } };

/**
 * What hangs on after its caller has gone would be in the way of the next: a browser opens few connections. It is more
 * than a call with a deadline of 400 ms may take, so that it is not this that ends one.
 */
const SHORT = { requestTimeout: 400 + SLACK + 100 };

/** Every call that makes a request, and the routes that it needs. */
const CALLS = {
  "provider.token": [["token", "credentials"], (t, o) => t.provider(SHORT).token(o)],
  "provider.credential": [["credentials"], (t, o) => t.provider(SHORT).credential(o)],
  "provider.token of an endpoint": [["endpoint-credentials"], (t, o) => t.provider(SHORT, { endpoint: t.env.endpoint }).token(o)],
  "provider.connection": [["token", "instance"], (t, o) => t.provider(SHORT).connection(o)],
  "provider.connection of a ready token": [["instance", "me"], (t, o) => t.readyWorkspace(SHORT).credentials({ instance: "orders" }).connection(o)],
  "provider.connection of an endpoint": [["endpoint"], (t, o) => t.provider(SHORT, { endpoint: t.env.endpoint }).connection(o)],
  "provider.login": [["token", "credentials"], (t, o) => t.provider(SHORT).login(() => "in", o)],
  pgConfig: [["instance"], (t, o) => t.pgConfig(t.provider(SHORT), o)],
  generateDatabaseCredential: [["token", "credentials"], (t, o) => t.workspace(SHORT).generateDatabaseCredential({ instanceNames: ["orders"], ...o })],
  getDatabaseInstance: [["token", "instance"], (t, o) => t.workspace(SHORT).getDatabaseInstance("orders", o)],
  listDatabaseInstances: [["instances"], (t, o) => t.workspace(SHORT).listDatabaseInstances(o)],
  getEndpoint: [["endpoint"], (t, o) => t.workspace(SHORT).getEndpoint(t.env.endpoint, o)],
  waitUntilAvailable: [["token", "instance"], (t, o) => t.workspace(SHORT).waitUntilAvailable("orders", o)],
  currentUser: [["token", "me"], (t, o) => t.workspace(SHORT).currentUser(o)],
};

/** Counts who listens, as a platform's signal would not tell. */
function countingSignal() {
  const controller = new AbortController();
  const listeners = new Set();
  const { signal } = controller;
  return {
    controller,
    listeners,
    signal: {
      get aborted() {
        return signal.aborted;
      },
      get reason() {
        return signal.reason;
      },
      addEventListener(type, listener) {
        listeners.add(listener);
        signal.addEventListener(type, listener);
      },
      removeEventListener(type, listener) {
        listeners.delete(listener);
        signal.removeEventListener(type, listener);
      },
    },
  };
}

export const deadlines = {
  ...Object.fromEntries(
    Object.entries(SILENCES).map(([what, fault]) => [
      `each call ends by its deadline when the workspace ${what}`,
      async (t) => {
        for (const [, [routes]] of Object.entries(CALLS)) {
          for (const route of routes) await t.fault(route, fault, "always");
        }
        // With the token hop well, the second hop is reached by those that need it.
        for (const first of ["token", "second"]) {
          if (first === "second") await t.clearFaults("token");
          await Promise.all(
            Object.entries(CALLS)
              .filter(([, [routes]]) => first === "second" || routes.includes("token"))
              .map(async ([name, [, call]]) => {
                const begun = t.now();
                await t.fails(call(t, { timeout: 400 }), "TIMEOUT", { retryable: true });
                const ms = t.now() - begun;
                assert.isAtLeast(ms, 350, name);
                assert.isBelow(ms, 400 + SLACK, name);
              }),
          );
        }
      },
    ]),
  ),

  async "each caller has a deadline of its own"(t) {
    await t.fault("credentials", { delay: 600 });
    const provider = t.provider();
    const [hasty, patient, late] = await Promise.all([
      t.timed(provider.token({ timeout: 150 })),
      t.timed(provider.token()),
      t.timed(provider.token({ timeout: 5_000 })),
    ]);
    assert.equal(hasty.reason.code, "TIMEOUT");
    assert.isBelow(hasty.ms, patient.ms - 100);
    t.isToken(patient.value);
    t.same(patient.value, late.value);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
  },

  async "what a hasty caller began is there for the next"(t) {
    await t.fault("credentials", { delay: 400 });
    const provider = t.provider();
    await t.fails(provider.token({ timeout: 100 }), "TIMEOUT");
    t.isToken(await provider.token());
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
  },

  async "the requestTimeout ends one request, and the next attempt works"(t) {
    t.jitter(0);
    for (const fault of [{ hang: true }, { hangBody: true }]) {
      for (const route of ["token", "credentials"]) {
        await t.fault(route, fault);
        const { value, reason, ms } = await t.timed(t.provider({ requestTimeout: 300 }).token());
        assert.isDefined(value, reason?.message);
        t.isToken(value);
        assert.isAtLeast(ms, 300);
        assert.isBelow(ms, 400 + SLACK);
      }
    }
  },

  async "a workspace that is well again works at once"(t) {
    t.jitter(0);
    for (const route of ["token", "credentials"]) {
      const provider = t.provider({ requestTimeout: 400 });
      await t.fault(route, { hang: true }, "always");
      await t.fails(provider.token({ timeout: 600 }), "TIMEOUT");
      await t.clearFaults(route);
      const { value, reason, ms } = await t.timed(provider.token());
      assert.isDefined(value, reason?.message);
      t.isToken(value);
      assert.isBelow(ms, 2_500, `after ${route} hung`);
    }
  },

  async "the attempts that a hanging workspace gets are bounded"(t) {
    t.jitter(0);
    await t.fault("token", { hang: true }, "always");
    await t.fails(t.provider({ requestTimeout: 100 }).token(), "TIMEOUT", { identity: t.env.servicePrincipal.clientId });
    // Counted where they were sent: one may end before it reaches a busy workspace.
    assert.equal(t.calls().length, 4);
  },

  async "a signal ends one caller's wait, and nobody else's"(t) {
    await t.fault("credentials", { delay: 400 });
    const provider = t.provider();
    const controller = new AbortController();
    const reason = new Error("the user went away");
    const leaving = t.timed(t.fails(provider.token({ signal: controller.signal }), "ABORTED", { cause: reason }));
    const staying = Promise.all([provider.token(), provider.token({ signal: new AbortController().signal })]);
    await t.sleep(50);
    controller.abort(reason);
    const { value: error, ms } = await leaving;
    assert.equal(error.name, "AbortError");
    assert.isBelow(ms, 300);
    const [one, other] = await staying;
    t.isToken(one);
    t.same(one, other);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
  },

  async "what an aborted caller began is there for the next"(t) {
    await t.fault("credentials", { delay: 300 });
    const provider = t.provider();
    const controller = new AbortController();
    const leaving = t.fails(provider.token({ signal: controller.signal }), "ABORTED");
    await t.until(() => t.count("credentials"));
    controller.abort();
    await leaving;
    t.isToken(await provider.token());
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
  },

  async "every call is ended by its signal"(t) {
    await t.fault("token", { hang: true }, "always");
    for (const route of ["instance", "me"]) await t.fault(route, { hang: true }, "always");
    await Promise.all(
      Object.values(CALLS).map(async ([, call]) => {
        const controller = new AbortController();
        const ended = t.fails(call(t, { signal: controller.signal }), "ABORTED", { cause: "enough" });
        await t.sleep(100);
        controller.abort("enough");
        const { ms } = await t.timed(ended);
        assert.isBelow(ms, 300);
      }),
    );
  },

  async "a signal that is aborted already costs no request"(t) {
    const signal = AbortSignal.abort();
    await Promise.all(
      Object.values(CALLS).map(async ([, call]) => {
        const error = await t.fails(call(t, { signal }), "ABORTED");
        assert.strictEqual(error.cause, signal.reason);
      }),
    );
    assert.equal(t.calls().length, 0);
  },

  async "a signal that times out is told from a deadline"(t) {
    await t.fault("token", { hang: true });
    const error = await t.fails(t.provider().token({ signal: AbortSignal.timeout(100) }), "ABORTED");
    assert.equal(error.cause.name, "TimeoutError");
  },

  async "no listener is left on a signal that lives on"(t) {
    const { controller, listeners, signal } = countingSignal();
    const provider = t.provider();
    for (let i = 0; i < 10; i++) t.isToken(await provider.token({ signal }));
    await t.fault("instance", { status: 404 });
    await t.fails(t.workspace().getDatabaseInstance("orders", { signal }), "NOT_FOUND");
    await t.fault("instance", { hang: true });
    await t.fails(t.workspace().getDatabaseInstance("orders", { signal, timeout: 100 }), "TIMEOUT");
    await t.until(() => listeners.size === 0, 500);
    await t.fault("instance", { hang: true });
    const ended = t.fails(t.workspace().getDatabaseInstance("orders", { signal }), "ABORTED");
    await t.sleep(50);
    assert.isAtLeast(listeners.size, 1);
    controller.abort();
    await ended;
    await t.until(() => listeners.size === 0, 500);
  },

  async "a login that never ends is ended by the deadline and by the signal"(t) {
    const provider = t.provider();
    const never = () => new Promise(() => {});
    await t.fails(provider.login(never, { timeout: 200 }), "TIMEOUT");
    const controller = new AbortController();
    const ended = t.fails(provider.login(never, { signal: controller.signal }), "ABORTED");
    await t.sleep(50);
    controller.abort();
    await ended;
  },
};
