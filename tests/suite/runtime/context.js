// What a case is given.
import { assert } from "chai";
import { plainFetch, platform } from "./platform.js";

/** `lib` holds all exports of the package; `env` names the workspace of this case. */
export function createContext({ lib, inPage, inspect, record, env }) {
  // A page reaches the workspace through its own origin only.
  const host = inPage ? env.origin : env.url;

  async function pull(...request) {
    const response = await plainFetch(`${env.origin}/_suite/levers`, { method: "POST", body: JSON.stringify(request) });
    const { result, error } = await response.json();
    if (error) throw new Error(`lever ${request[0]}: ${error}`);
    return result;
  }

  const t = {
    ...lib,
    ...platform,
    inPage,
    inspect,
    record,
    env: { ...env, host },
    /** The adapter for postgres.js brings sockets of Node.js along, which not every runtime has. */
    adapters: ["pgConfig", "postgresOptions"].filter((name) => lib[name]),

    fault: (route, fault, times) => pull("fault", route, fault, times),
    clearFaults: (route) => pull("clearFaults", route ?? null),
    settings: (settings) => pull("settings", settings),
    advance: (seconds) => pull("advance", seconds),
    setState: (name, state) => pull("instance", name, state),
    addInstances: (names) => pull("addInstances", names),
    addServicePrincipal: (given) => pull("addServicePrincipal", given),
    platformToken: (claims) => pull("platformToken", claims),
    trapped: () => pull("trapped"),
    async requests(route) {
      const all = await pull("requests");
      return route ? all.filter((one) => one.route === route) : all;
    },
    async count(route) {
      return (await t.requests(route)).length;
    },
    /**
     * How often the package asked for this route. The workspace may count more: Deno and Bun send a request again by
     * themselves when a connection that was in use before is reset under it.
     */
    async asked(route) {
      const paths = new Set((await t.requests(route)).map(({ path }) => path));
      return t.calls().filter(({ url }) => paths.has(new URL(url).pathname)).length;
    },
    /** How many requests each route got: `{token: 1, credentials: 1}`. */
    async counts() {
      const counts = {};
      for (const { route } of await t.requests()) counts[route] = (counts[route] ?? 0) + 1;
      return counts;
    },

    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    /** Waits until `look` gives something true. */
    async until(look, ms = 5_000) {
      const end = platform.now() + ms;
      for (;;) {
        const found = await look();
        if (found) return found;
        if (platform.now() > end) throw new Error(`it did not come to be within ${ms} ms: ${look}`);
        await t.sleep(20);
      }
    },
    /** What a promise came to, and how long that took in real time. */
    async timed(promise) {
      const begun = platform.now();
      const [settled] = await Promise.allSettled([promise]);
      return { ...settled, ms: platform.now() - begun };
    },

    workspace: (options) => new lib.Workspace({ host, ...env.servicePrincipal, ...options }),
    readyWorkspace: (options) => new lib.Workspace({ host, token: env.user.token, ...options }),
    provider: (options, target = { instance: "orders" }) => t.workspace(options).credentials(target),

    /** The events of a provider, as they come. */
    events(provider, ...types) {
      const events = [];
      for (const type of types.length ? types : ["mint", "renew", "retry", "fail"]) {
        provider.addEventListener(type, (event) => events.push({ type: event.type, ...event.detail }));
      }
      return events;
    },

    /** The error of a call that must fail: one of ours, with this code and these fields. */
    async fails(call, code, fields = {}) {
      let error;
      try {
        await (typeof call === "function" ? call() : call);
      } catch (caught) {
        error = caught;
      }
      assert.isDefined(error, `should have failed with ${code}`);
      t.checkError(error);
      assert.include([code].flat(), error.code, error.message);
      for (const [name, value] of Object.entries(fields)) assert.deepEqual(error[name], value, `\`${name}\` of ${error.message}`);
      return error;
    },

    checkError(error) {
      assert.instanceOf(error, lib.LakebaseError, `${error?.stack ?? error}`);
      assert.instanceOf(error, Error);
      assert.match(error.code, /^[A-Z]+(_[A-Z]+)*$/);
      assert.isBoolean(error.retryable);
      assert.match(error.hint, /^[A-Z].*\.$/);
      assert.equal(error.message.indexOf(`${error.code}: `), 0, error.message);
      assert.include(error.message, error.hint);
      assert.notMatch(error.message, /\p{Cc}/u, "a control character in a message could forge a line of a log");
      assert.equal(error.name, error.code === "ABORTED" ? "AbortError" : "LakebaseError");
      for (const name of Object.keys(error)) assert.isDefined(error[name], name);
    },

    /** Whether two secrets are the same: an assertion on them would print them. */
    same(a, b, message = "not the same") {
      assert.isTrue(a === b, message);
    },
    differ(a, b, message = "the same") {
      assert.isTrue(a !== b, message);
    },
    isToken(token) {
      assert.isTrue(typeof token === "string" && /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token), "no token");
    },
  };
  return t;
}
