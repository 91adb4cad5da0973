// What one case plays against: a workspace of its own, the levers to it, and a trap that must stay empty.
import http from "node:http";
import { startEmulator } from "../../emulator/index.js";
import { listen } from "./listen.js";

/** A case never shares its workspace: what an earlier one left under way cannot reach it. */
export async function startStage() {
  const emulator = await startEmulator({ database: false });
  const trapped = [];
  const trap = await listen(
    http.createServer((request, response) => {
      trapped.push({ method: request.method, path: request.url, headers: request.headers });
      response.end("{}");
    }),
  );
  const secrets = new Set([emulator.servicePrincipal.clientSecret, emulator.user.token]);

  const levers = {
    fault: (route, { repeat, ...fault }, times) =>
      emulator.fault(route, repeat ? { ...fault, body: repeat[0].repeat(repeat[1]) } : fault, {
        times: times === "always" ? Infinity : (times ?? 1),
      }),
    clearFaults: (route) => emulator.clearFaults(route ?? undefined),
    settings: (settings) => void Object.assign(emulator.settings, settings),
    advance: (seconds) => emulator.clock.advance(seconds),
    requests: () => [...emulator.requests],
    instance: (name, state) => void (emulator.instances[name].state = state),
    addInstances: (names) => names.forEach((name) => emulator.addInstance(name)),
    trapped: () => trapped,
    async platformToken(claims) {
      const token = await emulator.federation.platformToken(claims);
      secrets.add(token);
      return token;
    },
    async addServicePrincipal(given) {
      const added = await emulator.addServicePrincipal(given);
      secrets.add(added.clientSecret);
      return added;
    },
  };

  const server = http.createServer((request, response) => pull(levers, request, response));
  const { url: origin, stop: stopServer } = await listen(server);

  return {
    emulator,
    env: {
      url: emulator.url,
      origin,
      trap: trap.url,
      servicePrincipal: emulator.servicePrincipal,
      user: emulator.user,
      endpoint: emulator.endpoint,
      workspaceId: emulator.workspaceId,
      accountId: emulator.accountId,
    },
    /** All secrets that this workspace knows of or was sent. */
    secrets() {
      for (const { headers } of emulator.requests) {
        const [scheme, value] = (headers.authorization ?? "").split(" ");
        if (scheme === "Bearer") secrets.add(value);
        if (scheme === "Basic") secrets.add(value).add(decodeURIComponent(atob(value).split(":")[1] ?? ""));
      }
      return [...secrets].filter(Boolean);
    },
    stop: () => Promise.all([stopServer(), trap.stop(), emulator.stop()]),
  };
}

async function pull(levers, request, response) {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const [name, ...args] = JSON.parse(Buffer.concat(chunks).toString());
    response.end(JSON.stringify({ result: await levers[name](...args) }));
  } catch (error) {
    response.end(JSON.stringify({ error: error.message }));
  }
}
