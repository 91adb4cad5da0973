// With Turbopack, Next.js's own bundler: its webpack builds no edge route in this version, whatever stands in it.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { text } from "node:stream/consumers";
import { after, before, beforeEach, test } from "node:test";
import { startServer } from "./harness/server.js";
import { assertMinted, assertQueried, runTool, setStage, tool } from "./harness/stage.js";

const PAGE = "https://admin.example";
const NEXT = "next/dist/bin/next";
let stage;
let server;
before(async () => {
  stage = await setStage("next");
  stage.environment.PAGE_ORIGIN = PAGE;
  await runTool(stage, NEXT, "build");
  server = await startServer(stage, [process.execPath, tool(NEXT), "start", "--hostname", "127.0.0.1", "--port", "0"], /http:\/\/127\.0\.0\.1:\d+/);
  stage.undo.push(server.stop);
});
beforeEach(() => stage.emulator.reset());
after(() => stage?.stop());

/** Asks as what ends TLS before Next.js does: the `Host` header is the page's. */
async function ask(path, { method = "GET", ...headers } = {}) {
  const sent = { host: new URL(PAGE).host, ...(method !== "GET" && { origin: PAGE }), ...headers };
  const request = http.request(server.url + path, { method, headers: sent });
  const [response] = await once(request.end(), "response");
  const answer = await text(response);
  assert.equal(response.statusCode, 200, answer + server.said());
  return JSON.parse(answer);
}

test("a route of the Node.js runtime queries", async () => {
  assertQueried(stage.emulator, await ask("/node", { method: "POST" }));
});

test("a route of the Edge runtime mints", async () => {
  const { emulator } = stage;
  const { runtime, ...minted } = await ask("/edge", { method: "POST" });
  assert.equal(runtime, "edge-runtime");
  await assertMinted(emulator, { ...minted, userName: emulator.servicePrincipal.clientId });
});

test("a route of the Edge runtime hands a credential out", async () => {
  const { emulator } = stage;
  const first = await ask("/credential", { method: "POST", cookie: "session=of-an-operator" });
  const { token } = await ask("/credential", { method: "POST", cookie: "session=of-an-operator" });
  await assertMinted(emulator, { token, cached: token === first.token, userName: emulator.servicePrincipal.clientId });
});

test("routes of the Node.js runtime forward", async () => {
  const { emulator } = stage;
  const authorization = `Bearer ${emulator.user.token}`;
  const { userName } = await ask("/api/2.0/preview/scim/v2/Me", { authorization });
  assert.equal(userName, emulator.user.userName);
  const { database_instances: instances } = await ask("/api/2.0/database/instances?page_size=2", { authorization });
  assert.equal(instances.length, 2);
});
