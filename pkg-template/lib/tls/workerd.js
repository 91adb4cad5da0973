import { connect } from "cloudflare:sockets";
import { Duplex } from "node:stream";
import { checkAnswer, SSL_REQUEST } from "./ssl-request.js";

// In workerd, which trusts what its own configuration says.
export async function openVerified({ host, port }, signal) {
  signal.throwIfAborted();
  const plain = connect({ hostname: host, port }, { secureTransport: "starttls" });
  endWith(signal, plain);
  const [writer, reader] = [plain.writable.getWriter(), plain.readable.getReader()];
  await writer.write(SSL_REQUEST);
  const { value } = await reader.read();
  checkAnswer(value);
  writer.releaseLock();
  reader.releaseLock();
  const secure = plain.startTls();
  endWith(signal, secure);
  return Duplex.fromWeb(secure);
}

function endWith(signal, socket) {
  const ignore = () => {}; // its streams tell
  socket.closed.catch(ignore);
  signal.addEventListener("abort", () => socket.close().catch(ignore));
}
