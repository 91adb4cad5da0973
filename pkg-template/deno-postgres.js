import { configFor } from "./lib/driver.js";

const NAMES = { taken: ["password", "hostname", "host_type", "ssl", "tls"] };

// deno-postgres takes a string as a password: options are good for connections that are opened now.
export async function denoPostgresOptionsWithToken(provider, options) {
  const { host, ssl, ...config } = await configFor(NAMES, provider, options);
  return {
    ...config,
    hostname: host,
    host_type: "tcp",
    // Without `enforce` the driver goes on in clear when TLS fails. The name that it sends and checks is the host.
    tls: { enabled: true, enforce: true, caCertificates: ssl.ca ? [ssl.ca] : [] },
    password: await provider.token(),
  };
}
