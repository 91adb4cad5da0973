import { libpqKeywords, Workspace } from "lakebase-credentials";

const { DATABRICKS_HOST: host, DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret } = process.env;
const { PGPORT: port = 5432, PGSSLROOTCERT: sslrootcert } = process.env;
const provider = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });

const connection = await provider.connection({ port: Number(port), sslrootcert });
process.stdout.write(libpqKeywords(connection, { password: await provider.token() }));
