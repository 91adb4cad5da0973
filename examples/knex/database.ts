import knex from "knex";
import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";

const { DATABRICKS_HOST: host = "", DATABRICKS_CLIENT_ID: clientId = "", DATABRICKS_CLIENT_SECRET: clientSecret = "" } = process.env;
export const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

export const db = knex({ client: "pg", connection: await pgConfig(provider) });
