import net from "node:net";
import tls from "node:tls";
import { serveLogin } from "./login.js";
import { endWith, errorResponse, ProtocolError, readExactly, readStartup, REQUEST } from "./message.js";
import { cancelUpstream } from "./upstream.js";

const LOGIN_TIMEOUT = 30_000;
const TLS_HANDSHAKE = 0x16;
const ALPN = "postgresql";

/**
 * The database's front door: TLS by SNI, the password in clear inside it, then
 * bytes both ways. Whoever comes without TLS is sent away before any password is asked for.
 */
export function createFront({ certificate, log, ...services }) {
  const sockets = new Set();
  const track = (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // seen again, as an end, by whoever reads
    return socket;
  };

  /** Runs `work`, and ends the connection when it fails or takes too long. */
  const bounded = (socket, work) => {
    const timer = setTimeout(() => socket.destroy(), LOGIN_TIMEOUT);
    work(socket)
      .catch((error) => {
        if (!(error instanceof ProtocolError)) log(`front: ${error.stack}`);
        socket.destroy();
      })
      .finally(() => clearTimeout(timer));
  };

  const tlsServer = (accept) => {
    const server = tls.createServer({ ...certificate, ALPNProtocols: [ALPN], minVersion: "TLSv1.2", handshakeTimeout: LOGIN_TIMEOUT });
    server.on("tlsClientError", (error) => log(`front: the TLS handshake failed: ${error.message}`));
    server.on("secureConnection", (socket) => {
      track(socket);
      if (accept(socket)) bounded(socket, () => serveLogin(socket, { ...services, log, track }));
      else socket.destroy();
    });
    return server;
  };
  const requested = tlsServer(() => true);
  // As PostgreSQL has it: without ALPN, the bytes could have been meant for another protocol.
  const direct = tlsServer((socket) => socket.alpnProtocol === ALPN);

  async function negotiate(socket) {
    const first = await readExactly(socket, 1);
    socket.unshift(first);
    if (first[0] === TLS_HANDSHAKE) return direct.emit("connection", socket);
    for (;;) {
      const { code, payload } = await readStartup(socket);
      switch (code) {
        case REQUEST.gss:
          socket.write("N");
          break;
        case REQUEST.tls:
          if (socket.readableLength > 0) throw new ProtocolError("data in clear after the request for TLS");
          socket.write("S");
          return requested.emit("connection", socket);
        case REQUEST.cancel:
          // libpq before 17 cancels in clear.
          await cancelUpstream(services.connection, payload);
          return socket.end();
        default:
          return endWith(
            socket,
            errorResponse({ code: "28000", message: "SSL connection is required", hint: "Connect with sslmode=verify-full." }),
          );
      }
    }
  }

  const server = net.createServer((socket) => {
    track(socket);
    socket.setNoDelay(true);
    bounded(socket, negotiate);
  });

  return {
    server,
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
