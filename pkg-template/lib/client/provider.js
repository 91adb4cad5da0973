import { ProviderCore } from "../../lakebase_credentials_bg.js";
import { driverConfig } from "../driver.js";
import { invalidArgument } from "../error.js";
import { run, within } from "./run.js";

// Not CustomEvent, which older runtimes lack.
class CredentialEvent extends Event {
  constructor(type, detail) {
    super(type);
    this.detail = detail;
  }
}

// The core holds its listener: strongly referred to, a provider that nobody uses would stay for ever.
const weakly = (object) => (globalThis.WeakRef ? new WeakRef(object) : { deref: () => object });

export class CredentialProvider extends EventTarget {
  #core;
  #flights;
  #number;
  #token;

  constructor(core, flights) {
    super();
    if (!(core instanceof ProviderCore)) throw new TypeError("Illegal constructor");
    this.#core = core;
    this.#flights = flights;
    const self = weakly(this);
    core.listen((type, detail) => {
      // In a microtask, so that a listener that throws is the platform's to report and never breaks a mint.
      queueMicrotask(() => self.deref()?.dispatchEvent(new CredentialEvent(type, detail)));
    });
  }

  get target() {
    return this.#core.target;
  }

  get state() {
    return this.#core.state;
  }

  get expirationTime() {
    const ms = this.#core.expirationTime;
    return Number.isNaN(ms) ? null : new Date(ms);
  }

  async token(options) {
    const number = options === undefined ? this.#core.cached() : 0;
    if (!number) return run(this.#core.begin("token", options), this.#flights, options?.signal);
    if (number !== this.#number) {
      this.#token = this.#core.shown();
      this.#number = number;
    }
    return this.#token;
  }

  async credential(options) {
    return run(this.#core.begin("credential", options), this.#flights, options?.signal);
  }

  invalidate(token) {
    return this.#core.invalidate(token);
  }

  async connection(options) {
    return run(this.#core.begin("connection", options), this.#flights, options?.signal);
  }

  async login(attempt, options) {
    if (typeof attempt !== "function") {
      throw invalidArgument("attempt", "`attempt` must be a function", "Give a function of the token that logs in.");
    }
    const first = this.#core.begin("token", options);
    // A little later than the wait for the token, which says more.
    return within(first.timeout + 100, options?.signal, async (end) => {
      let token = await run(first, this.#flights, end);
      for (let again = false; ; again = true) {
        try {
          const done = await attempt(token);
          this.#core.accept();
          return done;
        } catch (error) {
          const refused = this.#core.loginError(error, token);
          if (again || !refused?.retryable) throw refused ?? error;
        }
        token = await run(this.#core.begin("token", options), this.#flights, end);
      }
    });
  }

  loginError(error) {
    return this.#core.loginError(error);
  }

  async [driverConfig](names, options) {
    return run(this.#core.begin("driver", options, names), this.#flights, options?.signal);
  }
}
