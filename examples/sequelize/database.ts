import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import { Sequelize } from "sequelize";

const { DATABRICKS_HOST: host = "", DATABRICKS_CLIENT_ID: clientId = "", DATABRICKS_CLIENT_SECRET: clientSecret = "" } = process.env;
export const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

const { user: username, password, ssl, ...server } = await pgConfig(provider);
export const db = new Sequelize({ ...server, dialect: "postgres", username, dialectOptions: { ssl } });
db.addHook("beforeConnect", (config) => void Object.assign(config, { password }));
