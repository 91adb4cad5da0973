// Serves the page: `www/`, the built package under `/pkg/`, and the workspace's API on the same origin, because a
// workspace allows no other origin to call it from a browser. The package's own forwarder does that, as it does wherever
// the page is deployed.
import { createReadStream, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { pipeline, Readable } from "node:stream";
import { forward } from "../../pkg/forward.js";

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Those that go with the page wherever it is deployed. */
const HEADERS = Object.fromEntries(
  [...readFileSync(path.join(root, "www/_headers"), "utf8").matchAll(/^ +([\w-]+): (.+)$/gm)].map(([, name, value]) => [name, value]),
);

/** What is no file. The forwarder knows which of it goes on. */
const FORWARDED = /^\/(api|oidc)\//;

/**
 * Serves on a free port, on loopback only.
 *
 * `config` is given to the page as `/config.json`, so that it starts with the emulator's identity filled in.
 */
export async function servePage({ workspaceUrl, config, port = 0 }) {
  const handle = forward({ host: workspaceUrl });
  const server = createServer((request, response) => {
    const { host } = request.headers;
    // Another name for this address would be another site's page (DNS rebinding), and this server gives out an identity.
    if (!/^(localhost|127\.0\.0\.1):\d+$/.test(host ?? "")) return answer(response, 421, "Ask for localhost.");
    if (!request.url.startsWith("/")) return answer(response, 400, "Ask for a path.");
    const url = new URL(`http://${host}${request.url}`);
    const { pathname } = url;
    if (FORWARDED.test(pathname)) return pass(handle, url, request, response);
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

/** From Node's request to the standard one, and back. */
async function pass(handle, url, incoming, response) {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const { method, headers } = incoming;
  const bodiless = method === "GET" || method === "HEAD";
  try {
    const body = bodiless ? undefined : Readable.toWeb(incoming);
    const request = new Request(url, { method, headers, body, duplex: "half", signal: gone.signal });
    const answered = await handle(request);
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    response.end(Buffer.from(await answered.arrayBuffer()));
  } catch {
    // A method or header that no standard request can have.
    answer(response, 400, "The request cannot be read.");
  }
}
