// Attempts in workerd, one for each request.
import { attempt } from "./attempt.js";

export default {
  fetch: async (request) => Response.json(await attempt(await request.json())),
};
