import { drizzle } from "drizzle-orm/postgres-js";
import { Workspace } from "lakebase-credentials";
import { postgresOptions } from "lakebase-credentials/postgres";
import postgres from "postgres";

const { DATABRICKS_HOST: host = "", DATABRICKS_CLIENT_ID: clientId = "", DATABRICKS_CLIENT_SECRET: clientSecret = "" } = process.env;
export const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

export const db = drizzle({ client: postgres(await postgresOptions(provider)) });
