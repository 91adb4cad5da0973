// In Node.js, Deno or Bun.
import { act } from "./acts.js";

process.on("message", async ({ id, task }) => process.send({ id, result: await act(task) }));
