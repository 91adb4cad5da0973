//! Bun's own driver.

use alloc::string::String;

use super::literal::string;
use super::node::{process_env, provider};
use super::{CLIENT_ID, Target};
use crate::connection::Connection;

/// JavaScript for `Bun.SQL`.
///
/// It takes a URI with `sslmode=verify-full`, the only form that every release of Bun verifies: up to 1.3, an object
/// of options without `ca` gives the token to any server.
pub fn bun_sql(connection: &Connection, target: Target) -> String {
    let mut code =
        String::from("import { SQL } from \"bun\";\nimport { Workspace } from \"lakebase-credentials\";\n");
    code.push_str(&provider(target, process_env));
    code.push_str("// The driver asks for a token whenever it opens a connection.\nconst sql = new SQL(");
    // Bun takes the file as an option.
    let uri = Connection { sslrootcert: None, ..connection.clone() }.uri(None);
    match uri.strip_prefix("postgresql://@") {
        Some(rest) => {
            code.push_str("\"postgresql://\" + ");
            code.push_str(&process_env(CLIENT_ID));
            code.push_str(" + ");
            code.push_str(&string(&["@", rest].concat()));
        }
        None => code.push_str(&string(&uri)),
    }
    code.push_str(", {\n  password: () => provider.token(),\n");
    if let Some(path) = &connection.sslrootcert {
        code.push_str(&["  tls: { ca: await Bun.file(", &string(path), ").text() },\n"].concat());
    }
    code.push_str("});\n\nconst rows = await sql`select current_user, now()`;\nconsole.log(rows);\nawait sql.close();\n");
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uri_verifies_and_holds_no_file() {
        let connection =
            Connection { sslrootcert: Some("/ca.pem".into()), ..Connection::new("h.example", "a@b.example") };
        let code = bun_sql(&connection, Target::Instance("orders"));
        assert!(code.contains(
            "new SQL(\"postgresql://a%40b.example@h.example:5432/databricks_postgres?sslmode=verify-full\", {"
        ));
        assert!(code.contains("  tls: { ca: await Bun.file(\"/ca.pem\").text() },\n"));
    }
}
