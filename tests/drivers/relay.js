// A relay for drivers that have WebSockets alone: what comes, it passes on, byte by byte, to the port of loopback that the
// parameter `address` names. It has no TLS, and would see all that is not encrypted within.
import { once } from "node:events";
import { createRequire } from "node:module";
import net from "node:net";

const { WebSocketServer, createWebSocketStream } = createRequire(new URL("package.json", import.meta.url))("ws");

export async function startRelay() {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await once(server, "listening");
  server.on("connection", (socket, request) => {
    const { port } = new URL(`tcp://${new URL(request.url, "ws://relay").searchParams.get("address")}`);
    const [near, far] = [createWebSocketStream(socket), net.connect(Number(port), "127.0.0.1")];
    for (const [stream, other] of [[near, far], [far, near]]) {
      stream.on("error", () => other.destroy()); // either side leaves as it likes
      stream.pipe(other);
    }
  });
  return {
    url: `ws://127.0.0.1:${server.address().port}/v1`,
    async stop() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
