import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, afterEach, before, describe, it } from "node:test";
import { forward } from "../../pkg/forward.js";
import { asked, assertClean, form, PAGE, startWorkspace } from "./page.js";

const ENDPOINT = "projects/shop/branches/main/endpoints/primary";
const REDIRECT = "http://127.0.0.1:5173/callback";
const NATIVE_LOGIN = "?update_mask=enable_pg_native_login";
const json = (body, method = "POST") => ({ method, body: JSON.stringify(body) });

/** What is forwarded: the emulator's name of the route, the request, and what the answer must hold. */
const ALLOWED = [
  ["credentials", "/api/2.0/database/credentials", json({ request_id: "r-1", instance_names: ["orders"] }), "expiration_time"],
  ["instances", "/api/2.0/database/instances?page_size=2&page_token=", {}, "database_instances"],
  ["instance", "/api/2.0/database/instances/orders", {}, "read_write_dns"],
  ["instance-update", `/api/2.0/database/instances/orders${NATIVE_LOGIN}`, json({ enable_pg_native_login: true }, "PATCH"), "enable_pg_native_login"],
  ["endpoint-credentials", "/api/2.0/postgres/credentials", json({ endpoint: ENDPOINT }), "expire_time"],
  ["projects", "/api/2.0/postgres/projects", {}, "projects"],
  ["branches", "/api/2.0/postgres/projects/shop/branches", {}, "branches"],
  ["endpoints", "/api/2.0/postgres/projects/shop/branches/main/endpoints", {}, "endpoints"],
  ["endpoint", `/api/2.0/postgres/${ENDPOINT}`, {}, "status"],
  ["me", "/api/2.0/preview/scim/v2/Me", {}, "userName"],
];

describe("what is forwarded", () => {
  let emulator, bearer, call;
  before(async () => ({ emulator, bearer, call } = await startWorkspace()));
  after(() => emulator.stop());
  afterEach(() => emulator.reset());

  for (const [route, path, init, field] of ALLOWED) {
    it(`${init.method ?? "GET"} ${path}`, async () => {
      const response = await call(path, init);
      const body = await response.json();
      assert.equal(response.status, 200, JSON.stringify(body));
      assert.ok(field in body, JSON.stringify(body));
      assertClean(response);
      const [sent, ...others] = emulator.requests;
      assert.deepEqual([sent.route, sent.path, sent.body, others], [route, path, init.body ?? "", []]);
    });
  }

  it("signing in: a code, then a refresh token, without a secret", async () => {
    emulator.settings.autoApprove = true;
    const verifier = randomBytes(32).toString("base64url");
    const client = { client_id: emulator.publicClient.clientId };
    const query = new URLSearchParams({
      ...client, response_type: "code", redirect_uri: REDIRECT, scope: "all-apis offline_access", state: "s",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
    });
    const approved = await fetch(`${emulator.url}/oidc/v1/authorize?${query}`, { redirect: "manual" });
    const code = new URL(approved.headers.get("location")).searchParams.get("code");
    const granted = await call("/oidc/v1/token", form({ ...client, grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: REDIRECT }));
    const { access_token, refresh_token } = await granted.json();
    assert.equal(granted.status, 200);
    assertClean(granted);
    const me = await call("/api/2.0/preview/scim/v2/Me", { headers: { authorization: `Bearer ${access_token}` } });
    assert.equal((await me.json()).userName, emulator.user.userName);
    const refreshed = await call("/oidc/v1/token", form({ ...client, grant_type: "refresh_token", refresh_token }));
    assert.ok((await refreshed.json()).access_token);
    for (const { headers } of emulator.requests.of("token")) assert.equal(headers.authorization, undefined);
  });

  it("the platform is told to keep nothing and to follow no redirect", async (t) => {
    const spy = t.mock.method(globalThis, "fetch");
    assertClean(await call("/api/2.0/preview/scim/v2/Me"));
    const [{ arguments: [, { cache, redirect, headers }] }] = spy.mock.calls;
    assert.deepEqual([cache, redirect, headers], ["no-store", "manual", { accept: "application/json", authorization: bearer }]);
  });

  it("on a host of many workspaces, the configured one is asked, and no other", async () => {
    const from = (handle, id) => handle(asked("/api/2.0/database/instances", { headers: { authorization: bearer, "x-databricks-workspace-id": id } }));
    emulator.settings.unifiedHost = true;
    const bound = forward({ host: `${emulator.url}/?o=${emulator.workspaceId}`, origin: PAGE });
    assert.deepEqual([(await from(bound, undefined)).status, (await from(bound, emulator.workspaceId)).status], [200, 200]);
    assert.equal((await from(bound, "1")).status, 400);
    assert.equal(emulator.requests.length, 2);
    // A page cannot choose where nothing is configured.
    const free = await from(forward({ host: emulator.url, origin: PAGE }), emulator.workspaceId);
    assert.match((await free.json()).message, /X-Databricks-Workspace-Id is required/);
    emulator.fault("instances", { headers: { "x-databricks-org-id": "1" } });
    const mismatch = await from(bound, undefined);
    assert.deepEqual([mismatch.status, (await mismatch.json()).error_code], [502, "BAD_REQUEST"]);
  });
});
