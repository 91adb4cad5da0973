import http from "node:http";
import { ApiError } from "./errors.js";
import { STATES } from "./computes.js";
import { parseJson, readBody } from "./http.js";

/**
 * The same levers for other processes, on a port of their own, so that nothing
 * of the workspace's address space is taken.
 */
export function createControlServer(emulator) {
  const act = {
    "POST /_emulator/fault"({ route, fault, times }) {
      emulator.fault(route, fault, { times: times === "Infinity" ? Infinity : times });
    },
    "POST /_emulator/clock"({ advance }) {
      emulator.clock.advance(advance);
      return { now: emulator.clock.date().toISOString(), offset: emulator.clock.offset };
    },
    "POST /_emulator/settings"(settings) {
      Object.assign(emulator.settings, settings);
      return { ...emulator.settings };
    },
    "POST /_emulator/instance"({ name, state }) {
      const instance = Object.hasOwn(emulator.instances, name) && emulator.instances[name];
      if (!instance) throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `Database instance '${name}' does not exist.`);
      if (!STATES.includes(state)) throw new ApiError(400, "INVALID_PARAMETER_VALUE", `A state is one of ${STATES.join(", ")}.`);
      instance.state = state;
      return instance;
    },
    "POST /_emulator/platform-token": async (claims) => ({ token: await emulator.federation.platformToken(claims) }),
    "POST /_emulator/reset": () => emulator.reset(),
    "GET /_emulator/requests": () => emulator.requests,
    "GET /_emulator/logins": () => emulator.logins,
    "GET /_emulator/info": () => emulator.info(),
  };

  return http.createServer(async (request, response) => {
    const answer = (status, value) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value ?? {}));
    };
    try {
      const handler = act[`${request.method} ${new URL(request.url, "http://control").pathname}`];
      if (!handler) return answer(404, { message: `one of ${Object.keys(act).join(", ")}` });
      const { body, tooLarge } = await readBody(request);
      if (tooLarge) return answer(413, { message: "the body is too large" });
      return answer(200, await handler(body?.length ? parseJson(body) : {}));
    } catch (error) {
      return answer(error.status ?? 400, { message: error.message });
    }
  });
}
