// Everything that a server received: as it came over the wire, and with the TLS taken off.
import { PROTOCOL } from "../emulator/message.js";

/** A piece of a secret that is shorter could be chance. */
const PIECE = 16;

export class Recorder {
  #connections = [];

  /** A new connection: two lists that take the chunks as they come. */
  open() {
    const connection = { wire: [], clear: [] };
    this.#connections.push(connection);
    return connection;
  }

  get connections() {
    return this.#connections.length;
  }

  #streams(kinds = ["wire", "clear"]) {
    return this.#connections.flatMap((connection) => kinds.map((kind) => Buffer.concat(connection[kind])));
  }

  /** Whether a client began a TLS handshake after it had asked for one. */
  get handshake() {
    return this.#streams(["wire"]).some((bytes) => bytes[8] === 0x16);
  }

  get passwordMessages() {
    return this.#streams().reduce((sum, bytes) => sum + messageTypes(bytes).filter((type) => type === "p").length, 0);
  }

  /** Whether a piece of `secret` came, in clear or decrypted. */
  holds(secret, kinds) {
    const pieces = new Set();
    for (let at = 0; at + PIECE <= secret.length; at++) pieces.add(secret.slice(at, at + PIECE));
    if (pieces.size === 0) throw new Error("the secret is too short to be looked for");
    return this.#streams(kinds).some((bytes) => {
      const text = bytes.toString("latin1");
      for (let at = 0; at + PIECE <= text.length; at++) {
        if (pieces.has(text.slice(at, at + PIECE))) return true;
      }
      return false;
    });
  }
}

/** The types of the messages that follow the startup message; none where the bytes are something else. */
export function messageTypes(bytes) {
  const types = [];
  let at = 0;
  let started = false;
  while (at + 8 <= bytes.length && !started) {
    const [length, major] = [bytes.readUInt32BE(at), bytes.readUInt16BE(at + 4)];
    if (length < 8 || length > 10_000) return types;
    started = major === PROTOCOL;
    at += length;
  }
  while (started && at + 5 <= bytes.length) {
    types.push(String.fromCharCode(bytes[at]));
    at += 1 + bytes.readUInt32BE(at + 1);
  }
  return types;
}
