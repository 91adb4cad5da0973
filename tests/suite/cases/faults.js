// What each fault of the workspace means to the caller: the code, the fields, and how often it was asked.
import { assert } from "chai";

const UNAVAILABLE = { code: "WORKSPACE_UNAVAILABLE", retryable: true, attempts: 4 };
const ODD = { code: "UNEXPECTED_RESPONSE", attempts: 1 };
/** The next answer may be whole. */
const CUT = { code: ["UNEXPECTED_RESPONSE", "NETWORK"], retryable: true, attempts: 4 };

/** The same for both hops: `[what, fault, expected]`. */
const BOTH = [
  ["a server error", { status: 500 }, { ...UNAVAILABLE, status: 500 }],
  ["a 503", { status: 503 }, { ...UNAVAILABLE, status: 503 }],
  ["a gateway's page", { status: 502, html: true }, { ...UNAVAILABLE, status: 502 }],
  ["a gateway's timeout", { status: 504, body: "" }, { ...UNAVAILABLE, status: 504 }],
  ["a 429", { status: 429, body: "" }, { code: "RATE_LIMITED", status: 429, retryable: true, attempts: 4 }],
  ["a reset connection", { reset: true }, { code: "NETWORK", retryable: true, attempts: 4 }],
  ["an answer cut short", { truncate: true }, CUT],
  ["a page", { html: true }, ODD],
  ["a page of a proxy that asks for a sign-in", { status: 200, html: "<html><title>Sign in</title></html>" }, ODD],
  ["wrong types", { wrongTypes: true }, { ...ODD, retryable: false }],
  ["nothing", { empty: true }, CUT],
  ["a redirect", { redirect: true }, { code: "WORKSPACE_REDIRECT", retryable: false, attempts: 1 }],
  ["a redirect that keeps the method", { status: 307, headers: { location: "/login.html" }, body: "" }, { code: "WORKSPACE_REDIRECT", retryable: false, attempts: 1 }],
];

const refusal = (code, status) => ({ code, status, retryable: false, attempts: 1 });

/** Answers of the token endpoint. */
const TOKEN = [
  ["invalid_client", { status: 401, json: { error: "invalid_client", error_description: "no" } }, refusal("INVALID_CLIENT", 401)],
  ["invalid_client in the other shape", { status: 401, json: { errorCode: "invalid_client", errorSummary: "no" } }, refusal("INVALID_CLIENT", 401)],
  ["an empty 400", { status: 400, body: "" }, refusal("INVALID_CLIENT", 400)],
  ["invalid_grant", { status: 400, json: { error: "invalid_grant" } }, refusal("INVALID_GRANT", 400)],
  ["invalid_scope", { status: 400, json: { error: "invalid_scope" } }, refusal("INVALID_SCOPE", 400)],
  ["temporarily_unavailable", { status: 400, json: { error: "temporarily_unavailable" } }, { ...UNAVAILABLE, status: 400 }],
  ["a host that has no such route", { status: 404, html: true }, refusal("NOT_FOUND", 404)],
];

const api = (status, error_code, message = "as the test says") => ({ status, json: { error_code, message, details: [] } });

