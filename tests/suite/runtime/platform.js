// Holds the platform's levers: its clocks, its randomness, and a view of the requests that it sends.
import { senderOf } from "./identity.js";

const { now: wallNow } = Date;
const monotonicNow = performance.now.bind(performance);
const realRandom = crypto.getRandomValues.bind(crypto);
const realFetch = globalThis.fetch.bind(globalThis);

const shift = { monotonic: 0, before: 0, wall: 0 };
/** The identities of earlier cases: what those left under way is not this case's. */
const past = new Set();
let calls = [];
let random;

/** For the levers themselves, which no case shall see. */
export const plainFetch = realFetch;

function put(object, name, value) {
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
}

export function takeHold() {
  put(Date, "now", () => wallNow() + shift.monotonic - shift.before + shift.wall);
  put(performance, "now", () => monotonicNow() + shift.monotonic);
  put(crypto, "getRandomValues", (array) => (random === undefined ? realRandom(array) : array.fill(random)));
  // Vercel's Edge runtime lets it be replaced, but not defined.
  globalThis.fetch = (input, init) => {
    calls.push({ url: typeof input === "string" ? input : input.url, init });
    return realFetch(input, init);
  };
}

/** Elapsed time never runs back in a runtime, so a case leaves it where it brought it; the wall clock is set right. */
export function release({ servicePrincipal, user }) {
  past.add(servicePrincipal.clientId).add(user.token);
  shift.before = shift.monotonic;
  shift.wall = 0;
  random = undefined;
  calls = [];
}

export const platform = {
  /** Time passes: both clocks go on. */
  pass(ms) {
    shift.monotonic += ms;
  },
  /** Somebody sets the wall clock. */
  setWall(ms) {
    shift.wall = ms;
  },
  now: monotonicNow,
  wall: () => wallNow(),
  /** Fixes what would be random, in 0..1: pauses are then as short or as long as they may be. */
  jitter(part) {
    random = part === undefined ? undefined : Math.floor(part * 255.9);
  },
  /** The requests that the package sent since the case began, wherever they went. */
  calls: () => calls.filter(({ init }) => !past.has(senderOf(init.headers.authorization))),
};
