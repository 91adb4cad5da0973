import { Kysely, PostgresDialect, type Generated } from "kysely";
import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import pg from "pg";

const { DATABRICKS_HOST: host = "", DATABRICKS_CLIENT_ID: clientId = "", DATABRICKS_CLIENT_SECRET: clientSecret = "" } = process.env;
export const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

const pool = new pg.Pool(await pgConfig(provider));
const report = (error: Error) => console.error(error.message);
pool.on("error", report).on("connect", (client) => client.on("error", report));

interface Database {
  orders: { id: Generated<number>; customer: string; item: string; quantity: number };
}
export const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
