// Attempts in a Node.js process of its own, one for each message.
import { attempt } from "./attempt.js";

process.on("message", async ({ id, task }) => process.send({ id, result: await attempt(task) }));
