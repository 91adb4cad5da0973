// In workerd.
import { live } from "./live.js";

export default {
  fetch: async (request) => Response.json(await live(await request.json()).catch(({ stack }) => ({ error: stack }))),
};
