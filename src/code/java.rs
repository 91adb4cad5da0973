//! Java: JDBC and databricks-sdk-java.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};

use super::Target;
use super::literal::{string, user_or};
use crate::connection::Connection;

/// Java 17 for the Postgres JDBC driver, with the credential from databricks-sdk-java.
///
/// Fields rather than a URL: what has to be escaped in one differs from libpq's. Without a file, the roots are those
/// of the Java runtime; the driver's own choice would be `~/.postgresql/root.crt`.
pub fn java(connection: &Connection, target: Target) -> String {
    let (service, imports, import_uuid, request) = match target {
        Target::Instance(name) => (
            "database",
            "import java.util.List;\n",
            "import java.util.UUID;\n",
            [
                "\n                .setRequestId(UUID.randomUUID().toString())\n                .setInstanceNames(List.of(",
                &string(name),
                "))",
            ]
            .concat(),
        ),
        Target::Endpoint(name) => {
            ("postgres", "", "", ["\n                .setEndpoint(", &string(name), ")"].concat())
        }
    };
    let roots = match &connection.sslrootcert {
        Some(path) => ["        source.setSslRootCert(", &string(path), ");\n"].concat(),
        None => "        source.setSslfactory(\"org.postgresql.ssl.DefaultJavaSSLFactory\");\n".to_owned(),
    };
    [
        "import com.databricks.sdk.WorkspaceClient;\nimport com.databricks.sdk.service.",
        service,
        ".GenerateDatabaseCredentialRequest;\nimport java.sql.Connection;\nimport java.sql.SQLException;\n",
        imports,
        import_uuid,
        "import org.postgresql.ds.PGSimpleDataSource;\n\n\
         public class Lakebase {\n\
         \x20   // Reads DATABRICKS_HOST, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.\n\
         \x20   private static final WorkspaceClient WORKSPACE = new WorkspaceClient();\n\n\
         \x20   // A token is looked at once, at login: each new connection takes a new one.\n\
         \x20   static Connection connect() throws SQLException {\n\
         \x20       var credential = WORKSPACE.",
        service,
        "().generateDatabaseCredential(\n            new GenerateDatabaseCredentialRequest()",
        &request,
        ");\n\
         \x20       var source = new PGSimpleDataSource();\n\
         \x20       source.setServerNames(new String[] {",
        &string(&connection.host),
        "});\n        source.setPortNumbers(new int[] {",
        &connection.port.to_string(),
        "});\n        source.setDatabaseName(",
        &string(&connection.database),
        ");\n        source.setSslMode(\"verify-full\");\n",
        &roots,
        "        return source.getConnection(",
        &user_or(connection, "WORKSPACE.config().getClientId()"),
        ", credential.getToken());\n\
         \x20   }\n\n\
         \x20   public static void main(String[] args) throws SQLException {\n\
         \x20       try (var connection = connect();\n\
         \x20           var rows = connection.createStatement().executeQuery(\"select current_user, now()\")) {\n\
         \x20           while (rows.next()) {\n\
         \x20               System.out.println(rows.getString(1) + \" \" + rows.getString(2));\n\
         \x20           }\n\
         \x20       }\n\
         \x20   }\n\
         }\n",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_target_has_its_own_service() {
        let connection = Connection::new("h.example", "a@b.example");
        let instance = java(&connection, Target::Instance("orders"));
        assert!(
            instance
                .contains("import com.databricks.sdk.service.database.GenerateDatabaseCredentialRequest;\n")
        );
        assert!(instance.contains("WORKSPACE.database().generateDatabaseCredential("));
        assert!(instance.contains(".setInstanceNames(List.of(\"orders\")));\n"));
        assert!(instance.contains("DefaultJavaSSLFactory"));
        let connection = Connection { sslrootcert: Some("/ca.pem".into()), ..connection };
        let endpoint = java(&connection, Target::Endpoint("projects/p/branches/b/endpoints/e"));
        assert!(
            endpoint
                .contains("import com.databricks.sdk.service.postgres.GenerateDatabaseCredentialRequest;\n")
        );
        assert!(endpoint.contains(".setEndpoint(\"projects/p/branches/b/endpoints/e\"));\n"));
        assert!(endpoint.contains("source.setSslRootCert(\"/ca.pem\");\n") && !endpoint.contains("Factory"));
        for code in [instance, endpoint] {
            assert_eq!(code.matches('{').count(), code.matches('}').count());
            assert_eq!(code.matches('(').count(), code.matches(')').count());
        }
    }
}
