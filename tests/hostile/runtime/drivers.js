// One login with each driver, as a program would make it: `rows` of one statement.
import { bunSqlOptions } from "lakebase-credentials/bun";
import { neonOptions } from "lakebase-credentials/neon";
import { pgConfig } from "lakebase-credentials/pg";
import { postgresOptions } from "lakebase-credentials/postgres";

/** Runs `work`, and ends what it waits for when the time is over: a driver that never gives up has to be ended. */
async function within(ms, end, work) {
  const timer = setTimeout(end, ms);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    end();
  }
}

export const DRIVERS = {
  async pg(provider, options, { timeout, statement }) {
    const config = await pgConfig(provider, { ...options, connectionTimeoutMillis: timeout });
    const { default: pg } = await import("pg");
    return query(new pg.Client(config), statement);
  },

  async postgres(provider, options, { timeout, statement }) {
    const config = await postgresOptions(provider, { ...options, max: 1, connect_timeout: timeout / 1000 });
    const { default: postgres } = await import("postgres");
    const sql = postgres(config);
    // When a server closes in order before the login, postgres.js starts over, without an end: its timeout is for each
    // connection. A program has to end that itself.
    const end = () => sql.end({ timeout: 0 }).catch(() => {});
    return within(timeout + 1000, end, async () => [...(await sql.unsafe(statement))]);
  },

  async bun(provider, options, { timeout, statement }) {
    const sql = new Bun.SQL(await bunSqlOptions(provider, { ...options, max: 1, connectionTimeout: timeout / 1000 }));
    const end = () => sql.close({ timeout: 0 }).catch(() => {});
    return within(timeout + 1000, end, async () => [...(await sql.unsafe(statement))]);
  },

  async neon(provider, { relay, ...options }, { timeout, statement }) {
    const [{ Client, neonConfig }, subtls] = await Promise.all([import("@neondatabase/serverless"), import("subtls")]);
    const given = { ...options, neonConfig, subtls, relay, connectionTimeoutMillis: timeout };
    const config = await neonOptions(provider, given);
    // Node.js 20 has none of its own.
    neonConfig.webSocketConstructor = globalThis.WebSocket ?? (await import("ws")).default;
    return query(new Client(config), statement);
  },
};

async function query(client, statement) {
  client.on("error", () => {}); // what the calls give is looked at
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    client.end().catch(() => {});
  }
}
