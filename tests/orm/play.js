// An example in a process of its own: it is imported, and does what it is told over IPC.
import { inspect } from "node:util";

const player = await import(process.argv[2]);
const acts = { ...player, passTime };

process.on("message", async ({ id, act, args }) => {
  try {
    process.send({ id, result: await acts[act](...args) });
  } catch (error) {
    process.send({ id, error: inspect(error, { depth: 6 }) }); // with its causes, as a log would show it
  }
});
process.send({ ready: true });
