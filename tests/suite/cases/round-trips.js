// Two round trips cold, one with a ready token, none warm, however many ask.
import { assert } from "chai";

export const roundTrips = {
  async "a cold token costs two round trips"(t) {
    const token = await t.provider().token();
    t.isToken(token);
    assert.deepEqual((await t.requests()).map(({ route }) => route), ["token", "credentials"]);
    assert.equal(t.calls().length, 2);
  },

  async "a cold token of a ready identity costs one"(t) {
    t.isToken(await t.readyWorkspace().credentials({ instance: "orders" }).token());
    assert.deepEqual(await t.counts(), { credentials: 1 });
    assert.equal(t.calls().length, 1);
  },

  async "a warm token costs none, and is the same string"(t) {
    const provider = t.provider();
    const first = await provider.token();
    for (let i = 0; i < 200; i++) t.same(await provider.token(), first);
    t.same((await provider.credential()).token, first);
    t.same(await provider.token({ minRemaining: 60_000 }), first);
    assert.equal(t.calls().length, 2);
  },

  async "a thousand callers at once cost the same two"(t) {
    const workspace = t.workspace();
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => workspace.credentials({ instance: "orders" }).token()));
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
    assert.equal(t.calls().length, 2);
  },

  async "a thousand callers with a ready token cost one"(t) {
    const provider = t.readyWorkspace().credentials({ instance: "orders" });
    const tokens = await Promise.all(Array.from({ length: 1000 }, (_, i) => (i % 2 ? provider.token() : provider.credential().then(({ token }) => token))));
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual(await t.counts(), { credentials: 1 });
  },

  async "callers who come while a mint is under way join it"(t) {
    await t.fault("token", { delay: 150 });
    await t.fault("credentials", { delay: 150 });
    const provider = t.provider();
    const waiting = [];
    for (let i = 0; i < 12; i++) {
      waiting.push(provider.token());
      await t.sleep(20);
    }
    assert.equal(new Set(await Promise.all(waiting)).size, 1);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1 });
  },

  async "two targets share the workspace token"(t) {
    const workspace = t.workspace();
    const [one, other] = await Promise.all([
      workspace.credentials({ instance: "orders" }).token(),
      workspace.credentials({ endpoint: t.env.endpoint }).token(),
    ]);
    t.differ(one, other);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 1, "endpoint-credentials": 1 });
    await workspace.getDatabaseInstance("orders");
    await workspace.currentUser();
    assert.equal(await t.count("token"), 1);
  },

  async "keys are never mixed"(t) {
    const workspace = t.workspace();
    const { endpoint } = t.env;
    const targets = [
      { instance: "orders" },
      { instance: "invoices" },
      { instance: "orders", claims: [{ permissionSet: "READ_ONLY" }] },
      { instance: "orders", claims: [{ permissionSet: "READ_ONLY", resources: [{ tableName: "orders" }] }] },
      { endpoint },
      { endpoint, ttl: 300 },
      { endpoint, ttl: 600 },
      { endpoint, groupName: "readers" },
    ];
    const tokens = await Promise.all(targets.map((target) => workspace.credentials(target).token()));
    assert.equal(new Set(tokens).size, targets.length);
    const again = await Promise.all(targets.map((target) => workspace.credentials({ ...target }).token()));
    assert.isTrue(tokens.every((token, i) => token === again[i]));
    assert.deepEqual(await t.counts(), { token: 1, credentials: 4, "endpoint-credentials": 4 });
  },

  async "the same key gives the same provider"(t) {
    const workspace = t.workspace();
    const { endpoint } = t.env;
    const given = (options) => workspace.credentials(options);
    assert.strictEqual(given({ instance: "orders" }), given({ instance: "orders", claims: undefined }));
    assert.strictEqual(given({ endpoint, ttl: 600, groupName: "a" }), given({ groupName: "a", ttl: 600, endpoint }));
    assert.strictEqual(
      given({ instance: "orders", claims: [{ permissionSet: "READ_ONLY", resources: [{ tableName: "x" }] }] }),
      given({ instance: "orders", claims: [{ resources: [{ tableName: "x" }], permissionSet: "READ_ONLY" }] }),
    );
    assert.notStrictEqual(given({ instance: "orders" }), given({ instance: "invoices" }));
    assert.notStrictEqual(given({ instance: "orders" }), t.workspace().credentials({ instance: "orders" }));
    assert.equal(t.calls().length, 0);
  },

  async "the low-level call asks each time, and caches nothing"(t) {
    const workspace = t.workspace();
    const tokens = new Set();
    for (let i = 0; i < 3; i++) tokens.add((await workspace.generateDatabaseCredential({ instanceNames: ["orders"] })).token);
    assert.equal(tokens.size, 3);
    assert.deepEqual(await t.counts(), { token: 1, credentials: 3 });
  },

  async "both hops say on the wire what the documents say"(t) {
    const { clientId } = t.env.servicePrincipal;
    const clientSecret = "a+b/c d%:ü=&'\"";
    await t.addServicePrincipal({ clientId: "app:one", clientSecret });
    const workspace = t.workspace({ clientId: "app:one", clientSecret });
    await workspace.generateDatabaseCredential({
      requestId: "request-1",
      instanceNames: ["orders", "invoices"],
      claims: [{ permissionSet: "READ_ONLY", resources: [{ tableName: 'a"b' }] }],
    });
    await workspace.generateDatabaseCredential({ endpoint: t.env.endpoint, ttl: 300, groupName: "readers" });
    await t.workspace({ clientId, clientSecret: t.env.servicePrincipal.clientSecret }).generateDatabaseCredential({ claims: [{ permissionSet: "READ_ONLY" }] });

    const [token, credentials, endpoint, , claims] = await t.requests();
    assert.equal(token.path, "/oidc/v1/token");
    assert.deepEqual([...new URLSearchParams(token.body)].sort(), [["grant_type", "client_credentials"], ["scope", "all-apis"]]);
    assert.match(token.headers["content-type"], /^application\/x-www-form-urlencoded/);
    const [id, secret] = atob(token.headers.authorization.replace("Basic ", "")).split(":").map(decodeURIComponent);
    assert.equal(id, "app:one");
    t.same(secret, clientSecret);

    assert.equal(credentials.path, "/api/2.0/database/credentials");
    assert.match(credentials.headers["content-type"], /^application\/json/);
    assert.match(credentials.headers.authorization.slice(0, 10), /^Bearer eyJ$/);
    assert.deepEqual(JSON.parse(credentials.body), {
      request_id: "request-1",
      instance_names: ["orders", "invoices"],
      claims: [{ permission_set: "READ_ONLY", resources: [{ table_name: 'a"b' }] }],
    });
    assert.equal(endpoint.path, "/api/2.0/postgres/credentials");
    assert.deepEqual(JSON.parse(endpoint.body), { endpoint: t.env.endpoint, ttl: "300s", group_name: "readers" });
    const { request_id: requestId, ...rest } = JSON.parse(claims.body);
    assert.match(requestId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(rest, { claims: [{ permission_set: "READ_ONLY" }] });
  },
};
