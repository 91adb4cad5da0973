// The databases of the workspace, as they are now.
import { describeEndpoint, describeInstance } from "./describe.js";
import { isPassing } from "./states.js";
import { watch } from "./watch.js";

/** While something starts or changes, a person waits for it. */
const PASSING = 4_000;
const RESTING = 15_000;
/** A list of endpoints is many requests: one for each project and branch. */
const ENDPOINTS_RESTING = 30_000;
const ENDPOINTS_TIMEOUT = 120_000;
/** However many requests a list takes, most of the time nothing is asked for. */
const REST = 9;
/** That there is nothing to list: a workspace may know nothing of autoscaling. */
const ABSENT = ["FEATURE_DISABLED", "NOT_FOUND"];

class Part extends EventTarget {
  /** By key; undefined until the first answer. */
  databases;
  error;
  reading = false;
  /** When the last answer came. */
  at;
  #watch;

  constructor(read, describe, resting) {
    super();
    let took = 0;
    this.#watch = watch({
      async read(signal) {
        const began = performance.now();
        const all = (await read({ signal })).map(describe);
        took = performance.now() - began;
        return new Map(all.map((one) => [one.key, one]));
      },
      interval(databases = new Map()) {
        const passing = [...databases.values()].some((one) => isPassing(one.meaning));
        return Math.max(passing ? PASSING : resting, took * REST);
      },
      onValue: (databases) => {
        this.databases = databases;
        this.error = undefined;
        this.at = new Date();
        this.#changed();
      },
      onError: (error) => {
        this.error = error;
        this.#changed();
      },
      onState: ({ reading }) => {
        this.reading = reading;
        this.#changed();
      },
    });
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  get absent() {
    return ABSENT.includes(this.error?.code) && this.databases === undefined;
  }

  look() {
    return this.#watch.look();
  }

  /** Something was changed from here. */
  lookSoon() {
    this.#watch.soon(1_000);
  }

  stop() {
    this.#watch.stop();
  }
}

/** `change` events come from it whenever an answer came. */
export class Catalog extends EventTarget {
  instances;
  endpoints;

  constructor(workspace) {
    super();
    this.instances = new Part((options) => workspace.listDatabaseInstances(options), describeInstance, RESTING);
    this.endpoints = new Part((options) => workspace.listEndpoints({ timeout: ENDPOINTS_TIMEOUT, ...options }), describeEndpoint, ENDPOINTS_RESTING);
    for (const part of this.parts) part.addEventListener("change", () => this.dispatchEvent(new Event("change")));
  }

  get parts() {
    return [this.instances, this.endpoints];
  }

  find(key) {
    return this.parts.map((part) => part.databases?.get(key)).find(Boolean);
  }

  /** Whether what there is of it has been read, or could not be. */
  get settled() {
    return this.parts.every((part) => part.databases || part.error);
  }

  get failed() {
    return this.parts.some((part) => part.error && !part.absent);
  }

  get size() {
    return this.parts.reduce((sum, part) => sum + (part.databases?.size ?? 0), 0);
  }

  /** Whether the part that a key belongs to has been read. */
  knows(key) {
    const part = key.startsWith("endpoints/") ? this.endpoints : this.instances;
    return part.databases !== undefined || part.absent;
  }

  look() {
    for (const part of this.parts) part.look();
  }

  stop() {
    for (const part of this.parts) part.stop();
  }
}
