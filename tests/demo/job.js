// The main job, as a user would write it. Node.js and workerd run this same file in the temporary project.
import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import pg from "pg";

export function createJob({ host, clientId, clientSecret, ...options }) {
  const workspace = new Workspace({ host, clientId, clientSecret });
  const provider = workspace.credentials({ instance: "orders" });
  const events = [];
  for (const type of ["mint", "renew", "retry", "fail"]) {
    provider.addEventListener(type, ({ detail: { durationMs, code } }) => events.push({ type, durationMs, code }));
  }
  let firstToken;

  /** A client of its own for each query: each logs in anew. */
  async function connect(overrides) {
    const client = new pg.Client({ ...(await pgConfig(provider, options)), ...overrides });
    await client.connect();
    return client;
  }

  async function query(client) {
    const { rows } = await client.query("select current_user as user, current_setting('server_version') as version");
    return rows[0];
  }

  return {
    provider,
    connect,
    query,

    /** Logs in on a new connection and says who answered; never what the password was. */
    async ask() {
      const client = await connect();
      try {
        const answer = await query(client);
        const token = await provider.token();
        firstToken ??= token;
        const { expirationTime, state } = provider;
        return {
          ...answer,
          token: { length: token.length, expirationTime: expirationTime.getTime(), isFirst: token === firstToken },
          state,
          events: events.splice(0),
        };
      } finally {
        await client.end();
      }
    },

    /** The SQLSTATE with which Postgres answers a login with the first token, or "accepted". */
    async loginWithFirstToken() {
      try {
        const client = await connect({ password: firstToken });
        await client.end();
        return "accepted";
      } catch (error) {
        return error.code ?? error.message;
      }
    },
  };
}
