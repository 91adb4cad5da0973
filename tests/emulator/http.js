import http from "node:http";
import https from "node:https";
import { ApiError, invalidParameter, OAuthError } from "./errors.js";
import { matchRoute } from "./routes.js";
import { send, sendFaulty } from "./answer.js";

const LARGEST_BODY = 256 * 1024;
const OAUTH_ROUTES = new Set(["token", "authorize", "consent"]);
const OPEN_ROUTES = new Set([...OAUTH_ROUTES, "discovery", "databricks-config", "jwks", "login-page"]);

/** The HTTP side of the workspace: reads a request, takes the fault ordered for its route, runs the handler, answers. */
export function createWorkspaceServer({ handlers, faults, requests, clock, settings, tokens, directory, workspace, tls, log }) {
  const server = tls ? https.createServer(tls) : http.createServer();
  // Under TLS the socket of a response cannot be reset, only the plain one below it.
  const plainSockets = new Map();
  server.on("connection", (socket) => {
    const key = socket.remotePort;
    plainSockets.set(key, socket);
    socket.once("close", () => plainSockets.delete(key));
  });
  server.on("request", (request, response) => {
    answer(request, response).catch((error) => {
      log(`emulator: ${error.stack}`);
      response.destroy();
    });
  });
  // A malformed request line or header.
  server.on("clientError", (_, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    else socket.destroy();
  });

  async function answer(request, response) {
    const url = parseUrl(request.url);
    const route = url && matchRoute(request.method, url.pathname);
    const name = route?.name ?? "unknown";
    const { body, tooLarge } = await readBody(request);
    if (body === undefined) return;
    requests.add({ route: name, method: request.method, path: request.url, headers: { ...request.headers }, body: body.toString() });
    log(`${request.method} ${url?.pathname ?? "?"} (${name})`);

    const reset = () => plainSockets.get(request.socket.remotePort)?.resetAndDestroy();
    const run = () => (tooLarge ? tooLargeAnswer() : handle({ request, url, route, body }));
    const context = { clock, settings, origin: request.headers.origin, oauth: OAUTH_ROUTES.has(name), reset };
    const fault = faults.take(name);
    if (fault) await sendFaulty(response, fault, run, context);
    else send(response, await run(), context);
  }

  async function handle({ request, url, route, body }) {
    try {
      if (settings.cors && request.method === "OPTIONS") return { status: 204 };
      if (!route) throw new ApiError(404, "ENDPOINT_NOT_FOUND", `No API found for '${request.method} ${url?.pathname ?? ""}'`);
      const context = {
        url,
        params: route.params,
        headers: request.headers,
        json: () => parseJson(body),
        form: () => new URLSearchParams(body.toString()),
      };
      if (!OPEN_ROUTES.has(route.name)) {
        checkWorkspaceId(request.headers["x-databricks-workspace-id"]);
        context.subject = await tokens.subjectOf(request.headers.authorization, directory.readyTokens);
        if (!directory.identity(context.subject)) throw new ApiError(403, "403", "Invalid access token.");
      }
      return await handlers[route.name](context);
    } catch (error) {
      if (error instanceof ApiError || error instanceof OAuthError) {
        return { status: error.status, json: error.json, headers: error.headers };
      }
      log(`emulator: ${error.stack}`);
      return { status: 500, json: new ApiError(500, "INTERNAL_ERROR", "The emulator failed.").json };
    }
  }

  // A unified host serves many workspaces, so each request must say which one it is for.
  function checkWorkspaceId(given) {
    if (given === undefined && !settings.unifiedHost) return;
    if (given === workspace.id) return;
    throw invalidParameter(given === undefined ? "X-Databricks-Workspace-Id is required on this host." : `Workspace ${given} was not found.`);
  }
  return server;
}

function tooLargeAnswer() {
  return { status: 413, json: new ApiError(413, "REQUEST_TOO_LARGE", "The request body is too large.").json, headers: { connection: "close" } };
}

function parseUrl(target) {
  try {
    return new URL(target, "http://workspace");
  } catch {
    return undefined;
  }
}

/** The whole body up to a bound; `body` is undefined when the client went away. */
export async function readBody(request, limit = LARGEST_BODY) {
  const chunks = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      // What is too large is still read, up to a point: a client that is writing does not see an answer.
      if (size > 64 * limit) return { body: undefined, tooLarge: true };
      if (size <= limit) chunks.push(chunk);
    }
  } catch {
    return { body: undefined, tooLarge: false };
  }
  return { body: Buffer.concat(chunks), tooLarge: size > limit };
}

export function parseJson(body) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new ApiError(400, "MALFORMED_REQUEST", "Could not parse request object: the body is not valid JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalidParameter("The request body must be a JSON object.");
  }
  return value;
}
