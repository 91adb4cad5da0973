//! Code that is ready to copy: how to connect to one database from each client, with a token that the code fetches.
//!
//! No sample holds a secret: the identity comes from the variables that every Databricks SDK reads,
//! `DATABRICKS_HOST`, `DATABRICKS_CLIENT_ID` and `DATABRICKS_CLIENT_SECRET`. Each verifies the server. Values are
//! escaped for the language they stand in.

mod cli;
mod deno;
mod java;
mod literal;
mod node;
mod python;

pub use cli::{cli, cli_psql};
pub use deno::deno_postgres;
pub use java::java;
pub use node::{bun_sql, pg, postgres_js};
pub use python::python;

use alloc::string::String;

use crate::connection::Connection;
use crate::error::Error;
use crate::fields::{Fields, NAME_MAX};
use crate::target;

/// The variable that names the service principal.
const CLIENT_ID: &str = "DATABRICKS_CLIENT_ID";

/// The code of this kind: `pg`, `postgres`, `bun`, `deno`, `python`, `java`, `cli` or `psql`.
///
/// `cli` prints a credential, and knows of no connection. With an empty user, code logs in as the service principal that
/// it gets the credential as; what is for a shell is a person's own, and needs one.
pub fn client_code(kind: &str, connection: &Connection, target: Target) -> Option<String> {
    Some(match kind {
        "pg" => pg(connection, target),
        "postgres" => postgres_js(connection, target),
        "bun" => bun_sql(connection, target),
        "deno" => deno_postgres(connection, target),
        "python" => python(connection, target),
        "java" => java(connection, target),
        "cli" => cli(target, None),
        "psql" => cli_psql(connection, target),
        _ => return None,
    })
}

/// What the credential is for, by its name in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// A provisioned instance: `orders`.
    Instance(&'a str),
    /// An autoscaling endpoint: `projects/shop/branches/main/endpoints/primary`.
    Endpoint(&'a str),
}

impl<'a> Target<'a> {
    /// Reads `{instance}` or `{endpoint}`, under the rules for the options of a credential provider.
    pub fn of_provider(fields: &Fields<'a>) -> Result<Self, Error> {
        target::Target::of_provider(fields)?;
        Ok(match (fields.text("instance", NAME_MAX)?, fields.text("endpoint", NAME_MAX)?) {
            (Some(name), _) => Self::Instance(name),
            (None, path) => Self::Endpoint(path.unwrap_or_default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::odd::odd_texts;

    const ENDPOINT: Target = Target::Endpoint("projects/shop/branches/main/endpoints/primary");

    type Sample = fn(&Connection, Target) -> String;
    const SAMPLES: [(&str, Sample); 7] = [
        ("pg", pg),
        ("postgres.js", postgres_js),
        ("Bun.sql", bun_sql),
        ("deno-postgres", deno_postgres),
        ("Python", python),
        ("Java", java),
        ("CLI", cli_psql),
    ];

    fn connection() -> Connection {
        Connection { port: 6432, ..Connection::new("instance-1.database.example", "a@b.example") }
    }

    #[test]
    fn each_names_target_and_connection_and_verifies() {
        for (name, sample) in SAMPLES {
            for (target, label) in [
                (Target::Instance("orders"), "orders"),
                (ENDPOINT, "projects/shop/branches/main/endpoints/primary"),
            ] {
                let code = sample(&connection(), target);
                for wanted in [label, "instance-1.database.example", "6432", "databricks_postgres"] {
                    assert!(code.contains(wanted), "{name}: no {wanted} in\n{code}");
                }
                assert!(code.contains("a@b.example") || code.contains("a%40b.example"), "{name}\n{code}");
                assert!(code.ends_with('\n') != (name == "CLI") && !code.contains('\t'), "{name}\n{code}");
                for weak in
                    ["rejectUnauthorized", "sslmode=require", "CERT_NONE", "NonValidating", "enforce: false"]
                {
                    assert!(!code.contains(weak), "{name}: {weak}");
                }
            }
        }
    }

    #[test]
    fn without_a_user_each_logs_in_as_the_service_principal_that_it_names() {
        let own = Connection { user: String::new(), ..connection() };
        for ((name, sample), user) in SAMPLES.iter().zip([
            "user: process.env.DATABRICKS_CLIENT_ID,",
            "user: process.env.DATABRICKS_CLIENT_ID,",
            "user: process.env.DATABRICKS_CLIENT_ID,",
            r#"user: Deno.env.get("DATABRICKS_CLIENT_ID")!,"#,
            "user=workspace.config.client_id,",
            "getConnection(WORKSPACE.config().getClientId(), ",
        ]) {
            let code = sample(&own, ENDPOINT);
            assert!(code.contains(user), "{name}\n{code}");
        }
    }

    #[test]
    fn each_takes_a_private_certificate_authority() {
        let private = Connection { sslrootcert: Some("/etc/private ca.pem".into()), ..connection() };
        for (name, sample) in SAMPLES {
            assert!(sample(&private, ENDPOINT).contains("/etc/private ca.pem"), "{name}");
            assert!(!sample(&connection(), ENDPOINT).contains("/etc/"), "{name}");
        }
    }

    /// The code with its double-quoted strings and comments taken out.
    fn skeleton(code: &str) -> String {
        let mut out = String::new();
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            out.push(letter);
            if letter == '"' {
                loop {
                    match letters.next().expect("an open string") {
                        '"' => break,
                        '\\' => assert!(letters.next().is_some()),
                        inner => assert!(!inner.is_control(), "{inner:?} in a string"),
                    }
                }
            }
        }
        out
    }

    #[test]
    fn no_value_changes_the_code_around_it() {
        for (name, sample) in SAMPLES.iter().filter(|(name, _)| *name != "CLI") {
            let plain = skeleton(&sample(
                &Connection { sslrootcert: Some("x".into()), ..connection() },
                Target::Instance("x"),
            ));
            for text in odd_texts() {
                let odd = Connection {
                    host: text.clone(),
                    port: 6432,
                    // None at all is another case.
                    user: if text.is_empty() { "x".into() } else { text.clone() },
                    database: text.clone(),
                    sslrootcert: Some(text.clone()),
                };
                assert_eq!(skeleton(&sample(&odd, Target::Instance(&text))), plain, "{name}: {text:?}");
            }
        }
    }
}
