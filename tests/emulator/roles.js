import { createHash, randomBytes } from "node:crypto";
import pg from "pg";

export const DATABASE = "databricks_postgres";
/** The group of those who may do everything in the database, by the name that it has in Lakebase. */
const OWNERS = "databricks_superuser";
const { escapeIdentifier: name, escapeLiteral: literal } = pg;

/**
 * The roles and data inside PostgreSQL. The emulator logs in as a role with a
 * password that only it knows; what its callers send is a token, which PostgreSQL never sees.
 */
export async function openRoles(connection) {
  await inDatabase(connection, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${name(DATABASE)}`);
  });
  const admin = new pg.Pool({ ...connection, database: DATABASE, max: 2 });
  // Between queries; a query that fails rejects by itself.
  admin.on("error", () => {});
  const { rowCount: prepared } = await admin.query("SELECT FROM pg_roles WHERE rolname = $1", [OWNERS]);
  if (prepared === 0) await admin.query(`CREATE ROLE ${OWNERS} NOLOGIN`);
  await admin.query(DEMO);
  const passwords = new Map();

  const create = async (role, attributes) => {
    const password = randomBytes(18).toString("base64url");
    // On a server named by address it may be there from an earlier run.
    const { rowCount } = await admin.query("SELECT FROM pg_roles WHERE rolname = $1", [role]);
    await admin.query(`${rowCount ? "ALTER" : "CREATE"} ROLE ${name(role)} LOGIN ${attributes} PASSWORD ${literal(password)}`);
    passwords.set(role, password);
  };

  return {
    admin,
    /** The role of an identity of the workspace, with what the creator of an instance may do. */
    async createOwner(role) {
      await create(role, "CREATEROLE");
      await admin.query(`GRANT ${OWNERS} TO ${name(role)}`);
    },
    passwordOf: (role) => passwords.get(role),
    isEmulators: (role) => role === connection.user || passwords.has(role),
    /**
     * A role that can do nothing but read: all tables, or only those that the
     * claims name. A session setting alone could be turned off by its holder.
     */
    async readerOf(owner, claims) {
      const tables = claims.flatMap(({ resources = [] }) => resources.map((one) => one.table_name)).sort();
      const digest = createHash("sha256").update(JSON.stringify([owner, tables])).digest("hex").slice(0, 8);
      const role = `${owner.slice(0, 40)} read only ${digest}`;
      if (!passwords.has(role)) {
        await create(role, "");
        await admin.query(`ALTER ROLE ${name(role)} SET default_transaction_read_only = on`);
      }
      if (tables.length === 0) await admin.query(`GRANT pg_read_all_data TO ${name(role)}`);
      for (const table of tables) await grantTable(admin, role, table);
      return role;
    },
    async close() {
      await admin.end();
    },
    async dropAll() {
      for (const role of passwords.keys()) {
        await admin.query(`REASSIGN OWNED BY ${name(role)} TO CURRENT_USER; DROP OWNED BY ${name(role)}; DROP ROLE ${name(role)}`);
      }
      passwords.clear();
    },
  };
}

// A name in Unity Catalog is catalog.schema.table; Postgres knows the last two. One that does not exist grants nothing.
async function grantTable(admin, role, table) {
  const [relation, schema = "public"] = table.split(".").reverse();
  const { rowCount } = await admin.query(
    "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'v', 'm', 'p')",
    [schema, relation],
  );
  if (rowCount) await admin.query(`GRANT SELECT ON ${name(schema)}.${name(relation)} TO ${name(role)}; GRANT USAGE ON SCHEMA ${name(schema)} TO ${name(role)}`);
}

async function inDatabase(connection, work) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const DEMO = `
CREATE TABLE IF NOT EXISTS public.orders (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer text NOT NULL,
  item text NOT NULL,
  quantity integer NOT NULL,
  total numeric(10, 2) NOT NULL,
  placed_at timestamptz NOT NULL
);
INSERT INTO public.orders (customer, item, quantity, total, placed_at)
SELECT * FROM (VALUES
  ('Ada Lovelace', 'Brass gears', 12, 148.80, timestamptz '2026-01-05 09:12:00+00'),
  ('Grace Hopper', 'Nanosecond wire', 100, 29.00, timestamptz '2026-01-06 14:40:00+00'),
  ('Edgar Codd', 'Third normal forms', 3, 33.30, timestamptz '2026-01-09 08:05:00+00'),
  ('Barbara Liskov', 'Substitute parts', 7, 91.00, timestamptz '2026-01-11 17:30:00+00'),
  ('Jim Gray', 'Write-ahead logs', 40, 512.00, timestamptz '2026-01-12 11:20:00+00')
) AS demo
WHERE NOT EXISTS (SELECT FROM public.orders);
ALTER TABLE public.orders OWNER TO ${OWNERS};
GRANT ALL ON DATABASE ${DATABASE} TO ${OWNERS};
GRANT ALL ON SCHEMA public TO ${OWNERS};
`;
