/**
 * The emulator's own time: real time plus an offset. Every token check, expiry
 * and `Date` header uses it, so an hour can pass in a moment.
 */
export function createClock() {
  let offset = 0;
  return {
    /** Milliseconds since the epoch. */
    now: () => Date.now() + offset,
    date: () => new Date(Date.now() + offset),
    seconds: () => Math.floor((Date.now() + offset) / 1000),
    /** Negative seconds turn the clock back. */
    advance(seconds) {
      if (!Number.isFinite(seconds)) throw new TypeError("advance() takes a number of seconds");
      offset += seconds * 1000;
    },
    reset() {
      offset = 0;
    },
    get offset() {
      return offset / 1000;
    },
  };
}
