import { ProviderCore, driverConnection } from "../lakebase_credentials_bg.js";
import { driverConfig } from "./driver.js";

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

  constructor(core) {
    super();
    if (!(core instanceof ProviderCore)) throw new TypeError("Illegal constructor");
    this.#core = core;
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
    return this.#core.expirationTime ?? null;
  }

  token(options) {
    return this.#core.token(options);
  }

  credential(options) {
    return this.#core.credential(options);
  }

  invalidate(token) {
    return this.#core.invalidate(token);
  }

  connection(options) {
    return this.#core.connection(options);
  }

  login(attempt, options) {
    return this.#core.login(attempt, options);
  }

  [driverConfig](driver, options) {
    return driverConnection(this.#core, options, driver);
  }
}
