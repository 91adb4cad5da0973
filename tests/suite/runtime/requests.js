// A worker as programs have it: workspaces and providers at module scope, shared by all requests of the isolate.
import { Workspace } from "lakebase-credentials";
import settings from "cloudflare:settings";

// The clock is moved for all of the isolate.
let passed = 0;
const [wall, monotonic] = [Date.now.bind(Date), performance.now.bind(performance)];
const put = (object, name, value) => Object.defineProperty(object, name, { value, configurable: true, writable: true });
put(Date, "now", () => wall() + passed);
put(performance, "now", () => monotonic() + passed);

const scenes = {};
for (const [name, { eager, ...options }] of Object.entries(settings)) {
  const workspace = new Workspace(options);
  const provider = workspace.credentials({ instance: "orders" });
  const heard = [];
  for (const type of ["mint", "renew", "retry", "fail"]) provider.addEventListener(type, (event) => heard.push(event.type));
  // No request can be sent at module scope; what was begun there may not stand in the way of those that can.
  if (eager) provider.token().catch(() => {});
  scenes[name] = { workspace, provider, heard };
}

/** Enough to tell tokens apart. */
async function digest(token) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  return bytes.slice(0, 8).join(".");
}

const acts = {
  token: async ({ provider }, options) => digest(await provider.token(options)),
  login: async ({ provider }, options) => provider.login(digest, options),
  /** What a program does with a token takes longer than getting it. */
  async work({ provider }, options) {
    const token = await provider.token(options);
    await new Promise((resolve) => setTimeout(resolve, 400));
    return digest(token);
  },
  instance: async ({ workspace }, options) => (await workspace.getDatabaseInstance("orders", options)).state,
  generate: async ({ workspace }, options) => digest((await workspace.generateDatabaseCredential({ instanceNames: ["orders"], ...options })).token),
  /** Answers though the mint that it began is still under way. */
  async begin({ provider }) {
    provider.token().catch(() => {});
    return "begun";
  },
  state: async ({ provider, heard }) => ({ state: provider.state, heard }),
  async pass(_, { ms }) {
    passed += ms;
    return "passed";
  },
};

export default {
  async fetch(request) {
    const { scene, act, options } = await request.json();
    try {
      return Response.json({ value: await acts[act](scenes[scene], options) });
    } catch (error) {
      return Response.json({ error: { code: error?.code, text: String(error?.stack ?? error), json: JSON.stringify(error) } });
    }
  },
};
