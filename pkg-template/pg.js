import { configFor } from "./lib/driver.js";

// With a URI, pg ignores the password function.
const NAMES = { taken: ["password", "connectionString"], age: "maxLifetimeSeconds" };

// pg calls the password function once for each new connection.
export async function pgConfig(provider, options) {
  const config = await configFor(NAMES, provider, options);
  // In workerd a connection lasts no longer than its request; and with a lifetime, pg's pool hangs there on most
  // compatibility dates: it calls `unref` on its timer, which is a number.
  if (globalThis.navigator?.userAgent === "Cloudflare-Workers") delete config.maxLifetimeSeconds;
  return { ...config, password: () => provider.token() };
}
