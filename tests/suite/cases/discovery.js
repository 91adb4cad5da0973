// A host that serves many workspaces says where its tokens are had. What it says may lead to no other host.
import { assert } from "chai";

const ACCOUNT = { accountHost: true, unifiedHost: true };
const CONFIG = "/.well-known/databricks-config";
const METADATA = "/.well-known/oauth-authorization-server";
const ROUTES = ["databricks-config", "discovery"];

/** What is no document, its code, and how often it is asked for. */
const NO_DOCUMENTS = [
  [{ html: true }, "UNEXPECTED_RESPONSE", 1], [{ wrongTypes: true }, "UNEXPECTED_RESPONSE", 1], [{ json: {} }, "UNEXPECTED_RESPONSE", 1], [{ json: [] }, "UNEXPECTED_RESPONSE", 1], [{ json: null }, "UNEXPECTED_RESPONSE", 1],
  [{ json: { oidc_endpoint: 7, token_endpoint: ["x"] } }, "UNEXPECTED_RESPONSE", 1], [{ body: "[".repeat(50_000) }, "UNEXPECTED_RESPONSE", 4], [{ repeat: ["x", 4_300_000] }, "UNEXPECTED_RESPONSE", 4],
  [{ truncate: true }, ["UNEXPECTED_RESPONSE", "NETWORK"], 4], [{ status: 404 }, "NOT_FOUND", 1], [{ status: 401 }, "UNAUTHENTICATED", 1], [{ status: 503 }, "WORKSPACE_UNAVAILABLE", 4], [{ reset: true }, "NETWORK", 4],
];

const unified = (t, options) => t.workspace({ host: `${t.env.host}/?o=${t.env.workspaceId}`, discovery: true, ...options });

/** Addresses that are not on the configured host. */
function elsewhere({ env: { host, trap } }) {
  const { host: authority, hostname } = new URL(host);
  return [
    trap, `${trap}/oidc`, `http://user@${authority}/oidc`, `http://user:pw@${new URL(trap).host}/oidc`, `${host}@${new URL(trap).host}/oidc`, `${host}.evil.example/oidc`,
    `http://${hostname}/oidc`, `http://${hostname}:1/oidc`, `https://${authority}/oidc`, "http://evil.example/oidc", "https://evil.example/oidc", `//${new URL(trap).host}/oidc`, "/oidc", "oidc",
    "javascript:alert(1)", "data:application/json,{}", "file:///etc/passwd", `${host}`, `${host}/oidc\r\nX-Injected: 1`, `${host}/o idc`, `${host}/{other}`, ` ${host}/oidc`, "", "x".repeat(100_000),
  ];
}

/** No secret of the case has left for anywhere. */
async function nothingLeft(t) {
  for (const { url, init } of t.calls()) {
    assert.equal(new URL(url).origin, t.env.host);
    assert.equal(init.method, "GET");
    assert.isUndefined(init.headers.authorization);
    assert.isUndefined(init.body);
    assert.equal(init.redirect, "manual");
  }
  assert.deepEqual(await t.trapped(), []);
  assert.isUndefined((await t.counts()).token);
}

