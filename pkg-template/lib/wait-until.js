// Read at each call: both are bound to the request being served. On Vercel's Edge runtime `EdgeRuntime` is a string.
export const waitUntil = (promise) =>
  (globalThis[Symbol.for("@vercel/request-context")]?.get?.() ?? globalThis.EdgeRuntime)?.waitUntil?.(promise);
