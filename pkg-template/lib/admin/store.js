import { within } from "../admin-client/run.js";
import { invalidArgument } from "../error.js";

// The longest that a storage may take for one text, in ms.
const STORE_TIMEOUT = 10_000;

const METHODS = ["getItem", "setItem", "removeItem"];

// `sessionStorage` throws where the person has turned storage off.
function defaultStorage() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}

// What a session remembers, in a storage like the browser's, whose methods may also give promises.
export class Store {
  #storage;
  #key;
  #failed;

  // `failed` makes the error for the words of a storage, and the text that it was to take.
  constructor(storage = defaultStorage(), key, failed) {
    if (!METHODS.every((method) => typeof storage?.[method] === "function")) {
      const reason = storage === undefined ? "is missing, as there is no sessionStorage here" : "is no storage";
      const hint = "Give an object with getItem, setItem and removeItem, such as localStorage.";
      throw invalidArgument("storage", `\`storage\` ${reason}`, hint);
    }
    this.#storage = storage;
    this.#key = key;
    this.#failed = failed;
  }

  #name = (what) => `${this.#key} ${what}`;

  // An empty text where nothing is stored.
  async read(what) {
    const text = await this.#try("", (storage) => storage.getItem(this.#name(what)));
    return typeof text === "string" ? text : "";
  }

  async write(what, text) {
    const name = this.#name(what);
    await this.#try(text, (storage) => (text ? storage.setItem(name, text) : storage.removeItem(name)));
  }

  // What is stored, if the storage tells at once.
  glance(what) {
    try {
      const text = this.#storage.getItem(this.#name(what));
      if (text === null || typeof text === "string") return text ?? "";
      text?.then?.(undefined, () => {});
    } catch {
      // The next call that needs the storage says so.
    }
    return undefined;
  }

  // The storage is asked before anything is awaited: what is to be forgotten at once, is.
  async #try(text, work) {
    try {
      const done = work(this.#storage);
      return typeof done?.then === "function" ? await within(STORE_TIMEOUT, undefined, async () => done) : done;
    } catch (error) {
      throw this.#failed(String(error?.name ?? ""), String(error?.message ?? error), text);
    }
  }
}
