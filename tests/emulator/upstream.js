import net from "node:net";
import path from "node:path";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import sasl from "pg/lib/crypto/sasl.js";
import { errorFields, message, ProtocolError, readMessage, REQUEST, startupMessage } from "./message.js";

/** PostgreSQL refused a login; `fields` are those of its ErrorResponse. */
export class UpstreamRefusal extends Error {
  constructor(payload, raw) {
    const fields = errorFields(payload);
    super(fields.M);
    this.code = fields.C;
    this.raw = raw;
  }
}

/** A socket to the PostgreSQL behind the front. A host that is a folder means a Unix socket. */
export async function openUpstream({ host, port }) {
  const socket = path.isAbsolute(host) ? net.connect(path.join(host, `.s.PGSQL.${port}`)) : net.connect(port, host);
  await once(socket, "connect");
  socket.setNoDelay(true);
  return socket;
}

/** Passes a request to cancel on; the key in it, which PostgreSQL gave out itself, is what counts. */
export async function cancelUpstream(connection, payload) {
  const socket = await openUpstream(connection);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(payload.length + 8);
  header.writeUInt32BE(REQUEST.cancel, 4);
  socket.end(Buffer.concat([header, payload]));
  // PostgreSQL closes the connection when it has done it.
  socket.resume();
  await finished(socket).catch(() => {});
}

/**
 * Logs in with a password and returns what PostgreSQL said from AuthenticationOk
 * to ReadyForQuery, to be passed on as it is.
 */
export async function loginUpstream(socket, parameters, password) {
  socket.write(startupMessage(parameters));
  await authenticate(socket, password);
  const said = [];
  for (;;) {
    const { type, payload, raw } = await readMessage(socket);
    if (type === "E") throw new UpstreamRefusal(payload, raw);
    said.push(raw);
    if (type === "Z") return Buffer.concat(said);
  }
}

async function authenticate(socket, password) {
  let session;
  for (;;) {
    const { type, payload, raw } = await readMessage(socket);
    if (type === "E") throw new UpstreamRefusal(payload, raw);
    if (type !== "R") throw new ProtocolError(`unexpected message "${type}" from PostgreSQL`);
    const rest = payload.subarray(4);
    switch (payload.readInt32BE()) {
      case 0:
        if (!session) throw new ProtocolError("PostgreSQL let a role in without asking for its password: use scram-sha-256, not trust");
        return;
      case 10: {
        session = sasl.startSession(rest.toString().split("\0").filter(Boolean));
        const first = Buffer.from(session.response);
        const length = Buffer.alloc(4);
        length.writeInt32BE(first.length);
        socket.write(message("p", session.mechanism, length, first));
        break;
      }
      case 11:
        await sasl.continueSession(session, password, rest.toString());
        socket.write(message("p", Buffer.from(session.response)));
        break;
      case 12:
        sasl.finalizeSession(session, rest.toString());
        break;
      default:
        throw new ProtocolError("PostgreSQL asks for a kind of login that the emulator does not know: use scram-sha-256");
    }
  }
}
