import { PrismaPg } from "@prisma/adapter-pg";
import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import { PrismaClient } from "./generated/client.js";

const { DATABRICKS_HOST: host = "", DATABRICKS_CLIENT_ID: clientId = "", DATABRICKS_CLIENT_SECRET: clientSecret = "" } = process.env;
export const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

export const db = new PrismaClient({ adapter: new PrismaPg(await pgConfig(provider)) });
