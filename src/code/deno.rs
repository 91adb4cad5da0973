//! deno-postgres.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};

use super::literal::{string, user_or};
use super::node::provider;
use super::{CLIENT_ID, Target};
use crate::connection::Connection;

/// A variable as Deno reads it.
fn deno_env(name: &str) -> String {
    ["Deno.env.get(\"", name, "\")!"].concat()
}

/// TypeScript for deno-postgres (`jsr:@db/postgres`).
///
/// Without `enforce` the driver goes on unencrypted when TLS fails. It takes options, not a URI: of that it would not
/// decode the user.
pub fn deno_postgres(connection: &Connection, target: Target) -> String {
    let mut code = String::from(
        "import { Client } from \"jsr:@db/postgres\";\nimport { Workspace } from \"npm:lakebase-credentials\";\n",
    );
    code.push_str(&provider(target, deno_env));
    code.push_str("// The driver takes a text as a password, so make a new client for each connection.\nconst client = new Client({\n");
    let authorities = connection
        .sslrootcert
        .as_deref()
        .map(|path| [", caCertificates: [await Deno.readTextFile(", &string(path), ")]"].concat());
    for (name, value) in [
        ("hostname", string(&connection.host)),
        ("port", connection.port.to_string()),
        ("user", user_or(connection, &deno_env(CLIENT_ID))),
        ("database", string(&connection.database)),
        ("password", "await provider.token()".to_owned()),
        ("tls", ["{ enabled: true, enforce: true", &authorities.unwrap_or_default(), " }"].concat()),
    ] {
        code.push_str(&["  ", name, ": ", &value, ",\n"].concat());
    }
    code.push_str(
        "});\nawait client.connect();\n\nconst { rows } = await client.queryObject(\"select current_user, now()\");\nconsole.log(rows);\nawait client.end();\n",
    );
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_enforced() {
        let connection = Connection::new("h.example", "a@b.example");
        let code = deno_postgres(&connection, Target::Instance("orders"));
        assert!(code.contains("  host: Deno.env.get(\"DATABRICKS_HOST\")!,\n"));
        assert!(code.contains("  tls: { enabled: true, enforce: true },\n"));
        let connection = Connection { sslrootcert: Some("/ca.pem".into()), ..connection };
        assert!(deno_postgres(&connection, Target::Instance("orders")).contains(
            "  tls: { enabled: true, enforce: true, caCertificates: [await Deno.readTextFile(\"/ca.pem\")] },\n"
        ));
    }
}
