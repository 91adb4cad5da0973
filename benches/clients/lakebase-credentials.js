import { Workspace } from "lakebase-credentials";

export function open() {
  const { DATABRICKS_HOST: host, DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret } = process.env;
  const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: process.env.INSTANCE });
  return () => provider.token();
}
