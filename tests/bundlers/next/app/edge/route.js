import { Workspace } from "lakebase-credentials";

export const runtime = "edge";

const { DATABRICKS_HOST: host, DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret } = process.env;
const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

// No connection can be opened here: the token is for whatever speaks HTTP or WebSocket.
export async function POST() {
  const { token } = await provider.credential();
  return Response.json({ runtime: globalThis.EdgeRuntime, token, cached: (await provider.token()) === token });
}
