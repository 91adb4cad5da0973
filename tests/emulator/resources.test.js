import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { startEmulator } from "./index.js";
import { callerOf } from "./raw-client.js";

const INSTANCES = "/api/2.0/database/instances";

describe("the workspace's resources", () => {
  let emulator;
  let get;
  let patch;
  before(async () => {
    emulator = await startEmulator({ database: false });
    const { call } = callerOf(emulator);
    get = (path, options) => call(path, { token: emulator.user.token, ...options });
    patch = (path, json) => call(path, { method: "PATCH", token: emulator.user.token, json });
  });
  after(() => emulator.stop());
  afterEach(() => emulator.reset());

  it("give an instance as the API does", async () => {
    const { body } = await get(`${INSTANCES}/orders`);
    assert.equal(body.name, "orders");
    assert.equal(body.state, "AVAILABLE");
    assert.equal(body.read_write_dns, "localhost");
    assert.equal(body.enable_pg_native_login, false);
    assert.match((await get(`${INSTANCES}/invoices`)).body.read_write_dns, /^instance-[\da-f-]{36}\.database\.localhost$/);
    const { status, body: refusal } = await get(`${INSTANCES}/nowhere`);
    assert.deepEqual([status, refusal.error_code], [404, "RESOURCE_DOES_NOT_EXIST"]);
    const { body: found } = await get(`${INSTANCES}:findByUid?uid=${body.uid}`);
    assert.equal(found.name, "orders");
  });

  it("list instances page by page", async () => {
    const seen = [];
    let token = "";
    let pages = 0;
    do {
      const { body } = await get(`${INSTANCES}?page_size=2${token && `&page_token=${token}`}`);
      seen.push(...body.database_instances.map(({ name }) => name));
      token = body.next_page_token;
      pages += 1;
    } while (token);
    assert.deepEqual(seen, Object.keys(emulator.instances));
    assert.equal(pages, Math.ceil(seen.length / 2));
    assert.equal((await get(INSTANCES)).body.next_page_token, undefined);
    for (const query of ["page_token=nonsense", "page_token=cGFnZTo5OTk", "page_size=-1", "page_size=many"]) {
      assert.equal((await get(`${INSTANCES}?${query}`)).status, 400, query);
    }
  });

  it("let an instance start while it is watched", async () => {
    const state = async () => (await get(`${INSTANCES}/starting`)).body.state;
    assert.deepEqual([await state(), await state(), await state(), await state()], ["STARTING", "STARTING", "STARTING", "AVAILABLE"]);
  });

  it("turn native login on, and nothing that is not in the mask", async () => {
    const { status, body } = await patch(`${INSTANCES}/orders?update_mask=enable_pg_native_login`, {
      enable_pg_native_login: true,
      capacity: "CU_8",
    });
    assert.equal(status, 200);
    assert.equal(body.enable_pg_native_login, true);
    assert.equal(body.effective_enable_pg_native_login, true);
    assert.equal(body.capacity, "CU_1");
    assert.equal((await patch(`${INSTANCES}/orders?update_mask=uid`, { uid: "mine" })).status, 400);
    assert.equal((await patch(`${INSTANCES}/orders?update_mask=enable_pg_native_login`, { enable_pg_native_login: "yes" })).status, 400);
  });

  it("list projects, branches and endpoints", async () => {
    emulator.addEndpoint("projects/shop/branches/dev/endpoints/primary");
    emulator.addEndpoint("projects/blog/branches/main/endpoints/primary");
    const names = async (path, key) => (await get(`/api/2.0/postgres/${path}`)).body[key].map(({ name }) => name);
    assert.deepEqual(await names("projects", "projects"), ["projects/shop", "projects/blog"]);
    assert.deepEqual(await names("projects/shop/branches", "branches"), ["projects/shop/branches/main", "projects/shop/branches/dev"]);
    assert.deepEqual(await names("projects/shop/branches/main/endpoints", "endpoints"), [emulator.endpoint]);
    const { body } = await get("/api/2.0/postgres/projects?page_size=1");
    assert.equal(body.projects.length, 1);
    assert.equal(typeof body.next_page_token, "string");
    const endpoint = (await get(`/api/2.0/postgres/${emulator.endpoint}`)).body;
    assert.equal(endpoint.status.hosts.host, "localhost");
    assert.equal(endpoint.status.current_state, "ACTIVE");
    assert.equal((await get("/api/2.0/postgres/projects/shop")).body.name, "projects/shop");
    assert.equal((await get("/api/2.0/postgres/projects/shop/branches/main")).body.status.current_state, "READY");
    for (const path of ["projects/no", "projects/no/branches", "projects/shop/branches/no/endpoints", `${emulator.endpoint}x`]) {
      const { status, body: refusal } = await get(`/api/2.0/postgres/${path}`);
      assert.deepEqual([status, refusal.error_code], [404, "NOT_FOUND"], path);
    }
  });

  it("follow the emulator's clock in the Date header", async () => {
    const date = async () => Date.parse((await get(INSTANCES)).headers.get("date"));
    assert.ok(Math.abs((await date()) - Date.now()) < 5_000);
    emulator.clock.advance(-7200);
    assert.ok(Math.abs((await date()) - Date.now() + 7_200_000) < 5_000);
  });

  it("send no CORS headers, unless told to", async () => {
    const cors = async () => (await get(INSTANCES, { headers: { origin: "https://page.example" } })).headers.get("access-control-allow-origin");
    assert.equal(await cors(), null);
    emulator.settings.cors = true;
    assert.equal(await cors(), "https://page.example");
    const preflight = await get(INSTANCES, { method: "OPTIONS", headers: { origin: "https://page.example" } });
    assert.equal(preflight.status, 204);
  });

  it("are found by a workspace id on a host that serves many", async () => {
    const { body } = await get("/.well-known/databricks-config");
    assert.equal(body.workspace_id, emulator.workspaceId);
    assert.equal(body.account_id, emulator.accountId);
    const server = (await get(`${new URL(body.oidc_endpoint).pathname}/.well-known/oauth-authorization-server`)).body;
    assert.equal(server.token_endpoint, `${emulator.url}/oidc/v1/token`);
    const account = (await get(`/oidc/accounts/${body.account_id}/.well-known/oauth-authorization-server`)).body;
    assert.equal(account.token_endpoint, `${emulator.url}/oidc/accounts/${body.account_id}/v1/token`);
    assert.equal((await get("/oidc/accounts/other/.well-known/oauth-authorization-server")).status, 404);

    emulator.settings.accountHost = true;
    assert.equal((await get("/.well-known/databricks-config")).body.oidc_endpoint, `${emulator.url}/oidc/accounts/{account_id}`);
    assert.equal((await get("/oidc/.well-known/oauth-authorization-server")).status, 404);
    assert.equal((await get("/oidc/v1/token", { method: "POST" })).status, 404);
    assert.equal((await get("/oidc/accounts/other/v1/token", { method: "POST" })).status, 404);
    assert.equal((await get(`/oidc/accounts/${body.account_id}/v1/token`, { method: "POST" })).status, 400);

    emulator.settings.unifiedHost = true;
    assert.equal((await get(INSTANCES)).status, 400);
    assert.equal((await get(INSTANCES, { headers: { "x-databricks-workspace-id": "1" } })).status, 400);
    assert.equal((await get(INSTANCES, { headers: { "x-databricks-workspace-id": emulator.workspaceId } })).status, 200);
  });

  it("are all logged with their route", async () => {
    await get(INSTANCES);
    await get(`${INSTANCES}/orders`);
    await get("/nowhere");
    assert.deepEqual(emulator.requests.map(({ route }) => route), ["instances", "instance", "unknown"]);
    assert.equal(emulator.requests.count("instance"), 1);
    assert.equal(emulator.requests.of("instance")[0].path, `${INSTANCES}/orders`);
  });
});
