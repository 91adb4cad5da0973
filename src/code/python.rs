//! Python: psycopg 3 and databricks-sdk.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};

use super::Target;
use super::literal::{string, user_or};
use crate::connection::Connection;

/// Python for psycopg 3, with the credential from databricks-sdk.
///
/// The roots to trust come from `certifi`, which databricks-sdk brings along: `system` is unknown to libpq before 16,
/// and the libpq inside `psycopg[binary]` may look for the system's roots in another place.
pub fn python(connection: &Connection, target: Target) -> String {
    let (imports, call) = match target {
        Target::Instance(name) => (
            "import uuid\n\n",
            [
                "database.generate_database_credential(\n        request_id=str(uuid.uuid4()),\n        instance_names=[",
                &string(name),
                "],\n    )",
            ]
            .concat(),
        ),
        Target::Endpoint(name) => {
            ("", ["postgres.generate_database_credential(\n        endpoint=", &string(name), ",\n    )"].concat())
        }
    };
    let (certifi, roots) = match &connection.sslrootcert {
        Some(path) => ("", string(path)),
        None => ("import certifi\n", "certifi.where()".to_owned()),
    };
    [
        imports,
        certifi,
        "import psycopg\nfrom databricks.sdk import WorkspaceClient\n\n\
         # Reads DATABRICKS_HOST, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.\n\
         workspace = WorkspaceClient()\n\n\n\
         def connect() -> psycopg.Connection:\n\
         \x20   # A token is looked at once, at login: each new connection takes a new one.\n\
         \x20   credential = workspace.",
        &call,
        "\n    return psycopg.connect(\n        host=",
        &string(&connection.host),
        ",\n        port=",
        &connection.port.to_string(),
        ",\n        user=",
        &user_or(connection, "workspace.config.client_id"),
        ",\n        dbname=",
        &string(&connection.database),
        ",\n        password=credential.token,\n        sslmode=\"verify-full\",\n        sslrootcert=",
        &roots,
        ",\n    )\n\n\n\
         with connect() as connection:\n\
         \x20   print(connection.execute(\"select current_user, now()\").fetchone())\n",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_as_a_person_would_write_it() {
        let connection = Connection::new("instance-1.database.example", "a@b.example");
        let expected = r#"import uuid

import certifi
import psycopg
from databricks.sdk import WorkspaceClient

# Reads DATABRICKS_HOST, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.
workspace = WorkspaceClient()


def connect() -> psycopg.Connection:
    # A token is looked at once, at login: each new connection takes a new one.
    credential = workspace.database.generate_database_credential(
        request_id=str(uuid.uuid4()),
        instance_names=["orders"],
    )
    return psycopg.connect(
        host="instance-1.database.example",
        port=5432,
        user="a@b.example",
        dbname="databricks_postgres",
        password=credential.token,
        sslmode="verify-full",
        sslrootcert=certifi.where(),
    )


with connect() as connection:
    print(connection.execute("select current_user, now()").fetchone())
"#;
        assert_eq!(python(&connection, Target::Instance("orders")), expected);
        let endpoint = python(&connection, Target::Endpoint("projects/p/branches/b/endpoints/e"));
        assert!(endpoint.contains("postgres.generate_database_credential(\n        endpoint=\"projects/p/branches/b/endpoints/e\",\n"));
        assert!(!endpoint.contains("uuid"));
    }
}
