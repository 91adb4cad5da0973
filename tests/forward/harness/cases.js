// Plays every case against a served function: over HTTP, with paths, headers and bodies as they stand.
import assert from "node:assert/strict";
import http from "node:http";
import net from "node:net";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { startEmulator } from "../../emulator/index.js";
import { createProject } from "../../package/project.js";
import { cases } from "../cases/index.js";
import { startOddWorkspace } from "./odd-workspace.js";

/** The page, where one is configured. */
export const PAGE = "https://admin.example";

/** `open(project, settings)` serves `runtime/app.js`: `{ port, stop }`. */
export function playCases(title, runtime, open) {
  describe(title, () => {
    const undo = [];
    const play = {};
    before(async () => {
      const project = await createProject("hono", "@hono/node-server");
      undo.push(project.remove);
      cpSync(fileURLToPath(new URL("../runtime", import.meta.url)), `${project.folder}/runtime`, { recursive: true });
      const emulator = await startEmulator({ database: false });
      undo.push(emulator.stop);
      const odd = await startOddWorkspace();
      undo.push(odd.stop);
      const { url: host, servicePrincipal } = emulator;
      const settings = { host, servicePrincipal, odd: odd.url, origin: PAGE, gone: `http://127.0.0.1:${await closedPort()}` };
      const served = await open(project, settings);
      undo.push(served.stop);
      Object.assign(play, createPlay({ runtime, emulator, odd, port: served.port }));
    });
    after(async () => {
      for (const step of undo.reverse()) await step();
    });
    for (const [name, run] of Object.entries(cases)) {
      if (run.not?.includes(runtime)) continue;
      it(name, async () => {
        play.emulator.reset();
        await run(play);
        assertAllowed(play.emulator.requests);
        assert.deepEqual(play.odd.trapped, []);
      });
    }
  });
}

/** A port that nobody listens on. */
async function closedPort() {
  const server = net.createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function createPlay({ runtime, emulator, odd, port }) {
  const own = `http://127.0.0.1:${port}`;
  const bearer = `Bearer ${emulator.user.token}`;

  /**
   * Sends a request as a page's browser does, unless told otherwise: a header of `undefined` is left out. Gives the
   * answer, or with `open` the request under way.
   */
  function send(path, { method = "GET", headers = {}, body, handler, open = false } = {}) {
    const given = {
      host: new URL(own).host,
      "sec-fetch-site": "same-origin",
      authorization: path.startsWith("/oidc/") ? undefined : bearer,
      ...(method !== "GET" && { origin: own }),
      ...(typeof body === "string" && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
      ...(handler && { "x-handler": handler }),
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const request = http.request({ port, host: "127.0.0.1", method, path, headers: sent, setHost: false, agent: false });
    const answer = new Promise((resolve, reject) => {
      request.on("error", reject);
      request.on("response", async (response) => {
        const chunks = [];
        try {
          for await (const chunk of response) chunks.push(chunk);
        } catch (error) {
          return reject(error);
        }
        const text = Buffer.concat(chunks).toString();
        return resolve({ status: response.statusCode, headers: response.headers, text, json: () => JSON.parse(text) });
      });
    });
    if (open) {
      answer.catch(() => {});
      return { request, answer, reset: () => request.socket.resetAndDestroy() };
    }
    request.end(body);
    return answer;
  }

  /** Asserts a refusal, and that nothing was sent on for it. Gives the message. */
  async function refused(path, init, status, code = "BAD_REQUEST") {
    const before = emulator.requests.length;
    const answer = await send(path, init);
    const about = `${init?.method ?? "GET"} ${path} ${JSON.stringify(init?.headers)}: ${answer.text}`;
    assert.equal(answer.status, status, about);
    assertClean(answer, about);
    const { error_code, message, ...others } = answer.json();
    assert.deepEqual([error_code, typeof message, others], [code, "string", {}], about);
    assert.equal(emulator.requests.length, before, about);
    return message;
  }

  return {
    runtime,
    emulator,
    odd,
    own,
    bearer,
    send,
    refused,
    assertClean,
    /** A POST of a form to the token endpoint. */
    form: (fields, headers) => ({
      method: "POST",
      body: typeof fields === "string" ? fields : new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded;charset=UTF-8", ...headers },
    }),
    json: (body, method = "POST", headers) => ({ method, body: typeof body === "string" ? body : JSON.stringify(body), headers }),
  };
}

const HEADERS = new Set([
  "content-type", "cache-control", "x-content-type-options", "cross-origin-resource-policy", "content-security-policy",
  "date", "retry-after", "x-databricks-org-id", "allow", "www-authenticate",
  // Of the server that carries the answer.
  "connection", "keep-alive", "content-length", "transfer-encoding",
]);

/** No header but the known ones, and nothing is kept or granted to other origins. */
function assertClean({ headers }, about) {
  assert.equal(headers["cache-control"], "no-store", about);
  assert.equal(headers["x-content-type-options"], "nosniff", about);
  assert.equal(headers["cross-origin-resource-policy"], "same-origin", about);
  assert.match(headers["content-security-policy"], /default-src 'none'.*sandbox/, about);
  assert.match(headers["content-type"], /^(application\/json|text\/plain; ?charset=utf-8)$/i, about);
  if (headers["www-authenticate"]) assert.equal(headers["www-authenticate"], "Bearer", about);
  for (const name of Object.keys(headers)) assert.ok(HEADERS.has(name), `${name}: ${about}`);
}

const ALLOWED = [
  /^POST \/oidc\/v1\/token$/,
  /^POST \/api\/2\.0\/(database|postgres)\/credentials$/,
  /^GET \/api\/2\.0\/database\/instances(\/[\w.-]+|\?[\w=&%.~-]+)?$/,
  /^PATCH \/api\/2\.0\/database\/instances\/[\w.-]+\?update_mask=enable_pg_native_login$/,
  /^GET \/api\/2\.0\/postgres\/projects(\/[\w.-]+\/branches(\/[\w.-]+\/endpoints(\/[\w.-]+)?)?)?(\?[\w=&%.~-]+)?$/,
  /^GET \/api\/2\.0\/preview\/scim\/v2\/Me$/,
];
// The last ones are what the platforms' own clients add.
const SENT = new Set([
  "authorization", "accept", "content-type", "host", "connection", "content-length", "user-agent",
  "accept-language", "accept-encoding", "sec-fetch-mode", "cache-control", "pragma", "transfer-encoding",
]);

/** Whatever a case did, the workspace saw nothing but what is forwarded. */
function assertAllowed(requests) {
  for (const { method, path, headers } of requests) {
    assert.ok(ALLOWED.some((route) => route.test(`${method} ${path}`)), `${method} ${path}`);
    for (const name of Object.keys(headers)) assert.ok(SENT.has(name), name);
    assert.equal(headers.accept, "application/json");
  }
}
