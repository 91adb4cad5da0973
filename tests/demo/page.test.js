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
    response.writeHead(418, { "x-from": "workspace" });
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

test("the workspace's API is forwarded, both ways as it stands", async () => {
  const options = { method: "POST", headers: { authorization: "Bearer t", "content-length": 7 }, body: '{"a":1}' };
  const { status, headers, body } = await raw("/api/2.0/database/credentials?x=%20y", options);
  assert.equal(status, 418);
  assert.equal(headers["x-from"], "workspace");
  const seen = JSON.parse(body);
  assert.deepEqual([seen.method, seen.url, seen.body], ["POST", "/api/2.0/database/credentials?x=%20y", '{"a":1}']);
  assert.equal(seen.headers.authorization, "Bearer t");
  assert.equal(JSON.parse((await raw("/oidc/v1/token")).body).url, "/oidc/v1/token");
});

test("a workspace that is away is a clear answer", async () => {
  const alone = await servePage({ workspaceUrl: "http://127.0.0.1:1", config: {} });
  try {
    assert.equal((await fetch(new URL("api/x", alone.url))).status, 502);
  } finally {
    await alone.stop();
  }
});
