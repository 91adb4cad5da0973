// Plays one case in the runtime that has loaded this.
import { cases } from "../cases/index.js";
import { createContext } from "./context.js";
import { release, takeHold } from "./platform.js";
import { createRecord, recorded } from "./record.js";

let current;

/** `lib` holds the exports of the package and its adapters, `inspect` is the platform's, if it has one; `inPage` is a browser's. */
export function createPlayer({ lib, inPage = false, inspect }) {
  const watched = recorded(lib, () => current);

  /** What nobody handled fails the case under way. */
  const uncaught = new Map();

  return {
    uncaught: (error, promise = error) => uncaught.set(promise, error),
    /** Some platforms speak too soon. */
    handled: (error, promise = error) => uncaught.delete(promise),
    async play(name, env) {
      const record = createRecord(inspect);
      current = record;
      let error;
      try {
        // Not at module scope, where workerd gives no clock.
        takeHold();
        const { run } = cases.find((one) => one.name === name);
        await run(createContext({ lib: watched, inPage, inspect, record, env }));
        await new Promise((resolve) => setTimeout(resolve));
        for (const one of uncaught.values()) throw one;
      } catch (thrown) {
        const message = String(thrown?.message ?? thrown);
        const stack = String(thrown?.stack ?? thrown);
        // Firefox leaves the message out of a stack.
        error = { message, stack: stack.includes(message) ? stack : `${message}\n${stack}` };
        record.text(error.stack);
      }
      uncaught.clear();
      release(env);
      return { error, seen: [...record.seen], secrets: [...record.secrets] };
    },
  };
}