/** Answers of the API. */
const API = [
  ["RESOURCE_DOES_NOT_EXIST", api(404, "RESOURCE_DOES_NOT_EXIST"), refusal("NOT_FOUND", 404)],
  ["ENDPOINT_NOT_FOUND", api(404, "ENDPOINT_NOT_FOUND"), refusal("NOT_FOUND", 404)],
  ["INVALID_STATE", api(400, "INVALID_STATE"), refusal("INSTANCE_NOT_AVAILABLE", 400)],
  ["INVALID_PARAMETER_VALUE", api(400, "INVALID_PARAMETER_VALUE"), refusal("INVALID_REQUEST", 400)],
  ["FEATURE_DISABLED", api(400, "FEATURE_DISABLED"), refusal("FEATURE_DISABLED", 400)],
  ["RESOURCE_EXHAUSTED", api(429, "RESOURCE_EXHAUSTED"), { code: "RATE_LIMITED", status: 429, retryable: true, attempts: 4 }],
  ["REQUEST_LIMIT_EXCEEDED as a 403", api(403, "REQUEST_LIMIT_EXCEEDED"), { code: "RATE_LIMITED", status: 403, retryable: true }],
  ["TEMPORARILY_UNAVAILABLE as a 400", api(400, "TEMPORARILY_UNAVAILABLE"), { ...UNAVAILABLE, status: 400 }],
  ["WORKSPACE_TEMPORARILY_UNAVAILABLE", api(503, "WORKSPACE_TEMPORARILY_UNAVAILABLE"), { ...UNAVAILABLE, status: 503 }],
  ["an error_code that is a number", { status: 404, json: { error_code: 404, message: "no" } }, refusal("NOT_FOUND", 404)],
  ["SCIM's shape", { status: 404, json: { detail: "no", status: "404" } }, refusal("NOT_FOUND", 404)],
  ["code and text without JSON", { status: 400, body: "INVALID_STATE: it is stopped" }, refusal("INSTANCE_NOT_AVAILABLE", 400)],
  ["a page with the message in <pre>", { status: 404, html: "<html><pre>no such thing</pre></html>" }, refusal("NOT_FOUND", 404)],
  ["a 409", { status: 409, body: "" }, refusal("INVALID_REQUEST", 409)],
];

async function expectFault(t, route, [what, fault, expected]) {
  await t.fault(route, fault, "always");
  const provider = t.provider();
  const events = t.events(provider);
  const { code, attempts, ...fields } = expected;
  // A page may not see where a redirect leads, nor its status.
  if (t.inPage && code === "WORKSPACE_REDIRECT") fields.status = undefined;
  const before = await t.asked(route);
  const { clientId: identity } = t.env.servicePrincipal;
  const error = await t.fails(provider.token(), code, { identity, target: "orders", ...fields });
  assert.match(error.requestId, /^[0-9a-f-]{36}$/, what);
  assert.include(error.message, `identity ${identity}`, what);
  assert.include(error.message, "target orders", what);
  if (fields.status) assert.include(error.message, String(fields.status), what);
  if (attempts) assert.equal((await t.asked(route)) - before, attempts, what);
  await t.until(() => events.some(({ type, code: told }) => type === "fail" && told === error.code));
  assert.equal(JSON.parse(JSON.stringify(error)).code, error.code);
  await t.clearFaults(route);
}

const table = (route, rows) => async (t) => {
  t.jitter(0);
  for (const row of rows) await expectFault(t, route, row);
};

