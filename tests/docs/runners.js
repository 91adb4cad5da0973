// The runtimes that the documentation's programs are run in, as their readers run them.
import assert from "node:assert/strict";
import { cp, mkdir, writeFile } from "node:fs/promises";
import net from "node:net";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { startServer } from "../bundlers/harness/server.js";
import { runTool, tool } from "../bundlers/harness/stage.js";
import { output } from "../package/project.js";
import { program } from "../suite/harness/programs.js";

const bundlers = fileURLToPath(new URL("../bundlers", import.meta.url));
const NEXT = "next/dist/bin/next";
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/;

/** A snippet in its reader's place: each of `changes` is a text of it, and what a reader with this workspace writes there. */
export function fill(code, changes = []) {
  return changes.reduce((text, [from, to]) => {
    assert.equal(text.split(from).length, 2, `"${from}" is not once in this:\n${text}`);
    return text.replace(from, () => to);
  }, code);
}

/** TypeScript as JavaScript; nothing else is changed. */
export async function strip(code) {
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  return (await transform(code, { loader: "ts", target: "es2022", tsconfigRaw })).code;
}

/** The stage with more in its environment. */
export const given = (stage, added) => ({ ...stage, environment: { ...stage.environment, ...added } });

/** Runs a program to its end in Node.js, this one or another; gives what it printed. */
export async function runInNode({ folder, environment }, code, command = process.execPath) {
  await writeFile(path.join(folder, "snippet.mjs"), await strip(code));
  return output(command, ["snippet.mjs"], { cwd: folder, env: environment, timeout: 120_000 });
}

/** Serves a program from Node.js that listens on `port` and says nothing of it. */
export async function serveFromNode(stage, port, code) {
  const told = `
    import { connect } from "node:net";
    const tell = () =>
      connect(${port}, "127.0.0.1", function () { this.destroy(); console.log("http://127.0.0.1:${port}"); })
        .on("error", () => setTimeout(tell, 20));
    tell();
  `;
  await writeFile(path.join(stage.folder, "snippet.mjs"), await strip(`${code}${told}`));
  return startServer(stage, [process.execPath, "snippet.mjs"], ADDRESS);
}

/** Runs a program to its end in Bun, as it is; gives what it printed. */
export async function runInBun({ folder, environment }, code) {
  await writeFile(path.join(folder, "snippet.ts"), code);
  return output(program("bun"), ["snippet.ts"], { cwd: folder, env: environment, timeout: 120_000 });
}

const denoArguments = (...permissions) => ["run", "--no-prompt", "--no-remote", "--node-modules-dir=manual", ...permissions, "snippet.ts"];
const inDeno = (stage) =>
  given(stage, {
    DENO_DIR: path.join(stage.folder, ".deno"),
    DENO_NO_UPDATE_CHECK: "1",
    DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0",
    NO_COLOR: "1",
  });

/** Runs a program to its end in Deno, as it is, with no more than these permissions; gives what it printed. */
export async function runInDeno(stage, code, ...permissions) {
  await writeFile(path.join(stage.folder, "snippet.ts"), code);
  return output(program("deno"), denoArguments(...permissions), { cwd: stage.folder, env: inDeno(stage).environment, timeout: 120_000 });
}

/** Serves a program from Deno. */
export async function serveFromDeno(stage, code, ...permissions) {
  await writeFile(path.join(stage.folder, "snippet.ts"), code);
  return startServer(inDeno(stage), [program("deno"), ...denoArguments(...permissions)], ADDRESS);
}

/** Serves a worker as wrangler builds it for Cloudflare. */
export async function serveFromWorkerd(stage, code) {
  for (const file of ["serve.js", "wrangler.jsonc"]) await cp(path.join(bundlers, "wrangler", file), path.join(stage.folder, file));
  await writeFile(path.join(stage.folder, "worker.ts"), code);
  await runTool(stage, "wrangler/bin/wrangler.js", "deploy", "worker.ts", "--dry-run", "--outdir", "dist");
  return startServer(stage, [process.execPath, "serve.js"], ADDRESS);
}

/** Serves route handlers of Next.js, `{ path: code }`. */
export async function serveFromNext(stage, routes) {
  await cp(path.join(bundlers, "next/next.config.js"), path.join(stage.folder, "next.config.js"));
  for (const [route, code] of Object.entries(routes)) {
    const file = path.join(stage.folder, "app", route, "route.js");
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, await strip(code));
  }
  await runTool(stage, NEXT, "build");
  return startServer(stage, [process.execPath, tool(NEXT), "start", "--hostname", "127.0.0.1", "--port", "0"], ADDRESS);
}

/** A port that nobody listens on, for a program that names one. */
export async function freePort() {
  const server = net.createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
