import { configFor } from "./lib/driver.js";

const NAMES = {
  taken: ["password", "pass", "hostname", "username", "db", "path", "socket"],
  age: "max_lifetime",
};

// postgres.js calls the password function once for each new connection. What that rejects with nobody catches, and Node.js
// ends the process: so Postgres is asked without a password, which it refuses, and the query fails.
export async function postgresOptions(provider, options) {
  return { ...(await configFor(NAMES, provider, options)), password: () => provider.token().catch(() => "") };
}
