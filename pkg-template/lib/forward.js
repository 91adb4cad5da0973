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

// A body as bytes; `undefined` if it is longer than `limit`. Lengths that are told are not believed, but counted. What
// is left of it is not cancelled: in Node.js that would cut the connection before the answer.
async function read(body, limit) {
  const chunks = [];
  let size = 0;
  for (const reader = body?.getReader(); reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (!(size <= limit)) return undefined;
    chunks.push(value);
  }
  return new Blob(chunks).arrayBuffer();
}

// The body to send on, or the answer if there is none.
async function readRequest(request, { limit, rewrite }) {
  try {
    const bytes = await read(request.body, limit);
    if (!bytes) return { answer: glue.refuse("large") };
    if (!rewrite) return { body: bytes };
    const text = glue.rewrite(rewrite, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return text.status ? { answer: text } : { body: text };
  } catch {
    return { answer: glue.refuse("unreadable") };
  }
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
    body: await read(response.body, ANSWER_MAX),
  };
}

async function pass(core, request, step, signal) {
  if (step.limit) {
    const { answer, body } = await readRequest(request, step);
    if (answer) return answer;
    step.send.body = body;
  }
  const outcome = await send(step.url, step.send, signal).catch(() => undefined);
  const answer = core.pass(outcome);
  if (answer.body === true) answer.body = outcome.body;
  return answer;
}

async function handOut(authorize, credentials, request, signal) {
  try {
    if ((await authorize(request)) !== true) return glue.refuse("unauthorized");
  } catch {
    return glue.refuse("undecided");
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
    const step = core.judge(request.method, request.url, Object.fromEntries(request.headers));
    if (step.send) return pass(core, request, step, signal);
    return step.answer ?? handOut(authorize, credentials, request, signal);
  }

  return async (request) => {
    const end = new AbortController();
    let stop;
    const late = new Promise((resolve) => {
      stop = () => resolve(end.abort());
    });
    const timer = setTimeout(stop, core.timeout);
    // On platforms that tell: the caller has gone away.
    const { signal } = request;
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      const answer = await Promise.race([late, decide(request, end.signal)]);
      const { status, headers, body } = answer ?? glue.refuse("late");
      return new Response(body ?? null, { status, headers });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      // Ends what may still be under way, such as an answer that was too large.
      stop();
    }
  };
}
