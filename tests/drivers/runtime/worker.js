// In workerd.
import { act } from "./acts.js";

export default {
  fetch: async (request) => Response.json(await act(await request.json())),
};
