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

  it("the caller's own token counts: without it there is nothing, with a wrong one the workspace's refusal", async () => {
    const response = await call("/api/2.0/database/instances", { headers: { authorization: "Bearer wrong" } });
    assert.equal(response.status, 403);
    assert.match(await response.text(), /Invalid access token/);
    assert.equal(emulator.requests[0].headers.authorization, "Bearer wrong");
  });

  it("errors of the workspace come through as they are, with Retry-After", async () => {
    emulator.fault("instances", { status: 429, retryAfter: 7 });
    const limited = await call("/api/2.0/database/instances");
    assert.deepEqual([limited.status, limited.headers.get("retry-after")], [429, "7"]);
    assert.match((await limited.json()).error_code, /RESOURCE_EXHAUSTED|REQUEST_LIMIT_EXCEEDED/);
    const missing = await call("/api/2.0/database/instances/missing");
    assert.equal(missing.status, 404);
    assert.ok((await missing.json()).error_code);
    emulator.fault("token", { status: 400, json: { error: "invalid_grant", error_description: "used" } });
    const refused = await call("/oidc/v1/token", form({ grant_type: "refresh_token", refresh_token: "r" }));
    assert.deepEqual([refused.status, (await refused.json()).error], [400, "invalid_grant"]);
  });

  it("of a request, the needed headers go on and no others", async () => {
    const dropped = {
      cookie: "session=secret", "x-forwarded-for": "10.0.0.1", "x-forwarded-host": "evil.example", forwarded: "for=10.0.0.1",
      referer: `${PAGE}/page?secret`, "x-http-method-override": "DELETE", "x-original-url": "/api/2.0/clusters/list",
      "proxy-authorization": "Basic eDp5", "x-databricks-azure-sp-management-token": "token", "x-custom": "1", range: "bytes=0-1",
      "if-none-match": '"1"', "accept-language": "de", priority: "u=0", te: "trailers",
    };
    await call("/api/2.0/database/credentials", {
      ...json({ instance_names: ["orders"] }),
      headers: { ...dropped, accept: "text/html", "x-databricks-workspace-id": emulator.workspaceId, "user-agent": "page" },
    });
    const [{ headers }] = emulator.requests;
    const { authorization, accept, "content-type": type, "x-databricks-workspace-id": id, ...others } = headers;
    assert.deepEqual([authorization, accept, type, id], [bearer, "application/json", "application/json", emulator.workspaceId]);
    // What the platform's own client adds to every request.
    const platform = ["host", "connection", "content-length", "user-agent", "accept-language", "accept-encoding", "sec-fetch-mode", "cache-control", "pragma"];
    assert.deepEqual(Object.keys(others).filter((name) => !platform.includes(name)), []);
    assert.notEqual(others["accept-language"], "de");
    assert.ok(!JSON.stringify(headers).includes("secret"));
  });

  it("of an answer, the needed headers come back and no others", async () => {
    emulator.fault("me", {
      headers: {
        "set-cookie": "session=1; Path=/", "access-control-allow-origin": "*", "access-control-allow-credentials": "true",
        "cache-control": "public, max-age=31536000", etag: '"1"', expires: "Thu, 01 Jan 2099 00:00:00 GMT",
        "x-databricks-org-id": "123", server: "workspace", "x-request-id": "r", link: "</x>; rel=preload", refresh: "0;url=//evil.example",
        "service-worker-allowed": "/", "clear-site-data": '"*"', "strict-transport-security": "max-age=1",
      },
    });
    const response = await call("/api/2.0/preview/scim/v2/Me");
    assertClean(response);
    assert.deepEqual([...response.headers.keys()].sort(), [
      "cache-control", "content-security-policy", "content-type", "cross-origin-resource-policy", "date", "x-content-type-options", "x-databricks-org-id",
    ]);
    assert.equal(response.headers.get("x-databricks-org-id"), "123");
    assert.equal((await response.json()).userName, emulator.user.userName);
  });

  it("nothing is cached: the same question is asked again, and the platform is told so", async (t) => {
    emulator.fault("me", { headers: { "cache-control": "public, max-age=31536000" } }, { times: 2 });
    const spy = t.mock.method(globalThis, "fetch");
    for (let i = 0; i < 2; i += 1) assertClean(await call("/api/2.0/preview/scim/v2/Me"));
    assert.equal(emulator.requests.count("me"), 2);
    for (const { arguments: [, init] } of spy.mock.calls) assert.deepEqual([init.cache, init.redirect], ["no-store", "manual"]);
  });

  it("a host of many workspaces is asked for the configured one", async () => {
    emulator.settings.unifiedHost = true;
    const bound = forward({ host: `${emulator.url}/?o=${emulator.workspaceId}`, origin: PAGE });
    const list = (id) => bound(asked("/api/2.0/database/instances", { headers: { authorization: bearer, "x-databricks-workspace-id": id } }));
    assert.deepEqual([(await list(undefined)).status, (await list(emulator.workspaceId)).status], [200, 200]);
    assert.equal((await list("1")).status, 400);
    assert.equal(emulator.requests.length, 2);
    emulator.fault("instances", { headers: { "x-databricks-org-id": "1" } });
    const mismatch = await list(undefined);
    assert.deepEqual([mismatch.status, (await mismatch.json()).error_code], [502, "BAD_REQUEST"]);
  });
  it("where no origin is configured, it is the one that the request is sent to", async () => {
    const plain = forward({ host: emulator.url });
    const post = (origin) => plain(asked("https://edge.example/api/2.0/database/credentials", { ...json({ instance_names: ["orders"] }), headers: { authorization: bearer, origin } }));
    assert.equal((await post("https://edge.example")).status, 200);
    assert.equal((await post(PAGE)).status, 403);
  });
});
