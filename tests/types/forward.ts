import { forward } from "lakebase-credentials/forward";
import type { ForwardOptions } from "lakebase-credentials/forward";
import * as admin from "lakebase-credentials/admin";
import { workspace } from "./workspace.js";

const host = "https://workspace.example";
const handle: (request: Request) => Promise<Response> = forward({ host });
const response: Response = await handle(new Request("https://admin.example/api/2.0/database/instances"));
response.status.toFixed();
// Platforms pass more than the request.
export default { fetch: handle } satisfies { fetch(request: Request, env: object): Promise<Response> };

forward({ host, origin: "https://admin.example", timeout: 5_000 });
forward({ host, origin: ["https://admin.example", "http://localhost:5173"] as const });
// @ts-expect-error no host, and nothing to hand out
forward({});
// @ts-expect-error no options
forward();
// @ts-expect-error a number of milliseconds
forward({ host, timeout: "5s" });
// @ts-expect-error a function is mounted at its origin's root, as a client's host has no path
forward({ host, prefix: "/workspace" });
// @ts-expect-error a page sends its own token
forward({ host, token: "token" });

const credentials = workspace.credentials({ instance: "orders" });
const authorize = async (request: Request) => request.headers.get("cookie") === "session";
forward({ credentials, authorize });
forward({ host, origin: "https://admin.example", credentials, authorize: () => true });
forward({ credentials: new admin.Workspace({ host, token: "token" }).credentials({ instance: "orders" }), authorize });
// @ts-expect-error without it anybody could have the credential
forward({ host, credentials });
// @ts-expect-error it guards nothing
forward({ host, authorize });
// @ts-expect-error one credential, not whichever a page asks for
forward({ credentials: workspace, authorize });
// @ts-expect-error true or false
forward({ credentials, authorize: () => new Response() });
// @ts-expect-error true or false
forward({ credentials, authorize: async () => "yes" });

// Built up in parts, as from an environment.
const options: ForwardOptions = response.ok ? { host } : { credentials, authorize };
forward(options);
