// The credential of one database: got, kept for as long as it lives, and renewed if that is wished.
import { serverNow } from "./clock.js";

const SECOND = 1_000;
/** The pause after an attempt that failed, doubled with each, in ms. */
const PAUSE = 10_000;
const LONGEST_PAUSE = 120_000;

/** `change` events: something to show has changed. `tick`: a second has passed. `renewed` and `expired`: to be told. */
export class Credential extends EventTarget {
  /** What it is restricted to, as it was got. */
  options = {};
  autoRenew = false;
  pending = false;
  problem;
  /** Whether the problem came of a renewal that nobody asked for. */
  problemInBackground = false;
  #workspace;
  #target;
  #provider;
  #known = new Set();
  #origins = new WeakMap();
  #end = new AbortController();
  #token;
  #expirationTime;
  #lifetime = 0;
  #wasGood = false;
  #timer;
  #failures = 0;
  #notBefore = 0;

  constructor(workspace, target) {
    super();
    this.#workspace = workspace;
    this.#target = target;
  }

  /** `empty`, `fresh`, `stale` or `expired`. */
  get state() {
    if (this.#expirationTime === undefined) return "empty";
    const state = this.#provider.state;
    // The provider has dropped its token for a new one that did not come; this one lives on.
    if (state === "empty") return this.remaining > 0 ? "stale" : "expired";
    return state;
  }

  get live() {
    return this.state === "fresh" || this.state === "stale";
  }

  get expirationTime() {
    return this.#expirationTime;
  }

  get lifetime() {
    return this.#lifetime;
  }

  /** In ms. */
  get remaining() {
    if (this.#expirationTime === undefined) return 0;
    return Math.min(Math.max(0, this.#expirationTime - serverNow()), this.#lifetime);
  }

  /** `{ requestId, durationMs }` of the last mint. */
  get origin() {
    return this.#origins.get(this.#provider);
  }

  /** The token while it is good. It is asked for where it is used, and stands nowhere else. */
  get token() {
    return this.live ? this.#token : undefined;
  }

  /** Gets a credential with these restrictions. */
  async get(options = this.options) {
    await this.#attempt(async () => {
      const provider = this.#provide(options);
      const credential = await provider.credential();
      this.options = options;
      this.#adopt(provider, credential);
    });
  }

  /** Gets a new one though the one that is held is still good. */
  async renew() {
    if (!this.live) return this.get();
    const wanted = this.remaining + SECOND;
    await this.#attempt(async () => {
      const provider = this.#provider;
      // Asking for more time than is left brings a new one, and keeps the old one if none is had. One that is nearly
      // whole cannot be outlived by enough: it is dropped.
      const options = wanted < this.#lifetime * 0.9 ? { minRemaining: wanted } : undefined;
      if (!options) provider.invalidate(this.#token);
      this.#adopt(provider, await provider.credential(options));
      this.#tell("renewed");
    });
    return undefined;
  }

  setAutoRenew(on) {
    this.autoRenew = on;
    this.#notBefore = 0;
    this.#changed();
    if (on) this.#keep();
  }

  /** Drops what is held. */
  forget() {
    clearInterval(this.#timer);
    this.#end.abort();
    this.#token = undefined;
    this.#expirationTime = undefined;
    this.autoRenew = false;
  }

  async #attempt(work, background = false) {
    if (this.pending) return;
    this.pending = true;
    this.problem = undefined;
    this.#changed();
    try {
      await work();
      this.#failures = 0;
    } catch (error) {
      this.problem = error;
      this.problemInBackground = background;
      this.#failures += 1;
      const pause = Math.min(PAUSE * 2 ** (this.#failures - 1), LONGEST_PAUSE);
      this.#notBefore = performance.now() + Math.max(pause, error?.retryAfter ?? 0);
      // What will not change by itself is not asked for again.
      if (error?.retryable === false) this.autoRenew = false;
    } finally {
      this.pending = false;
      this.#changed();
    }
  }

  /** A provider that was not used before is listened to from its first mint on. */
  #provide(options) {
    const provider = this.#workspace.credentials({ ...this.#target, ...options });
    if (this.#known.has(provider)) return provider;
    this.#known.add(provider);
    const { signal } = this.#end;
    const minted = ({ detail: { requestId, durationMs } }) => this.#origins.set(provider, { requestId, durationMs });
    const renewed = async (event) => {
      minted(event);
      if (provider !== this.#provider) return;
      this.#adopt(provider, await provider.credential());
      this.problem = undefined;
      this.#tell("renewed");
      this.#changed();
    };
    const failed = ({ detail }) => {
      // A failure that somebody waits for is told to them.
      if (provider !== this.#provider || this.pending) return;
      this.problem = detail;
      this.problemInBackground = true;
      if (!detail.retryable) this.autoRenew = false;
      this.#changed();
    };
    provider.addEventListener("mint", minted, { signal });
    provider.addEventListener("renew", renewed, { signal });
    provider.addEventListener("fail", failed, { signal });
    return provider;
  }

  #adopt(provider, { token, expirationTime }) {
    const isNew = token !== this.#token;
    this.#provider = provider;
    this.#token = token;
    this.#expirationTime = expirationTime.getTime();
    const remaining = this.#expirationTime - serverNow();
    if (isNew) this.#lifetime = Math.max(remaining, SECOND);
    this.#wasGood = true;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), SECOND);
  }

  #tick() {
    if (this.#wasGood && this.state === "expired") {
      this.#wasGood = false;
      this.#token = undefined;
      if (!this.autoRenew) this.#tell("expired");
      this.#changed();
    }
    this.#keep();
    this.#tell("tick");
  }

  /** Renews when it is time, and not sooner after a failure than it should. */
  #keep() {
    if (!this.autoRenew || this.pending || performance.now() < this.#notBefore) return;
    if (this.state === "expired") {
      this.#attempt(async () => {
        this.#adopt(this.#provider, await this.#provider.credential());
        this.#tell("renewed");
      }, true);
    } else if (this.state === "stale") {
      // Answered at once with what is held; the provider renews in the background, and says so.
      this.#notBefore = performance.now() + 2 * SECOND;
      this.#provider.credential().catch(() => {});
    }
  }

  #tell(type) {
    this.dispatchEvent(new Event(type));
  }

  #changed() {
    this.#tell("change");
  }
}
