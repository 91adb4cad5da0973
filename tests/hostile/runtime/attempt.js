// One attempt to log in and ask something, as a program would make it; every runtime does just this.
import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import { postgresOptions } from "lakebase-credentials/postgres";
import pg from "pg";
import postgres from "postgres";
import { INSECURE, REPLACING } from "./settings.js";

let provider;

const DRIVERS = {
  async pg(options, { timeout, statement }) {
    const client = new pg.Client(await pgConfig(provider, { ...options, connectionTimeoutMillis: timeout }));
    client.on("error", () => {}); // what the calls give is looked at
    try {
      await client.connect();
      return (await client.query(statement)).rows;
    } finally {
      client.end().catch(() => {});
    }
  },

  async postgres(options, { timeout, statement }) {
    const sql = postgres(await postgresOptions(provider, { ...options, max: 1, connect_timeout: timeout / 1000 }));
    // When a server closes in order before the login, postgres.js starts over, without an end: its timeout is for
    // each connection. A program has to end that itself.
    const timer = setTimeout(() => sql.end({ timeout: 0 }), timeout + 1000);
    try {
      return [...(await sql.unsafe(statement))];
    } finally {
      clearTimeout(timer);
      sql.end({ timeout: 0 }).catch(() => {});
    }
  },
};

/** Gives the token that was at stake, and what came of it: `rows` or `error`. */
export async function attempt({ workspace, driver, options, setting, ...limits }) {
  provider ??= new Workspace(workspace).credentials({ instance: "orders" });
  // In hand before the attempt: a password that is not there yet could not get lost.
  const token = await provider.token();
  try {
    const more = INSECURE[setting] ?? REPLACING[driver][setting];
    if (setting && !more) throw new Error(`there is no setting ${setting}`);
    return { token, rows: await DRIVERS[driver]({ ...options, ...more }, limits) };
  } catch (error) {
    const { name, message, code, option, hint } = error;
    return { token, error: { name, message, code, option, hint } };
  }
}
