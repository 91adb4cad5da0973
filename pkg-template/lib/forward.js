import * as glue from "../lakebase_credentials_forward_bg.js";

// Longer answers are none of this API, in bytes.
const ANSWER_MAX = 4 * 1024 * 1024;

// What the platform's `fetch` is given beside each request.
let requestInit;

export function load(module, init) {
  const { exports } = new WebAssembly.Instance(module, { "./lakebase_credentials_forward_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  requestInit = init;
}

// A body as bytes; `undefined` if it is longer than `limit`. Lengths that are told are not believed, but counted.
async function read(body, limit, signal) {
  const chunks = [];
  let size = 0;
  if (body) {
    const reader = body.getReader();
    const cancel = () => void reader.cancel().catch(() => {});
    signal.addEventListener("abort", cancel);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (!(size <= limit)) {
        cancel();
        return undefined;
      }
      chunks.push(value);
    }
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

async function send(url, init, signal) {
  const response = await fetch(url, { ...requestInit, ...init, signal });
  const header = (name) => response.headers.get(name) ?? undefined;
  return {
    status: response.status,
    contentType: header("content-type"),
    date: header("date"),
    retryAfter: header("retry-after"),
    workspaceId: header("x-databricks-org-id"),
    body: await read(response.body, ANSWER_MAX, signal),
  };
}

async function pass(core, request, { url, send: init, limit, form }, signal) {
  if (limit !== undefined) {
    try {
      const body = await read(request.body, limit, signal);
      if (!body) return glue.refuse("large");
      init.body = form ? glue.tokenForm(new TextDecoder("utf-8", { fatal: true }).decode(body)) : body;
    } catch {
      return glue.refuse("unreadable");
    }
    if (init.body.status) return init.body;
  }
  const outcome = await send(url, init, signal).catch(() => undefined);
  const answer = core.pass(outcome);
  if (answer.body === true) answer.body = outcome.body;
  return answer;
}

async function handOut(authorize, credentials, request, signal) {
  try {
    if ((await authorize(request)) !== true) return glue.refuse("unauthorized");
  } catch {
    return glue.refuse("unauthorized");
  }
  try {
    const { token, expirationTime } = await credentials.credential({ signal });
    return glue.handOut({ token, expirationTime: expirationTime.toISOString() });
  } catch (error) {
    return glue.handOut(undefined, error);
  }
}

export function forward(options) {
  const core = new glue.ForwarderCore(options);
  const { authorize, credentials } = options;

  async function decide(request, signal) {
    const step = core.judge(request, (name) => request.headers.get(name) ?? undefined);
    if (step.send) return pass(core, request, step, signal);
    return step.answer ?? handOut(authorize, credentials, request, signal);
  }

  return async (request) => {
    const end = new AbortController();
    const stop = () => end.abort();
    const timer = setTimeout(stop, core.timeout);
    // On some platforms: the caller has gone away.
    request.signal?.addEventListener("abort", stop);
    const late = new Promise((resolve) => end.signal.addEventListener("abort", () => resolve(glue.refuse("late"))));
    try {
      const { status, headers, body } = await Promise.race([decide(request, end.signal), late]);
      return new Response(body ?? null, { status, headers });
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", stop);
    }
  };
}
