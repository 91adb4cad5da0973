//! Drivers of JavaScript, through this package's adapters: pg and postgres.js in Node and every other runtime with
//! `node:net`, and Bun's own.

use alloc::string::{String, ToString};

use super::literal::{string, user_or};
use super::{CLIENT_ID, Target};
use crate::connection::Connection;

/// JavaScript for `pg` (node-postgres), with its pool.
pub fn pg(connection: &Connection, target: Target) -> String {
    adapted(
        connection,
        target,
        "import pg from \"pg\";\n",
        "import { pgConfig } from \"lakebase-credentials/pg\";\n",
        "const pool = new pg.Pool(await pgConfig(provider, {\n",
        "}));\n\nconst { rows } = await pool.query(\"select current_user, now()\");\nconsole.log(rows);\nawait pool.end();\n",
    )
}

/// JavaScript for `postgres` (postgres.js).
pub fn postgres_js(connection: &Connection, target: Target) -> String {
    adapted(
        connection,
        target,
        "import postgres from \"postgres\";\n",
        "import { postgresOptions } from \"lakebase-credentials/postgres\";\n",
        "const sql = postgres(await postgresOptions(provider, {\n",
        "}));\n\nconst rows = await sql`select current_user, now()`;\nconsole.log(rows);\nawait sql.end();\n",
    )
}

/// JavaScript for `Bun.SQL`.
pub fn bun_sql(connection: &Connection, target: Target) -> String {
    adapted(
        connection,
        target,
        "import { SQL } from \"bun\";\n",
        "import { bunSqlOptions } from \"lakebase-credentials/bun\";\n",
        "const sql = new SQL(await bunSqlOptions(provider, {\n",
        "}));\n\nconst rows = await sql`select current_user, now()`;\nconsole.log(rows);\nawait sql.close();\n",
    )
}

fn adapted(
    connection: &Connection,
    target: Target,
    driver: &str,
    adapter: &str,
    begin: &str,
    end: &str,
) -> String {
    let mut code = String::new();
    if connection.sslrootcert.is_some() {
        code.push_str("import { readFile } from \"node:fs/promises\";\n");
    }
    code.push_str(driver);
    code.push_str("import { Workspace } from \"lakebase-credentials\";\n");
    code.push_str(adapter);
    code.push_str(&provider(target, process_env));
    code.push_str("// The driver asks for a token whenever it opens a connection.\n");
    code.push_str(begin);
    let port = connection.port.to_string();
    for (name, value) in [
        ("host", string(&connection.host)),
        ("port", port),
        ("user", user_or(connection, &process_env(CLIENT_ID))),
        ("database", string(&connection.database)),
    ] {
        code.push_str(&["  ", name, ": ", &value, ",\n"].concat());
    }
    if let Some(path) = &connection.sslrootcert {
        code.push_str(&["  ca: await readFile(", &string(path), ", \"utf8\"),\n"].concat());
    }
    code.push_str(end);
    code
}

/// A variable as Node and Bun read it.
pub(super) fn process_env(name: &str) -> String {
    ["process.env.", name].concat()
}

/// The lines that make a workspace and a provider; `env` is how the runtime reads a variable.
pub(super) fn provider(target: Target, env: fn(&str) -> String) -> String {
    let mut code = String::from("\nconst workspace = new Workspace({\n");
    for (option, variable) in
        [("host", "DATABRICKS_HOST"), ("clientId", CLIENT_ID), ("clientSecret", "DATABRICKS_CLIENT_SECRET")]
    {
        code.push_str(&["  ", option, ": ", &env(variable), ",\n"].concat());
    }
    let (kind, name) = match target {
        Target::Instance(name) => ("instance", name),
        Target::Endpoint(name) => ("endpoint", name),
    };
    code.push_str(
        &["});\nconst provider = workspace.credentials({ ", kind, ": ", &string(name), " });\n\n"].concat(),
    );
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_reads_as_the_readme_does() {
        let connection = Connection {
            sslrootcert: Some("/etc/ca.pem".into()),
            ..Connection::new("instance-1.database.example", "a@b.example")
        };
        let expected = r#"import { readFile } from "node:fs/promises";
import pg from "pg";
import { Workspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";

const workspace = new Workspace({
  host: process.env.DATABRICKS_HOST,
  clientId: process.env.DATABRICKS_CLIENT_ID,
  clientSecret: process.env.DATABRICKS_CLIENT_SECRET,
});
const provider = workspace.credentials({ instance: "orders" });

// The driver asks for a token whenever it opens a connection.
const pool = new pg.Pool(await pgConfig(provider, {
  host: "instance-1.database.example",
  port: 5432,
  user: "a@b.example",
  database: "databricks_postgres",
  ca: await readFile("/etc/ca.pem", "utf8"),
}));

const { rows } = await pool.query("select current_user, now()");
console.log(rows);
await pool.end();
"#;
        assert_eq!(pg(&connection, Target::Instance("orders")), expected);
    }
}
