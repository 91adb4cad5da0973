import { drizzle } from "drizzle-orm/node-postgres";
import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import pg from "pg";

const { DATABRICKS_HOST: host = "", DATABRICKS_CLIENT_ID: clientId = "", DATABRICKS_CLIENT_SECRET: clientSecret = "" } = process.env;
const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

const pool = new pg.Pool(await pgConfig(provider));
pool.on("error", (error) => console.error(error.message));

export const db = drizzle({ client: pool });
