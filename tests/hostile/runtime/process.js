// Attempts in Node.js, Deno or Bun: a process of its own, one for each message.
import { attempt } from "./attempt.js";
import "./uncaught.js";

process.on("message", async ({ id, task }) => process.send({ id, result: await attempt(task) }));
