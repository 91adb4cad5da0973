import net from "node:net";
import tls from "node:tls";
import { checkAnswer, ended, SSL_REQUEST } from "./ssl-request.js";

// In Node.js, Deno and Bun. Gives a stream whose other end is verified; `signal` ends it, before and after.
export function openVerified({ host, port, ssl }, signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const plain = new net.Socket().connect(port, host);
    const fail = (error) => {
      plain.destroy();
      reject(error);
    };
    signal.addEventListener("abort", () => fail(signal.reason));
    plain.on("error", fail);
    plain.on("close", () => fail(ended()));
    plain.once("data", (answer) => {
      try {
        checkAnswer(answer);
        const secure = tls.connect({ ...ssl, socket: plain });
        secure.on("error", fail);
        secure.on("close", () => fail(ended()));
        secure.once("secureConnect", () => resolve(secure));
      } catch (error) {
        fail(error);
      }
    });
    plain.write(SSL_REQUEST);
  });
}
