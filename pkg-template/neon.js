import { configFor } from "./lib/driver.js";
import { invalidArgument } from "./lib/error.js";
import { insecureTls } from "./lib/insecure.js";

const NAMES = { taken: ["password", "connectionString", "stream", "connection"], age: "maxLifetimeSeconds" };

// The driver's settings are the whole program's; what is for one host is found by its name.
const places = new Map();

// What the driver writes through, once a handshake was verified, and the host that it leads to.
const verified = new WeakMap();

export async function neonOptions(provider, options) {
  const { neonConfig, subtls, relay, ...given } = options ?? {};
  const config = await configFor(NAMES, provider, given);
  if (typeof neonConfig !== "function" || typeof subtls?.startTls !== "function") {
    const option = typeof neonConfig === "function" ? "subtls" : "neonConfig";
    throw invalidArgument(option, `\`${option}\` is missing`, "Give the driver's `neonConfig`, and the module `subtls`.");
  }
  const place = { relay: relayOf(relay), roots: await rootsOf(subtls, config.ssl.ca) };
  places.set(config.host, place);
  Object.assign(neonConfig, {
    wsProxy: (host, port) => addressOf(neonConfig, host, port),
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
  return {
    ...config,
    // The driver calls it on the client that is to log in.
    password() {
      const token = tokenFor(this, provider, config.host);
      // Set to ask early, the driver leaves a rejection to the process until there is a connection.
      token.catch(() => {});
      return token;
    },
  };
}

function relayOf(relay) {
  try {
    const address = new URL(relay?.href ?? relay);
    if (/^wss?:$/.test(address.protocol) && !address.hash) return address;
  } catch {
    // As any other that is none.
  }
  throw invalidArgument("relay", "`relay` must be the address of a WebSocket", "Give wss://… of the relay to the database.");
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

function addressOf(neonConfig, host, port) {
  const address = new URL(places.get(host)?.relay ?? `wss://${host}/v2`);
  address.searchParams.set("address", `${host}:${port}`);
  // The driver writes the scheme itself, as this says when it has the rest.
  neonConfig.useSecureWebSocket = address.protocol === "wss:";
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
        verified.set(tls.write, host);
        return tls;
      } catch {
        // The driver waits for this promise alone, and would leave a rejection to the process.
        socket.close();
        return new Promise(() => {});
      }
    },
  };
}

async function tokenFor(client, provider, host) {
  const write = verifiedWrite(client, host);
  const token = await provider.token();
  // The connection may have ended meanwhile.
  if (verifiedWrite(client, host) !== write) throw unverified();
  return token;
}

// What the client's password will go through: TLS that was verified here, for this host.
function verifiedWrite(client, host) {
  const { tlsState, tlsWrite, destroyed } = client?.connection?.stream ?? {};
  if (tlsState !== 2 || destroyed || verified.get(tlsWrite) !== host) throw unverified();
  return tlsWrite;
}

function unverified() {
  return insecureTls("the driver asks for the token without a verified connection", "Leave `neonConfig` as `neonOptions` sets it.");
}
