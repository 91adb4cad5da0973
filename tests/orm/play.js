// An example in a process of its own: it is imported, and does what it is told over IPC.
import { inspect } from "node:util";

const player = await import(process.argv[2]);

const acts = {
  ...player,
  passTime,
  /** What the provider makes of the errors that so many calls at once end with; rejects if one ends with none, or with another. */
  async refusals(times, act, ...args) {
    const ends = await Promise.allSettled(Array.from({ length: times }, () => player[act](...args)));
    return ends.map(({ reason: error }) => {
      const refused = player.provider.loginError(error);
      if (!refused) throw error ?? new Error("it did not fail");
      const { code, retryable, message, hint, identity, cause } = refused;
      return { code, retryable, message, hint, identity, isCause: cause === error };
    });
  },
};

process.on("message", async ({ id, act, args }) => {
  try {
    process.send({ id, result: await acts[act](...args) });
  } catch (error) {
    process.send({ id, error: inspect(error, { depth: 6 }) }); // with its causes, as a log would show it
  }
});
process.send({ ready: true });
