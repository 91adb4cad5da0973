import { getLakebasePgConfig } from "@databricks/lakebase";

// Its host and database are for the driver, which is not started. The identity is read from DATABRICKS_*.
export function open() {
  const { password } = getLakebasePgConfig({ endpoint: process.env.ENDPOINT, host: "localhost", database: "databricks_postgres" });
  return password;
}
