// Host and user are looked up when they are not given; what an instance's state means.
import { assert } from "chai";

export const lookups = {
  async "a connection that is given costs no request"(t) {
    const provider = t.provider();
    const connection = await provider.connection({ host: "db.example", user: "ada@example.com", database: "shop", port: 6432, sslrootcert: "/etc/ca.pem" });
    assert.deepEqual(connection, { host: "db.example", port: 6432, user: "ada@example.com", database: "shop", sslmode: "verify-full", sslrootcert: "/etc/ca.pem" });
    assert.isTrue(Object.isFrozen(connection));
    const { user, port, database } = await provider.connection({ host: "db.example" });
    assert.deepEqual({ user, port, database }, { user: t.env.servicePrincipal.clientId, port: 5432, database: "databricks_postgres" });
    for (const adapter of t.adapters) {
      const config = await t[adapter](provider, { host: "db.example", max: 3 });
      if (adapter === "pgConfig") assert.deepInclude(config.ssl, { servername: "db.example", rejectUnauthorized: true });
      else assert.isFunction(config.socket);
      assert.equal(config.max, 3);
      assert.isFunction(config.password);
    }
    assert.equal(t.calls().length, 0);
  },

  async "host and user are looked up where they are not given"(t) {
    const connection = await t.provider().connection();
    assert.deepEqual(connection, { host: "localhost", port: 5432, user: t.env.servicePrincipal.clientId, database: "databricks_postgres", sslmode: "verify-full" });
    assert.deepEqual(await t.counts(), { token: 1, instance: 1 });
    const ready = await t.readyWorkspace().credentials({ instance: "orders" }).connection();
    assert.equal(ready.user, t.env.user.userName);
    assert.deepEqual(await t.counts(), { token: 1, instance: 2, me: 1 });
    const endpoint = await t.provider({}, { endpoint: t.env.endpoint }).connection({ user: "u" });
    assert.equal(endpoint.host, "localhost");
    assert.deepEqual(await t.counts(), { token: 2, instance: 2, me: 1, endpoint: 1 });
  },

  async "an instance that is not available is an error that names the state"(t) {
    for (const [instance, state, retryable] of [["stopped", "STOPPED", false], ["starting", "STARTING", true], ["updating", "UPDATING", true]]) {
      for (const call of [(provider) => provider.connection(), ...t.adapters.map((adapter) => (provider) => t[adapter](provider))]) {
        await t.setState(instance, state);
        const error = await t.fails(call(t.provider({}, { instance })), "INSTANCE_NOT_AVAILABLE", { retryable, target: instance });
        assert.include(error.message, state);
      }
    }
    assert.isUndefined((await t.counts()).credentials);
  },

  async "an instance that is starting can be waited for, in bounds"(t) {
    t.jitter(0);
    const { host } = await t.provider({}, { instance: "starting" }).connection({ waitForAvailable: 5_000 });
    assert.match(host, /^instance-/);
    await t.setState("updating", "UPDATING");
    const { reason, ms } = await t.timed(t.provider({}, { instance: "updating" }).connection({ waitForAvailable: 500 }));
    assert.equal(reason.code, "INSTANCE_NOT_AVAILABLE");
    assert.isBelow(ms, 1_500);
    assert.isAtMost(await t.count("instance"), 20);
  },

  async "waitUntilAvailable tells each state, and gives up where waiting is no use"(t) {
    t.jitter(0);
    const workspace = t.workspace();
    const states = [];
    const instance = await workspace.waitUntilAvailable("starting", { onProgress: ({ state }) => states.push(state) });
    assert.deepEqual([instance.state, instance.name, states], ["AVAILABLE", "starting", ["STARTING", "STARTING", "STARTING", "AVAILABLE"]]);
    const before = await t.count("instance");
    const error = await t.fails(workspace.waitUntilAvailable("stopped"), "INSTANCE_NOT_AVAILABLE", { target: "stopped" });
    assert.include(error.message, "STOPPED");
    assert.equal((await t.count("instance")) - before, 1);
    await t.setState("updating", "UPDATING");
    const { reason, ms } = await t.timed(workspace.waitUntilAvailable("updating", { timeout: 400 }));
    assert.include(["INSTANCE_NOT_AVAILABLE", "TIMEOUT"], reason.code);
    assert.isBelow(ms, 1_200);
    assert.equal((await workspace.waitUntilAvailable(t.env.endpoint)).status.currentState, "ACTIVE");
    // A callback that throws is the caller's own business.
    assert.equal((await workspace.waitUntilAvailable("orders", { onProgress: () => { throw new Error("mine"); } })).state, "AVAILABLE");
  },

  async "answers come typed, in camelCase"(t) {
    const workspace = t.workspace();
    const orders = await workspace.getDatabaseInstance("orders");
    assert.deepInclude(orders, { name: "orders", state: "AVAILABLE", readWriteDns: "localhost", enablePgNativeLogin: false, stopped: false });
    assert.isUndefined(orders.read_write_dns);
    const list = await workspace.listDatabaseInstances();
    assert.includeMembers(list.map(({ name }) => name), ["orders", "invoices", "stopped"]);
    assert.equal((await workspace.getEndpoint(t.env.endpoint)).status.hosts.host, "localhost");
    assert.deepEqual(await workspace.currentUser(), { userName: t.env.servicePrincipal.clientId });
    assert.deepEqual(await t.readyWorkspace().currentUser(), { userName: t.env.user.userName });
  },

  async "a list of many pages is whole"(t) {
    const names = Array.from({ length: 130 }, (_, i) => `instance-${i}`);
    await t.addInstances(names);
    const list = await t.workspace().listDatabaseInstances();
    const found = list.map(({ name }) => name);
    assert.includeMembers(found, [...names, "orders"]);
    assert.equal(new Set(found).size, found.length);
    assert.isAtLeast(await t.count("instances"), 2);
  },
};
