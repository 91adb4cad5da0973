// In Node.js, Deno or Bun.
import { live } from "./live.js";

process.on("message", async ({ id, task }) => {
  process.send({ id, result: await live(task).catch(({ stack }) => ({ error: stack })) });
});
