import { requestInit } from "./load.js";

// Longer bodies are no answer of this API, in bytes.
const BODY_MAX = 4 * 1024 * 1024;

async function text(response) {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let body = "";
  let size = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return body + decoder.decode();
    size += value.byteLength;
    if (size > BODY_MAX) return undefined;
    body += decoder.decode(value, { stream: true });
  }
}

// The platform's words for a failure, with those of its causes: "fetch failed" alone helps nobody.
function describe(error) {
  const words = new Set();
  for (let depth = 0; error && depth < 4; depth += 1, error = error.cause) words.add(error.message).add(error.code);
  return [...words].filter((word) => typeof word === "string" && word).join(", ");
}

async function send({ url, send: init }, signal) {
  const response = await fetch(url, { ...requestInit, ...init, signal });
  const header = (name) => response.headers.get(name);
  return {
    status: response.status,
    date: header("date"),
    retryAfter: header("retry-after"),
    workspaceId: header("x-databricks-org-id"),
    body: await text(response),
  };
}

// What a function gives that somebody else wrote.
async function tell(ask, signal) {
  const body = await ask({ signal });
  return { body: typeof body === "string" ? body : "" };
}

// Sends a request, or asks for a text; what came of it, whatever it was, is for the core to judge.
export function exchange(step, signal, ask) {
  return new Promise((resolve) => {
    const end = new AbortController();
    const stop = (outcome) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      resolve(outcome);
      // Ends what may still be under way: a body too long, or a fetch that ignores time.
      end.abort();
    };
    const abort = () => stop({ timedOut: true });
    const timer = setTimeout(abort, step.timeout);
    signal?.addEventListener("abort", abort);
    (step.send ? send(step, end.signal) : tell(ask, end.signal))
      // The words of somebody else's function may quote the token.
      .catch((error) => ({ failed: step.send ? describe(error) : String(error?.name ?? typeof error) }))
      // What was thrown may not let itself be looked at.
      .then(stop, () => stop({ failed: "" }));
  });
}
