// Each driver's pool, of `max` connections, as programs use it: `connect()` gives a connection of its own, `ask` its one
// row, `release` gives it back.
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
    return ofPg(new pg.Pool(await pgConfig(provider, options)));
  },

  async postgres(provider, options) {
    const { default: postgres } = await import("postgres");
    const sql = postgres(await postgresOptions(provider, options));
    return ofSql(sql, () => sql.end());
  },

  async bun(provider, options) {
    let left = options.max;
    let opened;
    let closed;
    const isOpen = new Promise((resolve) => (opened = () => --left || resolve()));
    const isClosed = new Promise((resolve) => (closed = resolve));
    const sql = new Bun.SQL(await bunSqlOptions(provider, { ...options, onconnect: opened, onclose: closed }));
    return {
      ...ofSql(sql, () => sql.close()),
      // Bun opens all connections of a pool with the first.
      async endOthers(connection) {
        await isOpen;
        await connection.ask("select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()");
        await isClosed;
      },
    };
  },

  async neon(provider, { relay, ...options }) {
    const [{ neonConfig, Pool }, subtls] = await Promise.all([import("@neondatabase/serverless"), import("subtls")]);
    neonConfig.webSocketConstructor = globalThis.WebSocket ?? (await import("ws")).default;
    return ofPg(new Pool(await neonOptions(provider, { ...options, neonConfig, subtls, relay })));
  },
};
