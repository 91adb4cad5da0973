// What may answer in a workspace's place. The instance that is asked for says how.
import http from "node:http";
import { once } from "node:events";
import { gzipSync } from "node:zlib";

const MEGABYTE = 1024 * 1024;

/** Gives `url`, `trapped`, the requests that a redirect led elsewhere, and `closed(name)`, which waits for the end of a connection. */
export async function startOddWorkspace() {
  const trapped = [];
  const trap = http.createServer((request, response) => {
    trapped.push({ url: request.url, headers: request.headers });
    response.end("{}");
  });
  const closes = new Map();
  const server = http.createServer((request, response) => {
    const name = new URL(request.url, "http://odd").pathname.split("/").at(-1);
    let close;
    closes.set(name, new Promise((resolve) => (close = resolve)));
    response.on("close", () => close({ finished: response.writableFinished, sent: response.socket?.bytesWritten ?? 0 }));
    response.on("error", () => {});
    request.resume();
    const [kind, detail] = name.split("_");
    answers[kind](response, detail);
  });
  const bomb = gzipSync(Buffer.alloc(64 * MEGABYTE, " "));

  const answers = {
    hang() {},
    drip(response) {
      response.writeHead(200, { "content-type": "application/json" }).write("{");
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    },
    endless(response) {
      response.writeHead(200, { "content-type": "application/json" });
      const chunk = Buffer.alloc(64 * 1024, " ");
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    },
    bomb: (response) => response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb),
    large: (response, size) => response.writeHead(200, { "content-type": "application/json" }).end(Buffer.alloc(Number(size), "1")),
    claims: (response) => response.writeHead(200, { "content-length": 1e12 }).write("{"),
    redirect(response, status) {
      response.writeHead(Number(status), { location: `http://127.0.0.1:${trap.address().port}/stolen` }).end("{}");
    },
    bare: (response, status) => response.writeHead(Number(status)).end(),
    html(response) {
      response.writeHead(200, { "content-type": "text/html", link: "</x>; rel=preload", refresh: "0;url=//evil.example" });
      response.end("<script>alert(1)</script>");
    },
    cookies(response) {
      response.writeHead(401, { "set-cookie": ["a=1", "b=2; Path=/"], "www-authenticate": "Basic realm=x", "content-type": "application/json" });
      response.end("{}");
    },
    headers(response) {
      response.writeHead(200, { "content-type": "application/json", "retry-after": "é", date: "x".repeat(4_000), "x-databricks-org-id": "<1>" });
      response.end("{}");
    },
    reset: (response) => response.socket.resetAndDestroy(),
    half(response) {
      response.writeHead(200, { "content-length": 100 }).write("{", () => response.socket.destroy());
    },
    garbage: (response) => response.socket.end("no HTTP at all\r\n\r\n"),
    early(response) {
      response.writeEarlyHints({ link: "</x.js>; rel=preload; as=script" });
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    },
  };

  const listen = async (one) => {
    await once(one.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${one.address().port}`;
  };
  await listen(trap);
  const stopOne = (one) => new Promise((resolve) => (one.closeAllConnections(), one.close(resolve)));
  return {
    url: await listen(server),
    trapped,
    async closed(name, timeout = 5_000) {
      for (const end = Date.now() + timeout; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10))) {
        const closing = closes.get(name);
        if (!closing) continue;
        const late = new Promise((resolve) => setTimeout(resolve, end - Date.now()).unref());
        const closed = await Promise.race([closing, late]);
        if (closed) return closed;
      }
      throw new Error(`the connection for ${name} was not closed`);
    },
    wasAsked: (name) => closes.has(name),
    /** Waits until it is asked. */
    async asked(name, timeout = 5_000) {
      for (const end = Date.now() + timeout; !closes.has(name); await new Promise((resolve) => setTimeout(resolve, 10))) {
        if (Date.now() > end) throw new Error(`nobody asked for ${name}`);
      }
    },
    stop: () => Promise.all([stopOne(server), stopOne(trap)]),
  };
}
