import { Duplex } from "node:stream";
import { setImmediate } from "node:timers";

// A socket for a driver that is handed one: it is there at once, and opens when it is first written to. `open` gives the
// connection to the verified server, in TLS, where all of it goes: nothing that a driver says can go to anybody else.
export class VerifiedSocket extends Duplex {
  #open;
  #opened;
  #stream;
  #keepAlive = [];
  #gone = new AbortController();
  #failed = false;

  constructor(open) {
    super({ allowHalfOpen: false });
    this.#open = open;
  }

  async #begin() {
    const stream = await this.#open(this.#gone.signal);
    this.#stream = stream;
    if (this.destroyed) stream.destroy();
    stream.setKeepAlive?.(...this.#keepAlive);
    stream.on("data", (chunk) => this.push(chunk) || stream.pause());
    stream.on("end", () => this.push(null));
    stream.on("error", (error) => this.destroy(error));
    stream.on("close", () => this.destroy());
    return stream;
  }

  // As a socket of Node.js has it.
  get readyState() {
    return this.destroyed ? "closed" : "open";
  }

  setKeepAlive(...given) {
    this.#keepAlive = given;
    return this;
  }

  end(...given) {
    return this.#stream ? super.end(...given) : this.destroy();
  }

  emit(name, ...given) {
    return name === "close" ? super.emit(name, this.#failed) : super.emit(name, ...given);
  }

  _read() {
    this.#stream?.resume();
  }

  _write(chunk, _, done) {
    this.#opened ??= this.#begin();
    this.#opened.then((stream) => (stream.write(chunk) ? done() : stream.once("drain", done)), done);
  }

  _final(done) {
    this.#stream.end();
    done();
  }

  _destroy(error, done) {
    this.#failed = error !== null;
    this.#gone.abort();
    this.#stream?.destroy();
    // postgres.js forgets, in what it does next, what it was about to write when a socket closes.
    setImmediate(done, error);
  }
}
