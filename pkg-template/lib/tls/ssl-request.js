import { insecureTls } from "../insecure.js";

// The first message of PostgreSQL's protocol: whether there is TLS.
export const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);

// Takes `S`, and nothing after it: what came before the handshake could be anybody's.
export function checkAnswer(answer) {
  if (answer === undefined) throw ended();
  if (answer.length !== 1 || answer[0] !== 83) {
    throw insecureTls("the server has no TLS", "Check host and port: the database takes TLS only.");
  }
}

export function ended() {
  return Object.assign(new Error("the server closed the connection before it was verified"), { code: "ECONNRESET" });
}
