// What one case plays against: a workspace of its own, the levers to it, and a trap that must stay empty.
import http from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { startEmulator } from "../../emulator/index.js";
import { listen } from "./listen.js";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json" };

/**
 * A case never shares its workspace: what an earlier one left under way cannot reach it.
 *
 * `folder` is served under `/_suite/files/`, and all other paths are the workspace's: a page is of one origin with it.
 */
export async function startStage({ folder } = {}) {
  const emulator = await startEmulator({ database: false });
  const trapped = [];
  const trap = await listen(
    http.createServer((request, response) => {
      trapped.push({ method: request.method, path: request.url, headers: request.headers });
      response.end("{}");
    }),
  );
  const secrets = new Set([emulator.servicePrincipal.clientSecret, emulator.user.token]);

  const levers = {
    fault: (route, { repeat, ...fault }, times) =>
      emulator.fault(route, repeat ? { ...fault, body: repeat[0].repeat(repeat[1]) } : fault, {
        times: times === "always" ? Infinity : (times ?? 1),
      }),
    clearFaults: (route) => emulator.clearFaults(route ?? undefined),
    settings: (settings) => void Object.assign(emulator.settings, settings),
    advance: (seconds) => emulator.clock.advance(seconds),
    requests: () => [...emulator.requests],
    instance: (name, state) => void (emulator.instances[name].state = state),
    addInstance: (name) => emulator.addInstance(name),
    trapped: () => trapped,
    async addServicePrincipal(given) {
      const added = await emulator.addServicePrincipal(given);
      secrets.add(added.clientSecret);
      return added;
    },
  };

  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://stage");
    if (pathname === "/_suite/levers") return pull(levers, request, response);
    if (pathname.startsWith("/_suite/files/") && folder) return serveFile(folder, pathname.slice(14), response);
    return forward(request, response, emulator.url);
  });
  const { url: origin, stop: stopServer } = await listen(server);

  return {
    emulator,
    env: {
      url: emulator.url,
      origin,
      trap: trap.url,
      servicePrincipal: emulator.servicePrincipal,
      user: emulator.user,
      endpoint: emulator.endpoint,
      workspaceId: emulator.workspaceId,
    },
    /** All secrets that this workspace knows of or was sent. */
    secrets() {
      for (const { headers } of emulator.requests) {
        const [scheme, value] = (headers.authorization ?? "").split(" ");
        if (scheme === "Bearer") secrets.add(value);
        if (scheme === "Basic") secrets.add(value).add(decodeURIComponent(atob(value).split(":")[1] ?? ""));
      }
      return [...secrets].filter(Boolean);
    },
    stop: () => Promise.all([stopServer(), trap.stop(), emulator.stop()]),
  };
}

async function pull(levers, request, response) {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const [name, ...args] = JSON.parse(Buffer.concat(chunks).toString());
    response.end(JSON.stringify({ result: await levers[name](...args) }));
  } catch (error) {
    response.end(JSON.stringify({ error: error.message }));
  }
}

async function serveFile(folder, name, response) {
  const file = path.resolve(folder, name);
  const bytes = file.startsWith(folder + path.sep) && (await readFile(file).catch(() => undefined));
  if (!bytes) return response.writeHead(404).end();
  response.writeHead(200, {
    "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
    "content-security-policy": "script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'",
  });
  return response.end(bytes);
}

// Hangs, resets and half answers come through as they are.
function forward(request, response, url) {
  const { host, connection, ...headers } = request.headers;
  const cut = () => request.socket.resetAndDestroy();
  const onward = http.request(new URL(request.url, url), { method: request.method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    response.flushHeaders();
    answer.on("data", (chunk) => response.write(chunk));
    answer.on("end", () => response.end());
    answer.on("error", cut);
  });
  onward.on("error", cut);
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}
