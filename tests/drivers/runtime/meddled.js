// Neon's driver, whose settings are the whole program's, when another part of the program has set them too.
import { Workspace } from "lakebase-credentials";
import { neonOptions } from "lakebase-credentials/neon";

const MEDDLING = {
  "no TLS": () => ({ forceDisablePgSSL: true }),
  "other roots": ({ subtls, otherCa }) => ({ subtls, rootCerts: otherCa }),
  "the password at once": () => ({ pipelineConnect: "password" }),
};

/** What comes of one login, and of one more when all is in order again. */
export async function meddled({ workspace, options, setting, otherCa, ports }) {
  const [{ Client, neonConfig }, subtls] = await Promise.all([import("@neondatabase/serverless"), import("subtls")]);
  neonConfig.webSocketConstructor = globalThis.WebSocket ?? (await import("ws")).default;
  const provider = new Workspace(workspace).credentials({ instance: "orders" });
  // In hand: a token that is not there yet could not get lost.
  const token = await provider.token();
  const optionsFor = (port) => neonOptions(provider, { ...options, neonConfig, subtls, port, connectionTimeoutMillis: 20_000 });

  async function query(config) {
    const client = new Client(config);
    client.on("error", () => {}); // what the calls give is looked at
    try {
      await client.connect();
      return (await client.query("select 42 as answer")).rows[0];
    } catch (error) {
      return { code: error.code, message: error.message };
    } finally {
      client.end().catch(() => {});
    }
  }

  const closed = await query(await optionsFor(ports.closing));
  const config = await optionsFor(ports.next);
  Object.assign(neonConfig, MEDDLING[setting]({ subtls, otherCa }));
  const refused = [await query(config), await query(config)];
  const right = await optionsFor(ports.database);
  // Of another database, whose relay speaks TLS.
  await neonOptions(provider, { ...options, neonConfig, subtls, host: "db.example", relay: new URL("wss://relay.example/v1") });
  return { token, closed, refused, answered: await query(right) };
}
