// What stands between a program and its servers, so that a connection can be cut at a moment that is known.
import { once } from "node:events";
import net from "node:net";
import { startServer } from "../hostile/servers.js";

/** Passes bytes both ways, until either side leaves. */
function join(near, far) {
  for (const [stream, other] of [[near, far], [far, near]]) {
    stream.on("error", () => other.destroy());
    stream.on("close", () => other.destroy());
    stream.pipe(other);
  }
}

/** The way to the workspace: `reached` when somebody wants to go there, who gets no further before `open()`. */
export async function startGate(url) {
  let [reach, open] = [];
  const reached = new Promise((resolve) => (reach = resolve));
  const opened = new Promise((resolve) => (open = resolve));
  const sockets = new Set();
  const server = net.createServer({ pauseOnConnect: true }, async (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}); // whoever wants to go may leave
    reach();
    await opened;
    join(socket, net.connect(Number(new URL(url).port), "127.0.0.1"));
    socket.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    reached,
    open,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * The way to a database, until `cut()` ends who is on it and puts a hostile server there. `taken` when somebody has come to
 * that one.
 */
export async function startWay(port, hostile) {
  const passing = new Set();
  let take;
  const taken = new Promise((resolve) => (take = resolve));
  let isCut = false;
  let hostileConnections = 0;
  const server = await startServer({
    behave(socket, given) {
      if (isCut) {
        hostileConnections += 1;
        take();
        return hostile.behave(socket, given);
      }
      passing.add(socket);
      join(socket, net.connect(port, "127.0.0.1"));
    },
  });
  return {
    ...server,
    taken,
    get hostileConnections() {
      return hostileConnections;
    },
    /** Gives whether anybody was on it. */
    cut() {
      isCut = true;
      for (const socket of passing) socket.destroy();
      return passing.size > 0;
    },
  };
}