export const faults = {
  "faults of the token hop are told by their codes": table("token", BOTH),
  "faults of the mint are told by their codes": table("credentials", BOTH),
  "refusals of the token endpoint are told by their codes": table("token", TOKEN),
  "refusals of the API are told by their codes": table("credentials", API),

  async "a fault that passes is not the caller's problem"(t) {
    t.jitter(0);
    for (const route of ["token", "credentials"]) {
      for (const fault of [{ status: 503 }, { status: 429 }, { reset: true }, { status: 500, html: true }]) {
        await t.fault(route, fault);
        t.isToken(await t.provider().token());
      }
    }
    assert.deepEqual(await t.counts(), { token: 12, credentials: 12 });
  },

  async "Retry-After is obeyed, in seconds and as a date"(t) {
    t.jitter(0);
    const { endpoint } = t.env;
    const calls = {
      credentials: [429, 1, () => t.readyWorkspace().credentials({ instance: "orders" }).token()],
      "endpoint-credentials": [503, new Date(t.wall() + 2_500).toUTCString(), () => t.readyWorkspace().credentials({ endpoint }).token()],
      token: [503, "1", () => t.workspace().currentUser()],
    };
    await Promise.all(
      Object.entries(calls).map(async ([route, [status, retryAfter, call]]) => {
        await t.fault(route, { status, retryAfter });
        const { value, reason, ms } = await t.timed(call());
        assert.isDefined(value, reason?.message);
        assert.isAtLeast(ms, 950);
        assert.isBelow(ms, 4_000);
      }),
    );
    assert.deepEqual(await t.counts(), { credentials: 2, "endpoint-credentials": 2, token: 2, me: 1 });
  },

  async "a Retry-After beyond the deadline ends the call, and is obeyed by those who come later"(t) {
    t.jitter(0);
    await t.fault("credentials", { status: 429, retryAfter: 120 });
    const provider = t.provider();
    const { reason, ms } = await t.timed(t.fails(provider.token(), "RATE_LIMITED", { retryAfter: 120_000, retryable: true }));
    assert.isUndefined(reason);
    assert.isBelow(ms, 1_000);
    for (let i = 0; i < 5; i++) {
      const error = await t.fails(provider.token(), "RATE_LIMITED");
      assert.isAbove(error.retryAfter, 100_000);
    }
    assert.equal(await t.count("credentials"), 1);
    t.pass(121_000);
    t.isToken(await provider.token());
    assert.equal(await t.count("credentials"), 2);
  },

  async "an odd Retry-After silences nobody"(t) {
    t.jitter(0);
    for (const retryAfter of ["-5", "soon", "1e9", "99999999999999999999", "0", " ", "Thu, 01 Jan 1970 00:00:00 GMT"]) {
      await t.fault("credentials", { status: 503, retryAfter });
      const provider = t.provider();
      const { value, reason } = await t.timed(provider.token({ timeout: 3_000 }));
      if (!value) {
        t.checkError(reason);
        // Ten minutes at the most, whatever was asked for.
        t.pass(601_000);
        t.isToken(await provider.token());
      }
    }
  },

  async "the low-level call and the lookups name what they are about"(t) {
    t.jitter(0);
    const workspace = t.workspace();
    const { clientId: identity } = t.env.servicePrincipal;
    await t.fails(workspace.generateDatabaseCredential({ requestId: "r-1", instanceNames: ["nowhere"] }), "NOT_FOUND", {
      identity, requestId: "r-1", target: "nowhere", status: 404, retryable: false,
    });
    await t.fails(workspace.generateDatabaseCredential({ instanceNames: ["stopped"] }), "INSTANCE_NOT_AVAILABLE", { identity, target: "stopped" });
    await t.fails(workspace.getDatabaseInstance("nowhere"), "NOT_FOUND", { identity, target: "nowhere", status: 404 });
    const endpoint = "projects/no/branches/no/endpoints/no";
    await t.fails(workspace.getEndpoint(endpoint), "NOT_FOUND", { identity, target: endpoint, status: 404 });
    await t.fails(t.provider({}, { endpoint }).token(), "NOT_FOUND", { identity, target: endpoint });
    const outsider = await t.addServicePrincipal({ access: false });
    const refused = await t.fails(t.workspace(outsider).credentials({ instance: "orders" }).token(), "PERMISSION_DENIED", {
      identity: outsider.clientId, target: "orders", status: 403, retryable: false,
    });
    assert.include(refused.message, outsider.clientId);
    assert.include(refused.hint, "CAN USE");
    await t.fails(t.workspace({ clientSecret: "not-the-secret" }).currentUser(), "INVALID_CLIENT", { identity, status: 401 });
    await t.fails(t.readyWorkspace({ token: "dapi00000000000000000000000000000000" }).currentUser(), ["UNAUTHENTICATED", "PERMISSION_DENIED"], { retryable: false });
  },

  async "a host where nobody listens is a network error"(t) {
    t.jitter(0);
    if (t.inPage) await t.fault("token", { reset: true }, "always");
    const host = t.inPage ? t.env.host : "http://127.0.0.1:1";
    await t.fails(t.provider({ host }).token(), "NETWORK", { retryable: true });
  },

  async "an answer of another workspace is an error"(t) {
    const headers = { "x-databricks-org-id": "999" };
    await t.fault("credentials", { headers }, "always");
    await t.fails(t.provider({ host: `${t.env.host}/?o=${t.env.workspaceId}` }).token(), "WORKSPACE_MISMATCH", { retryable: false });
    await t.clearFaults("credentials");
    await t.fault("credentials", { headers: { "x-databricks-org-id": t.env.workspaceId } });
    t.isToken(await t.provider({ host: `${t.env.host}/?o=${t.env.workspaceId}` }).token());
    const [, mint] = await t.requests();
    assert.equal(mint.headers["x-databricks-workspace-id"], t.env.workspaceId);
  },
};
