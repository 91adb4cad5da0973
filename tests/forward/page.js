// What the tests of forwarding share: a page, its requests, and the workspace behind.
import assert from "node:assert/strict";
import { forward } from "../../pkg/forward.js";
import { startEmulator } from "../emulator/index.js";

/** Where the page is. */
export const PAGE = "https://admin.example";

/** Requests as a browser sends them for a script of the page, unless told otherwise. */
export function asked(path, { method = "GET", headers = {}, body, ...init } = {}) {
  const url = path.includes("://") ? path : `${PAGE}${path}`;
  const sent = new Headers({ "sec-fetch-site": "same-origin", ...(method !== "GET" && { origin: PAGE }) });
  if (body !== undefined) sent.set("content-type", "application/json");
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) sent.delete(name);
    else sent.set(name, value);
  }
  return new Request(url, { method, headers: sent, body, ...(body instanceof ReadableStream && { duplex: "half" }), ...init });
}

/** A workspace, and `call(path, init)`: a request of the page with its person's token, answered by the function. */
export async function startWorkspace(settings) {
  const emulator = await startEmulator({ database: false, ...settings });
  const handle = forward({ host: emulator.url, origin: PAGE });
  const bearer = `Bearer ${emulator.user.token}`;
  return {
    emulator,
    handle,
    bearer,
    call: (path, { headers, ...init } = {}) => handle(asked(path, { ...init, headers: { authorization: bearer, ...headers } })),
  };
}

/** A POST of a form to the token endpoint. */
export const form = (fields, headers) => ({
  method: "POST",
  body: new URLSearchParams(fields).toString(),
  headers: { authorization: undefined, "content-type": "application/x-www-form-urlencoded;charset=UTF-8", ...headers },
});

const HEADERS = new Set([
  "content-type", "cache-control", "x-content-type-options", "cross-origin-resource-policy", "content-security-policy",
  "date", "retry-after", "x-databricks-org-id", "allow", "www-authenticate",
]);

/** Asserts that an answer has no header but the known ones, and is not kept. */
export function assertClean(response) {
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.match(response.headers.get("content-type"), /^(application\/json|text\/plain; charset=utf-8)$/);
  for (const [name] of response.headers) assert.ok(HEADERS.has(name), name);
}
