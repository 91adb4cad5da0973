// Servers that want the password without being who they should be; each takes down all that it is sent.
import { once } from "node:events";
import net from "node:net";
import { Duplex, PassThrough } from "node:stream";
import tls from "node:tls";
import { errorResponse, int32, message } from "../emulator/message.js";
import { Recorder } from "./recorder.js";

const CLEARTEXT = message("R", int32(3));
const MD5 = message("R", int32(5), Buffer.from("salt"));
const GSS = message("R", int32(7));
const SCRAM = message("R", int32(10), "SCRAM-SHA-256", Buffer.from([0]));
const WRONG_PASSWORD = errorResponse({ code: "28P01", message: "password authentication failed" });
const GARBAGE = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
/** Of TLS: an alert that ends the handshake. */
const HANDSHAKE_FAILURE = Buffer.from([0x15, 3, 3, 0, 2, 2, 40]);

/** Asks for the password at once and again after whatever comes, until it has one. */
const pestering = (question) => (stream, record) => {
  stream.write(question);
  stream.on("data", () => (record.passwordMessages > 0 ? stream.write(WRONG_PASSWORD) : stream.write(question)));
};
const ask = pestering(CLEARTEXT);

/** Asks when it has been told who logs in, as PostgreSQL does. */
const asking = (question) => (stream) => {
  stream.once("data", () => {
    stream.write(question);
    stream.once("data", () => stream.write(WRONG_PASSWORD));
  });
};

/** Speaks TLS when asked to, with this certificate, and asks for the password in it. */
const withTls = (options, then = ask) => (socket, { connection, record }) => {
  socket.once("data", () => {
    socket.write("S");
    // Not on the socket itself, whose bytes would then be seen by nobody else.
    const wire = Duplex.from({ readable: socket.pipe(new PassThrough()), writable: socket });
    const secure = new tls.TLSSocket(wire, { isServer: true, ...options });
    secure.on("error", () => socket.destroy());
    secure.on("data", (chunk) => connection.clear.push(chunk));
    secure.once("secure", () => then(secure, record));
  });
};

/** Says `answer` to the first packet, the request for TLS. */
const answering = (answer, then = () => {}) => (socket, { record }) => {
  socket.once("data", () => {
    if (answer) socket.write(answer);
    then(socket, record);
  });
};

/** Agrees to TLS, says `answer` to the first packet of the handshake, and asks in clear. */
const breakingOff = (answer) =>
  answering("S", (socket, record) =>
    socket.once("data", () => {
      socket.write(answer);
      ask(socket, record);
    }),
  );

/** By their names: how they behave, and whether they get the client to begin a handshake. */
export const hostileServers = ({ good, unknownAuthority, otherName, expired, selfSigned }) => ({
  "has no TLS, and asks in clear": { behave: answering("N", ask) },
  "has no TLS, and asks in clear once spoken to": { behave: answering("N", (socket, record) => socket.once("data", () => ask(socket, record))) },
  "has no TLS, and asks for MD5": { behave: answering("N", pestering(MD5)) },
  "has no TLS, and asks for SCRAM": { behave: answering("N", pestering(SCRAM)) },
  "has a certificate of an unknown authority": { behave: withTls(unknownAuthority), handshake: true },
  "has a certificate of an unknown authority, and asks for MD5": { behave: withTls(unknownAuthority, pestering(MD5)), handshake: true },
  "has a certificate of an unknown authority, and asks for SCRAM": { behave: withTls(unknownAuthority, pestering(SCRAM)), handshake: true },
  "has a certificate for another name": { behave: withTls(otherName), handshake: true },
  "has a certificate that has expired": { behave: withTls(expired), handshake: true },
  "has a certificate signed by itself": { behave: withTls(selfSigned), handshake: true },
  "speaks TLS 1.0 and 1.1 alone": {
    // OpenSSL itself does not any more, unless it is told to.
    behave: withTls({ ...good, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" }),
    handshake: true,
  },
  "asks in clear before it is spoken to": { behave: (socket, { record }) => ask(socket, record) },
  "asks in clear whatever it is told": { behave: answering("", ask) },
  "agrees to TLS, and asks in clear": { behave: answering("S", ask) },
  "agrees to TLS, and then says that it has none": { behave: breakingOff("N"), handshake: true },
  "breaks the handshake off, and asks in clear": { behave: breakingOff(HANDSHAKE_FAILURE), handshake: true },
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

/** Those that clients must accept: what the others would get if they were accepted. */
export const trustedServers = ({ good }) => ({
  "is verified, and asks for the password": { behave: withTls(good, asking(CLEARTEXT)), getsToken: true },
  "is verified, and asks for MD5": { behave: withTls(good, asking(MD5)) },
  "is verified, and asks for SCRAM": { behave: withTls(good, asking(SCRAM)) },
  "is verified, and asks for GSS": { behave: withTls(good, asking(GSS)) },
  "is verified, and closes before it asks": { behave: withTls(good, (stream) => stream.once("data", () => stream.end())) },
});

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
