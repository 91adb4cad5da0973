import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import { DataSource, EntitySchema } from "typeorm";

const { DATABRICKS_HOST: host = "", DATABRICKS_CLIENT_ID: clientId = "", DATABRICKS_CLIENT_SECRET: clientSecret = "" } = process.env;
export const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

export const Order = new EntitySchema<{ id: number; customer: string; item: string; quantity: number }>({
  name: "orders",
  columns: {
    id: { type: Number, primary: true, generated: true },
    customer: { type: String },
    item: { type: String },
    quantity: { type: Number },
  },
});

export const db = new DataSource({ type: "postgres", extra: await pgConfig(provider), entities: [Order] });
