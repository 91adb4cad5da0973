import { configFor } from "./lib/driver.js";

// pg calls the password function once for each new connection.
export async function pgConfig(provider, options) {
  const config = await configFor("pg", provider, options);
  return { ...config, password: () => provider.token() };
}
