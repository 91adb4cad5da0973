// Serves a function of Request and Response from Node.js.
import { once } from "node:events";
import { createAdaptorServer } from "@hono/node-server";

export async function serve(handle) {
  const server = createAdaptorServer({ fetch: handle });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address();
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
