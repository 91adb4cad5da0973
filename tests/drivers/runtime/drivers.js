// Each driver's pool, as programs use it: `connect()` gives a connection of its own, `ask` its one row, `release` gives it
// back.
import { bunSqlOptions } from "lakebase-credentials/bun";
import { neonOptions } from "lakebase-credentials/neon";
import { pgConfig } from "lakebase-credentials/pg";
import { postgresOptions } from "lakebase-credentials/postgres";

const ofPg = (pool) => ({
  async connect() {
    const client = await pool.connect();
    return { ask: async (statement) => (await client.query(statement)).rows[0], release: () => client.release() };
  },
  end: () => pool.end(),
});

const ofSql = (sql, end) => ({
  async connect() {
    const connection = await sql.reserve();
    return { ask: async (statement) => (await connection.unsafe(statement))[0], release: () => connection.release() };
  },
  end,
});

export const DRIVERS = {
  async pg(provider, options) {
    const { default: pg } = await import("pg");
    return ofPg(new pg.Pool(await pgConfig(provider, { ...options, max: 2 })));
  },

  async postgres(provider, options) {
    const { default: postgres } = await import("postgres");
    const sql = postgres(await postgresOptions(provider, { ...options, max: 2 }));
    return ofSql(sql, () => sql.end());
  },

  async bun(provider, options) {
    const sql = new Bun.SQL(await bunSqlOptions(provider, { ...options, max: 2 }));
    return ofSql(sql, () => sql.close());
  },

  async neon(provider, { relay, ...options }) {
    const [{ neonConfig, Pool }, subtls] = await Promise.all([import("@neondatabase/serverless"), import("subtls")]);
    neonConfig.webSocketConstructor = globalThis.WebSocket ?? (await import("ws")).default;
    return ofPg(new Pool(await neonOptions(provider, { ...options, neonConfig, subtls, relay, max: 2 })));
  },
};
