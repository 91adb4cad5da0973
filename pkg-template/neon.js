import { configFor } from "./lib/driver.js";
import { invalidArgument } from "./lib/error.js";
import { insecureTls } from "./lib/insecure.js";

const NAMES = { taken: ["password", "connectionString", "stream", "connection"], age: "maxLifetimeSeconds" };

// The driver's settings are the whole program's; what is for one host is found by its name.
const places = new Map();

// Handshakes that were verified, and whose connections have not asked for the token yet.
let verified = 0;

export async function neonOptions(provider, options) {
  const { neonConfig, subtls, relay, ...given } = options ?? {};
  const config = await configFor(NAMES, provider, given);
  if (typeof neonConfig !== "function" || typeof subtls?.startTls !== "function") {
    const option = typeof neonConfig === "function" ? "subtls" : "neonConfig";
    throw invalidArgument(option, `\`${option}\` is missing`, "Give the driver's `neonConfig`, and the module `subtls`.");
  }
  if (!/^wss?:\/\/[^/]/.test(relay)) {
    throw invalidArgument("relay", "`relay` must be the address of a WebSocket", "Give wss://… of the relay to the database.");
  }
  const roots = await rootsOf(subtls, config.ssl.ca);
  places.set(config.host, { relay, roots });
  Object.assign(neonConfig, {
    useSecureWebSocket: relay.startsWith("wss:"),
    wsProxy: addressOf,
    // TLS from here to the database, within the WebSocket: the relay sees no token.
    forceDisablePgSSL: false,
    subtls: verifying(subtls),
    // The token is for who asks for it, in TLS.
    pipelineConnect: false,
    pipelineTLS: false,
    poolQueryViaFetch: false,
  });
  // As in pg's pool.
  if (globalThis.navigator?.userAgent === "Cloudflare-Workers") delete config.maxLifetimeSeconds;
  return { ...config, password: () => tokenOf(provider) };
}

async function rootsOf(subtls, ca) {
  const hint = "Give the certificate authorities of the database, as PEM text: subtls trusts none by itself.";
  if (ca === undefined) throw invalidArgument("ca", "`ca` is missing", hint);
  try {
    return await subtls.TrustedCert.databaseFromPEM(ca);
  } catch {
    throw invalidArgument("ca", "`ca` cannot be read", hint);
  }
}

// The driver itself writes the scheme.
function addressOf(host, port) {
  const address = new URL(places.get(host)?.relay ?? `wss://${host}/v2`);
  address.searchParams.set("address", `${host}:${port}`);
  return address.href.slice(address.protocol.length + 2);
}

function verifying(subtls) {
  let last;
  class WebSocketReadQueue extends subtls.WebSocketReadQueue {
    constructor(socket) {
      super(socket);
      last = socket;
    }
  }
  return {
    ...subtls,
    TrustedCert: { databaseFromPEM: async () => undefined },
    WebSocketReadQueue,
    async startTls(host, _, read, write, settings) {
      // The driver makes the queue and begins the handshake in one turn.
      const socket = last;
      try {
        const tls = await subtls.startTls(host, places.get(host).roots, read, write, { ...settings, useSNI: true });
        verified += 1;
        return tls;
      } catch {
        // The driver waits for this promise alone, and would leave a rejection to the process.
        socket.close();
        return new Promise(() => {});
      }
    },
  };
}

async function tokenOf(provider) {
  if (verified === 0) {
    throw insecureTls("the driver asks for the token without a verified connection", "Leave `neonConfig` as `neonOptions` sets it.");
  }
  verified -= 1;
  return provider.token();
}
