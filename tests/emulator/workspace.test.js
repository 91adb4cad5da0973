import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { startEmulator } from "./index.js";
import { callerOf } from "./raw-client.js";

const CREDENTIALS = "/api/2.0/database/credentials";
const ENDPOINT_CREDENTIALS = "/api/2.0/postgres/credentials";

describe("the workspace", () => {
  let emulator;
  let other;
  let client;
  before(async () => {
    [emulator, other] = await Promise.all([startEmulator({ database: false }), startEmulator({ database: false })]);
    client = callerOf(emulator);
  });
  after(() => Promise.all([emulator.stop(), other.stop()]));
  afterEach(() => emulator.reset());

  const mint = async (path, json, token) => client.call(path, { method: "POST", token: token ?? (await client.workspaceToken()), json });

  describe("token endpoint", () => {
    it("gives a service principal an access token", async () => {
      const { clientId, clientSecret } = emulator.servicePrincipal;
      const { status, headers, body } = await client.tokenRequest(
        { grant_type: "client_credentials", scope: "all-apis" },
        { basic: [clientId, clientSecret] },
      );
      assert.equal(status, 200);
      assert.equal(headers.get("cache-control"), "no-store");
      assert.deepEqual(Object.keys(body).sort(), ["access_token", "expires_in", "scope", "token_type"]);
      assert.equal(body.expires_in, 3600);
      assert.equal(body.token_type, "Bearer");
      const me = await client.call("/api/2.0/preview/scim/v2/Me", { token: body.access_token });
      assert.equal(me.body.userName, clientId);
    });

    it("form-decodes the client id and secret", async () => {
      const clientSecret = "a+b/c d%:ü=";
      const { clientId } = await emulator.addServicePrincipal({ clientId: "app:one", clientSecret });
      const answer = await client.tokenRequest({ grant_type: "client_credentials" }, { basic: [clientId, clientSecret] });
      assert.equal(answer.status, 200);
    });

    it("refuses a wrong secret", async () => {
      const { status, body } = await client.tokenRequest(
        { grant_type: "client_credentials" },
        { basic: [emulator.servicePrincipal.clientId, "wrong"] },
      );
      assert.equal(status, 401);
      assert.equal(body.error, "invalid_client");
      assert.equal(typeof body.error_description, "string");
    });

    it("refuses unknown grants and scopes", async () => {
      const { clientId, clientSecret } = emulator.servicePrincipal;
      const basic = [clientId, clientSecret];
      assert.equal((await client.tokenRequest({ grant_type: "password" }, { basic })).body.error, "unsupported_grant_type");
      assert.equal((await client.tokenRequest({ grant_type: "constructor" }, { basic })).body.error, "unsupported_grant_type");
      assert.equal((await client.tokenRequest({ grant_type: "client_credentials", scope: "root" }, { basic })).body.error, "invalid_scope");
      const details = await client.tokenRequest({ grant_type: "client_credentials", authorization_details: "{" }, { basic });
      assert.equal(details.body.error, "invalid_request");
    });

    it("gives expires_in in the shape asked for", async () => {
      const { clientId, clientSecret } = emulator.servicePrincipal;
      const shapes = { string: "3600", absent: undefined, zero: 0, negative: -3600, year: 31536000 };
      for (const [shape, expected] of Object.entries(shapes)) {
        emulator.settings.expiresIn = shape;
        const { body } = await client.tokenRequest({ grant_type: "client_credentials" }, { basic: [clientId, clientSecret] });
        assert.equal(body.expires_in, expected, shape);
      }
    });
  });

  describe("access tokens", () => {
    const me = (token) => client.call("/api/2.0/preview/scim/v2/Me", { token });

    it("are required", async () => {
      assert.equal((await me()).status, 401);
      assert.equal((await me("nonsense")).status, 403);
    });

    it("of another workspace are refused", async () => {
      const { status, body } = await me(await callerOf(other).workspaceToken());
      assert.equal(status, 403);
      assert.equal(body.message, "Invalid access token.");
    });

    it("that expired are refused in each of the ways seen", async () => {
      const token = await client.workspaceToken();
      assert.equal((await me(token)).status, 200);
      emulator.clock.advance(3601);
      assert.equal((await me(token)).status, 401);
      emulator.settings.expiredToken = 403;
      assert.equal((await me(token)).status, 403);
      emulator.settings.expiredToken = 400;
      const { status, body } = await me(token);
      assert.equal(status, 400);
      assert.match(body.message, /ExpiredJwtException: JWT expired/);
    });

    it("with too little left can be refused, as Azure does", async () => {
      emulator.settings.expiryMargin = 30;
      const token = await client.workspaceToken();
      emulator.clock.advance(3565);
      assert.equal((await me(token)).status, 200);
      emulator.clock.advance(10);
      assert.equal((await me(token)).status, 401);
    });

    it("may be personal ones", async () => {
      const { body } = await me(emulator.user.token);
      assert.equal(body.userName, "ada@example.com");
    });
  });

  describe("credentials of an instance", () => {
    it("are a token and its expiration_time", async () => {
      const { status, body } = await mint(CREDENTIALS, { request_id: "r-1", instance_names: ["orders"] });
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(body), ["token", "expiration_time"]);
      assert.ok(body.token.length >= 1200);
      assert.match(body.expiration_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.ok(Math.abs(Date.parse(body.expiration_time) - Date.now() - 3_600_000) < 5_000);
    });

    it("are refused for good reasons, each with its error_code", async () => {
      const code = async (json, token) => {
        const { status, body } = await mint(CREDENTIALS, json, token);
        return [status, body.error_code];
      };
      assert.deepEqual(await code({ instance_names: ["nowhere"] }), [404, "RESOURCE_DOES_NOT_EXIST"]);
      assert.deepEqual(await code({ instance_names: ["__proto__"] }), [404, "RESOURCE_DOES_NOT_EXIST"]);
      assert.deepEqual(await code({ instance_names: ["stopped"] }), [400, "INVALID_STATE"]);
      assert.deepEqual(await code({ request_id: "only" }), [400, "INVALID_PARAMETER_VALUE"]);
      assert.deepEqual(await code({ instance_names: "orders" }), [400, "INVALID_PARAMETER_VALUE"]);
      assert.deepEqual(await code({ instance_names: ["orders"], request_id: 7 }), [400, "INVALID_PARAMETER_VALUE"]);
      assert.deepEqual(await code({ claims: [{ permission_set: "ALL" }] }), [400, "INVALID_PARAMETER_VALUE"]);
      assert.deepEqual(await code({ claims: [{ permission_set: "READ_ONLY", resources: [{}] }] }), [400, "INVALID_PARAMETER_VALUE"]);
      const outsider = await client.workspaceToken(await emulator.addServicePrincipal({ access: false }));
      assert.deepEqual(await code({ instance_names: ["orders"] }, outsider), [403, "PERMISSION_DENIED"]);
    });

    it("take expiration_time in each shape", async () => {
      const shape = async (name) => {
        emulator.settings.expirationTime = name;
        return (await mint(CREDENTIALS, { instance_names: ["orders"] })).body.expiration_time;
      };
      const ahead = (text) => Math.round((Date.parse(text) - Date.now()) / 60_000);
      assert.match(await shape("fraction"), /\.\d{3}Z$/);
      assert.match(await shape("nanoseconds"), /\.\d{9}Z$/);
      const offset = await shape("offset");
      assert.match(offset, /\+02:00$/);
      assert.equal(ahead(offset), 60);
      assert.equal(await shape("absent"), undefined);
      assert.ok(Number.isNaN(Date.parse(await shape("unparsable"))));
      assert.equal(ahead(await shape("past")), -60);
      assert.equal(ahead(await shape("year-ahead")), 365 * 24 * 60);
    });
  });

  describe("credentials of an endpoint", () => {
    it("are a token and its expire_time", async () => {
      const { status, body } = await mint(ENDPOINT_CREDENTIALS, { endpoint: emulator.endpoint, group_name: "readers" });
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(body), ["token", "expire_time"]);
    });

    it("live as long as asked, within bounds", async () => {
      const ask = (json) => mint(ENDPOINT_CREDENTIALS, { endpoint: emulator.endpoint, ...json });
      const { body } = await ask({ ttl: "300s" });
      assert.ok(Math.abs(Date.parse(body.expire_time) - Date.now() - 300_000) < 5_000);
      const until = new Date(Date.now() + 600_000).toISOString();
      assert.equal((await ask({ expire_time: until })).status, 200);
      for (const bad of [{ ttl: "299s" }, { ttl: "3601s" }, { ttl: 300 }, { ttl: "5m" }, { expire_time: "soon" }, { ttl: "300s", expire_time: until }]) {
        const { status, body: refusal } = await ask(bad);
        assert.deepEqual([status, refusal.error_code], [400, "INVALID_PARAMETER_VALUE"], JSON.stringify(bad));
      }
    });

    it("need an endpoint that exists", async () => {
      assert.equal((await mint(ENDPOINT_CREDENTIALS, { endpoint: "projects/no/branches/no/endpoints/no" })).status, 404);
      assert.equal((await mint(ENDPOINT_CREDENTIALS, {})).status, 400);
    });
  });

  describe("bad input", () => {
    it("is answered with 4xx", async () => {
      const token = await client.workspaceToken();
      const post = async (body) => {
        const response = await fetch(emulator.url + CREDENTIALS, { method: "POST", headers: { authorization: `Bearer ${token}` }, body });
        return [response.status, (await response.json()).error_code];
      };
      assert.deepEqual(await post("{"), [400, "MALFORMED_REQUEST"]);
      assert.deepEqual(await post(Buffer.from([0x22, 0xff, 0x22])), [400, "MALFORMED_REQUEST"]);
      assert.deepEqual(await post("[]"), [400, "INVALID_PARAMETER_VALUE"]);
      assert.deepEqual(await post("null"), [400, "INVALID_PARAMETER_VALUE"]);
      assert.deepEqual(await post("x".repeat(300_000)), [413, "REQUEST_TOO_LARGE"]);
    });

    it("includes paths that lead nowhere", async () => {
      const token = await client.workspaceToken();
      for (const path of ["/api/2.0/nothing", "/api/2.0/database/instances/%", "//", "/api/2.0/database/credentials"]) {
        const { status, body } = await client.call(path, { token });
        assert.deepEqual([status, body.error_code], [404, "ENDPOINT_NOT_FOUND"], path);
      }
    });
  });
});
