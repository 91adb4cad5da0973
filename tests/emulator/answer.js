import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, codeOfStatus, OAuthError, oauthCodeOfStatus } from "./errors.js";

/** Sends what a handler returned: `{status, headers, json | html | body}`. */
export function send(response, answer, context) {
  const { status, headers, body } = render(answer, context);
  response.writeHead(status, headers);
  response.end(body);
}

function render({ status = 200, headers, json, html, body = "" }, { clock, settings, origin, skew = 0 }) {
  const type = json !== undefined ? "application/json" : html !== undefined ? "text/html; charset=utf-8" : undefined;
  const bytes = Buffer.from(json !== undefined ? JSON.stringify(json) : (html ?? body));
  return {
    status,
    body: bytes,
    headers: {
      date: new Date(clock.now() + skew * 1000).toUTCString(),
      "x-request-id": randomUUID(),
      ...(type && { "content-type": type }),
      "content-length": bytes.length,
      ...(settings.cors && corsHeaders(origin)),
      ...headers,
    },
  };
}

const corsHeaders = (origin) => ({
  "access-control-allow-origin": origin ?? "*",
  "access-control-allow-methods": "GET, POST, PATCH, OPTIONS",
  "access-control-allow-headers": "authorization, content-type",
  vary: "origin",
});

/** Sends what a fault makes of the answer. The handler runs only if its answer is needed. */
export async function sendFaulty(response, fault, run, context) {
  if (fault.hang) return;
  if (fault.delay) await sleep(fault.delay, undefined, { ref: false });
  if (response.destroyed) return;
  if (fault.reset) {
    context.reset();
    return;
  }
  const replaced = replacement(fault, context);
  const answer = replaced ?? (await run());
  if (fault.lose) {
    context.reset();
    return;
  }
  const rendered = render(
    {
      ...(fault.wrongTypes && answer.json !== undefined ? { ...answer, json: wrongTypes(answer.json) } : answer),
      headers: {
        ...answer.headers,
        ...(fault.retryAfter !== undefined && { "retry-after": String(fault.retryAfter) }),
        ...fault.headers,
      },
    },
    { ...context, skew: fault.date },
  );
  if (fault.status) rendered.status = fault.status;

  if (fault.hangBody) {
    if (rendered.body.length === 0) rendered.headers["content-length"] = 100;
    response.writeHead(rendered.status, rendered.headers);
    response.flushHeaders();
    // The connection stays open until the client or the emulator ends it.
  } else if (fault.truncate) {
    const kept = rendered.body.subarray(0, Math.floor(rendered.body.length / 2));
    rendered.headers["content-length"] = Math.max(rendered.body.length, 1);
    response.writeHead(rendered.status, rendered.headers);
    response.write(kept, () => response.socket?.end());
  } else {
    response.writeHead(rendered.status, rendered.headers);
    response.end(rendered.body);
  }
}

// An answer that takes the handler's place, if the fault names one.
function replacement(fault, { oauth }) {
  if (fault.redirect) {
    const location = typeof fault.redirect === "string" ? fault.redirect : "/login.html";
    return { status: 302, headers: { location } };
  }
  if (fault.empty) return { status: 200 };
  if (fault.html) return { html: typeof fault.html === "string" ? fault.html : defaultPage(fault.status ?? 200) };
  if (fault.json !== undefined) return { json: fault.json };
  if (fault.body !== undefined) return { body: fault.body };
  if (!fault.status || fault.status < 400) return undefined;
  const error = oauth
    ? new OAuthError(fault.status, oauthCodeOfStatus(fault.status), "A fault was ordered for this request.")
    : new ApiError(fault.status, codeOfStatus(fault.status), "A fault was ordered for this request.");
  return { json: error.json };
}

const defaultPage = (status) =>
  `<html>\n<head>\n<title>Error ${status}</title>\n</head>\n<body><h2>HTTP ERROR: ${status}</h2>\n<pre>Service Unavailable</pre>\n</body>\n</html>\n`;

/** Every value of an answer, as another type. */
function wrongTypes(value) {
  if (Array.isArray(value)) return { 0: "not a list" };
  if (typeof value !== "object" || value === null) return [value];
  const swap = (one) => {
    switch (typeof one) {
      case "string": return 42;
      case "number": return { value: one };
      case "boolean": return "maybe";
      default: return Array.isArray(one) ? "not a list" : ["not an object"];
    }
  };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, swap(one)]));
}
