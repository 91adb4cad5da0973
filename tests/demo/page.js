// Serves the page: `www/`, the built package under `/pkg/`, and the workspace's API on the same origin, because a
// workspace allows no other origin to call it from a browser.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import path from "node:path";
import { pipeline } from "node:stream";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Serves on a free port, on loopback only.
 *
 * `config` is given to the page as `/config.json`, so that it starts with the emulator's identity filled in.
 */
export async function servePage({ workspaceUrl, config, port = 0 }) {
  const server = createServer((request, response) => {
    const { host } = request.headers;
    // Another name for this address would be another site's page (DNS rebinding), and this server gives out an identity.
    if (!/^(localhost|127\.0\.0\.1):\d+$/.test(host ?? "")) return answer(response, 421, "Ask for localhost.");
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname.startsWith("/api/") || pathname.startsWith("/oidc/")) return forward(request, response, workspaceUrl);
    if (request.method !== "GET" && request.method !== "HEAD") return answer(response, 405, "Only GET here.");
    if (pathname === "/config.json") return answer(response, 200, JSON.stringify(config), TYPES[".json"]);
    return serveFile(pathname, response);
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${server.address().port}/`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response, status, text, type = "text/plain; charset=utf-8") {
  response.writeHead(status, { ...HEADERS, "content-type": type }).end(text);
}

async function serveFile(pathname, response) {
  const file = locate(pathname);
  const found = file && (await stat(file).catch(() => undefined));
  if (!found?.isFile()) return answer(response, 404, "There is no such file.");
  const type = TYPES[path.extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { ...HEADERS, "content-type": type, "content-length": found.size });
  return pipeline(createReadStream(file), response, () => {});
}

/** The file behind a path, or nothing when it would lie outside the two folders that are served. */
function locate(pathname) {
  let name;
  try {
    name = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (name.includes("\0")) return undefined;
  const [folder, rest] = name.startsWith("/pkg/") ? ["pkg", name.slice(5)] : ["www", name.slice(1)];
  const base = path.join(root, folder);
  const file = path.resolve(base, rest === "" ? "index.html" : rest);
  return file.startsWith(base + path.sep) ? file : undefined;
}

function forward(request, response, workspaceUrl) {
  const { host, origin, ...headers } = request.headers;
  const target = new URL(request.url, workspaceUrl);
  const onward = httpRequest(target, { method: request.method, headers }, (answered) => {
    response.writeHead(answered.statusCode, answered.headers);
    pipeline(answered, response, () => {});
  });
  onward.on("error", () => (response.headersSent ? response.destroy() : answer(response, 502, "The workspace is away.")));
  pipeline(request, onward, () => {});
}
