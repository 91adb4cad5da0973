// A page's site: its files, the package's, and the forwarding function for the rest. It answers to any name.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { serve } from "./serve.js";

const TYPES = { ".js": "text/javascript; charset=utf-8", ".wasm": "application/wasm" };
const PAGE = `<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,"><body></body></html>`;

/** Gives `url`, and `seen`: what the function was asked, and how it answered. `handle` can be set later. */
export async function startSite(folder) {
  const seen = [];
  const site = { seen, handle: undefined };
  const served = await serve(async (request) => {
    const { pathname, host } = new URL(request.url);
    if (pathname === "/") return new Response(PAGE, { headers: { "content-type": "text/html; charset=utf-8" } });
    if (pathname.startsWith("/pkg/")) {
      const bytes = await readFile(path.join(folder, "node_modules/lakebase-credentials", pathname.slice(5)));
      return new Response(bytes, { headers: { "content-type": TYPES[path.extname(pathname)] } });
    }
    const { method, headers } = request;
    const response = await site.handle(request);
    const [origin, fetchSite, cookie] = ["origin", "sec-fetch-site", "cookie"].map((name) => headers.get(name));
    seen.push({ method, host, pathname, origin, fetchSite, cookie, status: response.status });
    return response;
  });
  return Object.assign(site, served);
}
