import { once } from "node:events";

/** Codes that a connection can begin with, in place of a protocol version. */
export const REQUEST = { cancel: 80877102, tls: 80877103, gss: 80877104 };
export const PROTOCOL = 3;

const LARGEST_STARTUP = 10_000;
const LARGEST_LOGIN_MESSAGE = 65_536;

/** Raised when the peer breaks the protocol, or goes away before it said all. */
export class ProtocolError extends Error {}

/** Exactly `size` bytes of a paused stream; what came with them goes back into it, ready to be piped on. */
export async function readExactly(stream, size) {
  const chunks = [];
  let length = 0;
  while (length < size) {
    const chunk = stream.read();
    if (chunk) {
      chunks.push(chunk);
      length += chunk.length;
    } else if (stream.readableEnded || stream.destroyed) {
      throw new ProtocolError("the connection ended");
    } else {
      await readable(stream);
    }
  }
  const bytes = Buffer.concat(chunks);
  if (length > size) stream.unshift(bytes.subarray(size));
  return bytes.subarray(0, size);
}

async function readable(stream) {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    await Promise.race(["readable", "end", "close"].map((event) => once(stream, event, { signal })));
  } finally {
    waiting.abort();
  }
}

/** The first packet of a connection: a length, a code, and what belongs to it. */
export async function readStartup(stream) {
  const length = (await readExactly(stream, 4)).readUInt32BE();
  if (length < 8 || length > LARGEST_STARTUP) throw new ProtocolError("invalid length of startup packet");
  const body = await readExactly(stream, length - 4);
  return { code: body.readUInt32BE(), payload: body.subarray(4) };
}

export async function readMessage(stream, limit = LARGEST_LOGIN_MESSAGE) {
  const header = await readExactly(stream, 5);
  const length = header.readUInt32BE(1);
  if (length < 4 || length > limit) throw new ProtocolError("invalid message length");
  const payload = length > 4 ? await readExactly(stream, length - 4) : Buffer.alloc(0);
  return { type: String.fromCharCode(header[0]), payload, raw: Buffer.concat([header, payload]) };
}

/** The parameters of a startup message: names and values, each ended by a zero. */
export function startupParameters(payload) {
  const parts = payload.toString("utf8").split("\0");
  const parameters = new Map();
  for (let at = 0; at + 1 < parts.length && parts[at] !== ""; at += 2) parameters.set(parts[at], parts[at + 1]);
  return parameters;
}

export function message(type, ...parts) {
  const body = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(`${part}\0`) : part)));
  const header = Buffer.alloc(5);
  header.write(type, "latin1");
  header.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

export function startupMessage(parameters) {
  const body = Buffer.concat([...parameters].flatMap(([name, value]) => [Buffer.from(`${name}\0${value}\0`)]));
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 9);
  header.writeUInt16BE(PROTOCOL, 4);
  return Buffer.concat([header, body, Buffer.from([0])]);
}

/** Says a last word. What the peer still sends is taken off the wire, or the connection could not end in order. */
export function endWith(stream, bytes) {
  stream.end(bytes);
  stream.resume();
}

export function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function errorResponse({ severity = "FATAL", code, message: text, hint }) {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${text}`, ...(hint ? [`H${hint}`] : [])];
  return message("E", ...fields, Buffer.from([0]));
}

/** The fields of an ErrorResponse by their letters. */
export function errorFields(payload) {
  return Object.fromEntries(payload.toString().split("\0").filter(Boolean).map((field) => [field[0], field.slice(1)]));
}
