import { createLakebasePool } from "@databricks/lakebase";

// The password function as its pool calls it, which has a logger.
export function open() {
  const pool = createLakebasePool({ endpoint: process.env.ENDPOINT, host: "localhost", database: "databricks_postgres" });
  return pool.options.password;
}
