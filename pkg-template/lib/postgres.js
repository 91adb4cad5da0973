import { configFor } from "./driver.js";
import { VerifiedSocket } from "./tls/socket.js";

const NAMES = {
  taken: ["password", "pass", "hostname", "username", "db", "path", "socket"],
  age: "max_lifetime",
};

// postgres.js waits for a password, and then writes it to whichever socket it has by then: to one without TLS, if it has
// begun anew. So its sockets are made here, each for a token that is at hand, and none is without TLS.
export async function optionsFor(openVerified, provider, options) {
  const { ssl, ...config } = await configFor(NAMES, provider, options);
  let token;
  // Before the driver gives up, so that it tells why; in ms, of s.
  const timeoutOf = ({ connect_timeout: limit }) => (limit > 0 ? Math.ceil(limit * 900) : undefined);
  return {
    ...config,
    ssl: false,
    socket(parsed) {
      const socket = new VerifiedSocket(async (signal) => {
        token = await provider.token({ signal, timeout: timeoutOf(parsed) });
        return openVerified({ ...config, ssl }, signal);
      });
      // The driver's errors name them.
      return Object.assign(socket, { host: config.host, port: config.port });
    },
    password: () => token,
  };
}
