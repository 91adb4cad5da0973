// The databases of the workspace, as they are now.
import { describeEndpoint, describeInstance } from "./describe.js";
import { isPassing } from "./states.js";
import { watch } from "./watch.js";

/** While something starts or changes, a person waits for it. */
const PASSING = 4_000;
const RESTING = 15_000;
/** A list of endpoints is many requests: one for each project and branch. */
const ENDPOINTS_RESTING = 60_000;

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
    this.#watch = watch({
      read: async (signal) => new Map((await read({ signal })).map((one) => describe(one)).map((one) => [one.key, one])),
      interval: (databases = new Map()) => ([...databases.values()].some((one) => isPassing(one.meaning)) ? PASSING : resting),
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
    this.endpoints = workspace.listEndpoints
      ? new Part((options) => workspace.listEndpoints(options), describeEndpoint, ENDPOINTS_RESTING)
      : undefined;
    for (const part of this.parts) part.addEventListener("change", () => this.dispatchEvent(new Event("change")));
  }

  get parts() {
    return [this.instances, this.endpoints].filter(Boolean);
  }

  find(key) {
    return this.parts.map((part) => part.databases?.get(key)).find(Boolean);
  }

  /** Whether the part that a key belongs to has been read. */
  knows(key) {
    const part = key.startsWith("endpoints/") ? this.endpoints : this.instances;
    return part === undefined || part.databases !== undefined;
  }

  look() {
    for (const part of this.parts) part.look();
  }

  stop() {
    for (const part of this.parts) part.stop();
  }
}
