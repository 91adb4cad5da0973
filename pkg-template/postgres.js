import { configFor } from "./lib/driver.js";

// postgres.js calls the password function once for each new connection.
export async function postgresOptions(provider, options) {
  const { maxLifetimeSeconds, ...config } = await configFor("postgres", provider, options);
  return { max_lifetime: maxLifetimeSeconds, ...config, password: () => provider.token() };
}
