// Servers that want the password without being who they should be; each takes down all that it is sent.
import { once } from "node:events";
import net from "node:net";
import { Duplex, PassThrough } from "node:stream";
import tls from "node:tls";
import { errorResponse, int32, message } from "../emulator/message.js";
import { Recorder } from "./recorder.js";

const ASK = message("R", int32(3));
const WRONG_PASSWORD = errorResponse({ code: "28P01", message: "password authentication failed" });
const GARBAGE = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";

/** Asks for the password at once and again after whatever comes, until it has one. */
function ask(stream, record) {
  stream.write(ASK);
  stream.on("data", () => (record.passwordMessages > 0 ? stream.write(WRONG_PASSWORD) : stream.write(ASK)));
}

/** Speaks TLS when asked to, with this certificate, and asks for the password in it. */
const withTls = (certificate) => (socket, { connection, record }) => {
  socket.once("data", () => {
    socket.write("S");
    // Not on the socket itself, whose bytes would then be seen by nobody else.
    const wire = Duplex.from({ readable: socket.pipe(new PassThrough()), writable: socket });
    const secure = new tls.TLSSocket(wire, { isServer: true, ...certificate });
    secure.on("error", () => socket.destroy());
    secure.on("data", (chunk) => connection.clear.push(chunk));
    secure.once("secure", () => ask(secure, record));
  });
};

/** Says `answer` to the first packet, the request for TLS. */
const answering = (answer, then = () => {}) => (socket, { record }) => {
  socket.once("data", () => {
    if (answer) socket.write(answer);
    then(socket, record);
  });
};

/** By their names: how they behave, and whether they get the client to begin a handshake. */
export const hostileServers = ({ unknownAuthority, otherName, expired, selfSigned }) => ({
  "has no TLS, and asks in clear": { behave: answering("N", ask) },
  "has no TLS, and asks in clear once spoken to": { behave: answering("N", (socket, record) => socket.once("data", () => ask(socket, record))) },
  "has a certificate of an unknown authority": { behave: withTls(unknownAuthority), handshake: true },
  "has a certificate for another name": { behave: withTls(otherName), handshake: true },
  "has a certificate that has expired": { behave: withTls(expired), handshake: true },
  "has a certificate signed by itself": { behave: withTls(selfSigned), handshake: true },
  "asks in clear before it is spoken to": { behave: (socket, { record }) => ask(socket, record) },
  "asks in clear whatever it is told": { behave: answering("", ask) },
  "agrees to TLS, and asks in clear": { behave: answering("S", ask) },
  "agrees to TLS, and sends garbage": { behave: answering("S", (socket) => socket.write(GARBAGE)) },
  "agrees to TLS, and closes": { behave: answering("S", (socket) => socket.end()) },
  "answers with an error": { behave: answering(errorResponse({ code: "08004", message: "go away" }), (socket) => socket.end()) },
  "answers with an error, and asks in clear": { behave: answering(errorResponse({ code: "08004", message: "no TLS" }), ask) },
  "answers with garbage": { behave: answering(GARBAGE) },
  "closes when it is spoken to": { behave: answering("", (socket) => socket.end()) },
  "closes at once": { behave: (socket) => socket.end() },
  "resets": { behave: answering("", (socket) => socket.resetAndDestroy()) },
  "says nothing": { behave: () => {} },
});

/** One that clients must accept: what the others would get if they were accepted. */
export const trustedServer = ({ good }) => ({ behave: withTls(good), trusted: true });

/** Starts one of these; `record` is what it received. */
export async function startServer({ behave }) {
  const record = new Recorder();
  const sockets = new Set();
  const server = net.createServer((socket) => {
    const connection = record.open();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // clients leave as they like
    socket.on("data", (chunk) => connection.wire.push(chunk));
    behave(socket, { connection, record });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    record,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
