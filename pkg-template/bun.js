import { configFor } from "./lib/driver.js";
import { insecureTls } from "./lib/insecure.js";

const NAMES = {
  taken: ["password", "pass", "url", "hostname", "username", "db", "path", "adapter", "max_lifetime"],
  age: "maxLifetime",
};

// Bun.SQL calls the password function once for each new connection, before it speaks to the server.
export async function bunSqlOptions(provider, options) {
  // Up to 1.3 Bun answers a server that asks for the password in clear, `sslmode=verify-full` or not.
  const [major, minor] = (globalThis.Bun?.version ?? "0.0").split(".").map(Number);
  if (major < 1 || (major === 1 && minor < 4)) {
    throw insecureTls("Bun.SQL gives the token to servers that it has not verified, up to Bun 1.3", "Use Bun 1.4 or newer, or pg.");
  }
  const { ssl, ...config } = await configFor(NAMES, provider, options);
  const { servername, ...tls } = ssl;
  return {
    ...config,
    adapter: "postgres",
    // Without one, Bun takes options from the one that the environment holds.
    url: `postgres://${config.host}:${config.port}/?sslmode=verify-full`,
    tls: { ...tls, serverName: servername },
    password: () => provider.token(),
  };
}
