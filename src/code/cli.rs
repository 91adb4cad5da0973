//! The Databricks CLI.

use alloc::string::String;

use super::Target;
use super::literal::string;
use crate::connection::Connection;
use crate::connection::shell::push_word;

/// The line for a POSIX shell that mints a credential and prints it as JSON.
///
/// For an instance, `databricks database generate-database-credential --request-id … --json '{"instance_names": […]}'`
/// (CLI 0.256 and newer); without a `request_id`, `uuidgen` makes one. For an endpoint,
/// `databricks postgres generate-database-credential …`, which takes no request id.
pub fn cli(target: Target, request_id: Option<&str>) -> String {
    let mut line = String::from("databricks ");
    match target {
        Target::Instance(name) => {
            line.push_str("database generate-database-credential --request-id ");
            match request_id {
                Some(id) => push_word(&mut line, id),
                None => line.push_str("\"$(uuidgen)\""),
            }
            line.push_str(" --json ");
            push_word(&mut line, &["{\"instance_names\": [", &string(name), "]}"].concat());
        }
        Target::Endpoint(path) => {
            line.push_str("postgres generate-database-credential ");
            if path.starts_with('-') {
                line.push_str("-- ");
            }
            push_word(&mut line, path);
        }
    }
    line
}

/// The line that logs in with psql, its token fresh from the CLI: it holds no secret, and leaves none in the shell's
/// history. It needs `jq`.
pub fn cli_psql(connection: &Connection, target: Target) -> String {
    ["PGPASSWORD=\"$(", &cli(target, None), " | jq -r .token)\" ", &connection.psql_command(None)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::odd::odd_texts;
    use crate::connection::shell::tests::words;

    #[test]
    fn known_lines() {
        let table = [
            (
                Target::Instance("orders"),
                None,
                r#"databricks database generate-database-credential --request-id "$(uuidgen)" --json '{"instance_names": ["orders"]}'"#,
            ),
            (
                Target::Instance("o'r\"d"),
                Some("a b"),
                r#"databricks database generate-database-credential --request-id 'a b' --json '{"instance_names": ["o'\''r\"d"]}'"#,
            ),
            (
                Target::Endpoint("projects/shop/branches/main/endpoints/primary"),
                Some("unused"),
                "databricks postgres generate-database-credential projects/shop/branches/main/endpoints/primary",
            ),
            (Target::Endpoint("-x y"), None, "databricks postgres generate-database-credential -- '-x y'"),
        ];
        for (target, request_id, line) in table {
            assert_eq!(cli(target, request_id), line);
        }
        assert_eq!(
            cli_psql(&Connection::new("h.example", "a@b.example"), Target::Endpoint("projects/p")),
            "PGPASSWORD=\"$(databricks postgres generate-database-credential projects/p | jq -r .token)\" psql 'host=h.example port=5432 user=a@b.example dbname=databricks_postgres sslmode=verify-full sslrootcert=system'"
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in odd_texts() {
            let instance = words(&cli(Target::Instance(&text), Some(&text)));
            let json = ["{\"instance_names\": [", &string(&text), "]}"].concat();
            let expected = [
                "databricks",
                "database",
                "generate-database-credential",
                "--request-id",
                &text,
                "--json",
                &json,
            ];
            assert_eq!(instance, expected);
            let endpoint = words(&cli(Target::Endpoint(&text), None));
            assert_eq!(endpoint.last(), Some(&text));
        }
    }
}
