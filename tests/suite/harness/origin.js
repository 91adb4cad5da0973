// The one origin of a page: its files, and behind them the workspace and the levers of the case that is played.
import http from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { senderOf } from "../runtime/identity.js";
import { listen } from "./listen.js";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json" };
const FILES = "/_suite/files/";

/** Serves `folder`; `take(env)` sets the stage for a case, and ends what an earlier one left under way. */
export async function startOrigin(folder) {
  const past = new Set();
  let current;
  const server = http.createServer((request, response) => {
    if (request.url.startsWith(FILES)) return serveFile(folder, request.url.slice(FILES.length).split("?")[0], response);
    // Browsers take few connections to one origin: those of an earlier case may not stand in the way.
    if (past.has(senderOf(request.headers.authorization))) return request.socket.resetAndDestroy();
    return forward(request, response, request.url === "/_suite/levers" ? current.origin : current.url);
  });
  const { url, stop } = await listen(server);
  return {
    url,
    take(env) {
      if (current) past.add(current.servicePrincipal.clientId).add(current.user.token);
      current = env;
      server.closeAllConnections();
      return { ...env, origin: url };
    },
    stop,
  };
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
  const { connection, ...headers } = request.headers;
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
