// The origin of a page: the files of a folder, and the package's forwarding function for the rest.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "../../forward/harness/serve.js";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".wasm": "application/wasm" };

/** Serves `root` of the project. `scripts` are what the policy allows beside the page's own files. */
export async function startSite({ folder, emulator }, root, scripts = "") {
  const { forward } = await import(pathToFileURL(path.join(folder, "node_modules/lakebase-credentials/forward.js")));
  const handle = forward({ host: emulator.url });
  return serve(async (request) => {
    const { pathname } = new URL(request.url);
    if (/^\/(api|oidc)\//.test(pathname)) return handle(request);
    const file = path.join(folder, root, pathname === "/" ? "index.html" : pathname);
    const bytes = await readFile(file).catch(() => undefined);
    if (!bytes) return new Response(null, { status: 404 });
    return new Response(bytes, {
      headers: {
        "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
        "content-security-policy": `default-src 'self'; img-src data:; script-src 'self' 'wasm-unsafe-eval' ${scripts}`,
      },
    });
  });
}