export const discovery = {
  async "two documents lead to the token endpoint, and are read once"(t) {
    await t.settings(ACCOUNT);
    const workspace = unified(t);
    t.isToken(await workspace.credentials({ instance: "orders" }).token());
    assert.deepEqual((await t.requests()).map(({ path }) => path), [
      CONFIG, `/oidc/accounts/${t.env.accountId}${METADATA}`, `/oidc/accounts/${t.env.accountId}/v1/token`, "/api/2.0/database/credentials",
    ]);
    t.isToken(await workspace.credentials({ endpoint: t.env.endpoint }).token());
    // Another workspace token needs no other discovery.
    t.pass(3_700_000);
    await workspace.currentUser();
    assert.deepEqual(await t.counts(), { "databricks-config": 1, discovery: 1, token: 2, credentials: 1, "endpoint-credentials": 1, me: 1 });
    for (const { headers, body } of [...(await t.requests("databricks-config")), ...(await t.requests("discovery"))]) {
      assert.isUndefined(headers.authorization);
      assert.isUndefined(headers.cookie);
      assert.equal(body, "");
    }
  },

  async "a thousand callers cost one discovery"(t) {
    await t.settings(ACCOUNT);
    const workspace = unified(t);
    await Promise.all(Array.from({ length: 1000 }, (_, i) => (i % 2 ? workspace.credentials({ instance: "orders" }).token() : workspace.credentials({ endpoint: t.env.endpoint }).token())));
    assert.deepEqual(await t.counts(), { "databricks-config": 1, discovery: 1, token: 1, credentials: 1, "endpoint-credentials": 1 });
  },

  async "each call to a host of many workspaces names the workspace"(t) {
    await t.settings(ACCOUNT);
    const { workspaceId, endpoint } = t.env;
    const workspace = unified(t);
    const provider = workspace.credentials({ instance: "orders" });
    await provider.connection();
    await provider.token();
    await workspace.credentials({ endpoint }).token();
    await workspace.generateDatabaseCredential({ instanceNames: ["orders"] });
    await workspace.getDatabaseInstance("orders");
    await workspace.listDatabaseInstances();
    await workspace.getEndpoint(endpoint);
    await workspace.waitUntilAvailable("orders");
    await workspace.currentUser();
    const api = (await t.requests()).filter(({ path }) => path.startsWith("/api/"));
    assert.equal(api.length, 9);
    for (const { headers } of api) assert.equal(headers["x-databricks-workspace-id"], workspaceId);
    const unnamed = t.workspace({ discovery: true });
    await t.fails(unnamed.currentUser(), "INVALID_REQUEST", { status: 400 });
  },

  async "the account is the configured one, or the one that the host names"(t) {
    await t.settings(ACCOUNT);
    assert.property(await unified(t, { accountId: t.env.accountId }).currentUser(), "userName");
    await t.fails(unified(t, { accountId: "another" }).currentUser(), "NOT_FOUND", { retryable: false });
    const { host } = t.env;
    await t.fault("databricks-config", { json: { oidc_endpoint: `${host}/oidc/accounts/{account_id}` } });
    const error = await t.fails(unified(t).currentUser(), "UNEXPECTED_RESPONSE", { retryable: false });
    assert.include(error.message, "accountId");
    await t.fault("databricks-config", { json: { oidc_endpoint: `${host}/oidc/accounts/{account_id}` } });
    assert.property(await unified(t, { accountId: t.env.accountId }).currentUser(), "userName");
  },

  async "without discovery a host is asked for none"(t) {
    for (const discovery of [undefined, false]) await t.workspace({ discovery }).currentUser();
    assert.deepEqual(await t.counts(), { token: 2, me: 2 });
  },

  async "a platform's token is asked for once the token endpoint is known, and goes there"(t) {
    await t.settings(ACCOUNT);
    const { clientId } = t.env.servicePrincipal;
    const seen = [];
    const subjectToken = async () => {
      seen.push(...(await t.requests()).map(({ route }) => route));
      return t.platformToken({ subject: "repo:example/shop" });
    };
    const workspace = new t.Workspace({ host: `${t.env.host}/?o=${t.env.workspaceId}`, discovery: true, clientId, subjectToken });
    t.isToken(await workspace.credentials({ instance: "orders" }).token());
    assert.deepEqual(seen, ["databricks-config", "discovery"]);
    assert.equal((await t.requests("token"))[0].path, `/oidc/accounts/${t.env.accountId}/v1/token`);
  },

  ...Object.fromEntries(
    ROUTES.map((route) => [
      `no document sends a secret to another host: ${route}`,
      async (t) => {
        t.jitter(0);
        let asked = 0;
        const subjectToken = () => ((asked += 1), "a-platform-token");
        const identities = [{}, { clientId: undefined, clientSecret: undefined, subjectToken }];
        // With each identity at one of the two documents.
        for (const [i, url] of elsewhere(t).entries()) {
          const identity = identities[(i + ROUTES.indexOf(route)) % 2];
          if (route === "discovery") await t.fault("databricks-config", { json: { oidc_endpoint: `${t.env.host}/oidc` } });
          await t.fault(route, { json: { issuer: `${t.env.host}/oidc`, oidc_endpoint: url, token_endpoint: url } });
          await t.fails(unified(t, identity).currentUser(), "UNEXPECTED_RESPONSE", { retryable: false });
        }
        assert.equal(asked, 0);
        await nothingLeft(t);
      },
    ]),
  ),

  async "no account id sends a secret to another host"(t) {
    for (const account_id of ["../../..//evil.example", "@evil.example", "\\evil.example", "?", "#", "a b", "{account_id}"]) {
      await t.fault("databricks-config", { json: { oidc_endpoint: `${t.env.host}/oidc/{account_id}`, account_id } });
      const { reason } = await t.timed(unified(t).currentUser());
      t.checkError(reason);
    }
    await nothingLeft(t);
  },

  async "a redirect of a document is not followed"(t) {
    for (const route of ROUTES) {
      for (const status of [301, 302, 307]) {
        await t.fault(route, { status, headers: { location: `${t.env.trap}/take` }, body: "" });
        await t.fails(unified(t).currentUser(), "WORKSPACE_REDIRECT", { retryable: false });
      }
    }
    await nothingLeft(t);
  },

  async "a host that says the same everywhere is asked twice"(t) {
    const json = { oidc_endpoint: `${t.env.host}/oidc`, account_id: "a" };
    for (const route of ROUTES) await t.fault(route, { json }, "always");
    const workspace = unified(t);
    for (let i = 0; i < 20; i++) await t.fails(workspace.currentUser(), "UNEXPECTED_RESPONSE", { retryable: false });
    assert.deepEqual(await t.counts(), { "databricks-config": 1, discovery: 1 });
  },

  ...Object.fromEntries(
    ROUTES.map((route) => [
      `what is no document is an error, and the next call works: ${route}`,
      async (t) => {
        t.jitter(0);
        for (const [fault, code, attempts] of NO_DOCUMENTS) {
          const before = await t.asked(route);
          await t.fault(route, fault, "always");
          const workspace = unified(t);
          await t.fails(workspace.currentUser(), code);
          assert.equal((await t.asked(route)) - before, attempts, JSON.stringify(fault).slice(0, 60));
          await t.clearFaults(route);
          t.pass(31_000);
          assert.property(await workspace.currentUser(), "userName");
        }
      },
    ]),
  ),

  async "a document that does not come keeps nobody beyond the deadline"(t) {
    t.jitter(0);
    // Two are stopped by the one document, two by the other; and each goes on when it can.
    for (const route of ROUTES) {
      for (const fault of [{ hang: true }, { hangBody: true }]) await t.fault(route, fault);
    }
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const workspace = unified(t, { requestTimeout: 1_500 });
        const { ms } = await t.timed(t.fails(workspace.currentUser({ timeout: 300 }), "TIMEOUT", { retryable: true }));
        assert.isBelow(ms, 1_400);
        assert.property(await workspace.currentUser(), "userName");
      }),
    );
  },

  async "a document that comes late, or at the second try, is not the caller's problem"(t) {
    t.jitter(0);
    for (const route of ROUTES) {
      await t.fault(route, { status: 503 });
      await t.fault(route, { delay: 200 });
    }
    const workspace = unified(t);
    await Promise.all(Array.from({ length: 20 }, () => workspace.currentUser()));
    assert.deepEqual(await t.counts(), { "databricks-config": 2, discovery: 2, token: 1, me: 20 });
  },
};
