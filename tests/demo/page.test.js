import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { servePage } from "./page.js";

let workspace;
let page;
before(async () => {
  workspace = createServer(async (incoming, response) => {
    const { method, url, headers } = incoming;
    const body = await text(incoming);
    response.writeHead(418, { "x-from": "workspace", "set-cookie": "a=b", "content-type": "application/json" });
    response.end(JSON.stringify({ method, url, headers, body }));
  });
  await once(workspace.listen(0, "127.0.0.1"), "listening");
  const workspaceUrl = `http://127.0.0.1:${workspace.address().port}`;
  page = await servePage({ workspaceUrl, config: { demo: { instance: "orders" } } });
});
after(async () => {
  await page.stop();
  workspace.close();
});

/** A request whose path is sent as it stands, which `fetch` would tidy. */
async function raw(path, options = {}) {
  const { port } = new URL(page.url);
  const outgoing = request({ host: "127.0.0.1", port, path, ...options });
  outgoing.end(options.body);
  const [response] = await once(outgoing, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test("the page, its configuration and the package are served with a policy", async () => {
  const index = await raw("/");
  assert.equal(index.status, 200);
  assert.match(index.headers["content-type"], /^text\/html/);
  assert.match(index.headers["content-security-policy"], /frame-ancestors 'none'/);
  assert.deepEqual(JSON.parse((await raw("/config.json")).body), { demo: { instance: "orders" } });
  assert.equal((await raw("/pkg/lakebase_credentials_bg.wasm")).headers["content-type"], "application/wasm");
});

test("nothing outside the two folders is served", async () => {
  const paths = ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/pkg/../Cargo.toml", "/pkg/..%2fCargo.toml", "/pkg%2f..%2fCargo.toml"];
  for (const path of [...paths, "/Cargo.toml", "//etc/passwd", "/%00", "/%ff", "/pkg/", "/pkg/lib"]) {
    assert.equal((await raw(path)).status, 404, path);
  }
  assert.equal((await raw("/index.html", { method: "DELETE" })).status, 405);
});

test("another name for this address is refused, whatever is asked for", async () => {
  for (const path of ["/", "/config.json", "/api/2.0/database/instances"]) {
    assert.equal((await raw(path, { headers: { host: "attacker.example:80" } })).status, 421, path);
  }
});

test("the page's requests go through the forwarder, and nothing else does", async () => {
  const { origin } = new URL(page.url);
  const host = new URL(page.url).host;
  const headers = { host, origin, authorization: "Bearer t", cookie: "a=b", "content-type": "application/json", "content-length": 7 };
  const post = { method: "POST", headers, body: '{"a":1}' };
  const { status, headers: answered, body } = await raw("/api/2.0/database/credentials", post);
  assert.equal(status, 418);
  assert.deepEqual([answered["x-from"], answered["set-cookie"]], [undefined, undefined]);
  const seen = JSON.parse(body);
  assert.deepEqual([seen.method, seen.url, seen.body], ["POST", "/api/2.0/database/credentials", '{"a":1}']);
  assert.deepEqual([seen.headers.authorization, seen.headers.cookie, seen.headers.origin], ["Bearer t", undefined, undefined]);

  assert.equal((await raw("/api/2.0/clusters/list", { headers: { host } })).status, 404);
  const foreign = { ...post, headers: { ...headers, origin: "https://attacker.example" } };
  assert.equal((await raw("/api/2.0/database/credentials", foreign)).status, 403);
  assert.equal((await raw("/api/2.0/database/credentials", { ...post, method: "TRACE" })).status, 400);
});

test("a workspace that is away is a clear answer", async () => {
  const alone = await servePage({ workspaceUrl: "http://127.0.0.1:1", config: {} });
  try {
    const response = await fetch(new URL("api/2.0/database/instances", alone.url), { headers: { authorization: "Bearer t" } });
    assert.equal(response.status, 502);
    assert.equal((await response.json()).error_code, "TEMPORARILY_UNAVAILABLE");
  } finally {
    await alone.stop();
  }
});
