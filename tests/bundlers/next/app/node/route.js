import pg from "pg";
import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";

const { DATABRICKS_HOST: host, DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret, PGPORT } = process.env;
const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

export async function POST() {
  const client = new pg.Client(await pgConfig(provider, { port: Number(PGPORT) }));
  await client.connect();
  const { rows } = await client.query("SELECT current_user AS who");
  await client.end();
  return Response.json({ ...rows[0], cached: (await provider.token()) === (await provider.token()) });
}
