//! Where a database is and who connects to it, in the forms that clients read: a URI, libpq keywords, `PG*`
//! variables and a psql command.
//!
//! Each form says `sslmode=verify-full`, and none holds a password unless one is given.

use alloc::borrow::ToOwned;
use alloc::string::String;

mod environment;
mod keywords;
#[cfg(test)]
pub(crate) mod odd;
mod psql;
pub(crate) mod shell;
mod uri;
mod validate;

pub use validate::{validate_database, validate_host, validate_port, validate_sslrootcert, validate_user};

/// The port of every Lakebase instance and endpoint.
pub const DEFAULT_PORT: u16 = 5432;
/// The database that every Lakebase instance begins with.
pub const DEFAULT_DATABASE: &str = "databricks_postgres";

/// What a client needs to reach a database, but for the password.
///
/// The forms escape whatever the fields hold; [`Connection::validate`] says whether a server can be reached with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Host name, as `read_write_dns` of an instance gives it. The server is found by this name (TLS SNI).
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Postgres role: a user's e-mail address, or a service principal's application id.
    pub user: String,
    /// Database name.
    pub database: String,
    /// Path of a PEM file with the certificate authorities to trust; `None` trusts those of the system.
    pub sslrootcert: Option<String>,
}

type Validate = fn(&str) -> Result<(), &'static str>;

impl Connection {
    /// A connection with the default port, database and trust.
    pub fn new(host: &str, user: &str) -> Self {
        Self {
            host: host.to_owned(),
            port: DEFAULT_PORT,
            user: user.to_owned(),
            database: DEFAULT_DATABASE.to_owned(),
            sslrootcert: None,
        }
    }

    /// Checks every field; an error gives the first bad field's name and the reason.
    pub fn validate(&self) -> Result<(), (&'static str, &'static str)> {
        validate_port(u64::from(self.port)).map_err(|reason| ("port", reason))?;
        self.check(true)
    }

    /// Checks the fields that are not empty.
    pub fn validate_given(&self) -> Result<(), (&'static str, &'static str)> {
        self.check(false)
    }

    fn check(&self, empty_too: bool) -> Result<(), (&'static str, &'static str)> {
        let fields: [(_, &str, Validate); 4] = [
            ("host", &self.host, validate_host),
            ("user", &self.user, validate_user),
            ("database", &self.database, validate_database),
            ("sslrootcert", self.trusted_roots(), validate_sslrootcert),
        ];
        for (name, value, validate) in fields {
            if empty_too || !value.is_empty() {
                validate(value).map_err(|reason| (name, reason))?;
            }
        }
        Ok(())
    }

    /// `sslrootcert` as libpq reads it. The word `system` is known from libpq 16 on; older ones take it for a file
    /// that is not there, and refuse to connect.
    fn trusted_roots(&self) -> &str {
        self.sslrootcert.as_deref().unwrap_or("system")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_field_is_named() {
        let good = Connection::new("instance-1.database.example", "a@b.example");
        assert_eq!((good.port, good.database.as_str()), (5432, "databricks_postgres"));
        assert_eq!(good.validate(), Ok(()));
        let table = [
            (Connection { host: "10.0.0.1".into(), ..good.clone() }, "host"),
            (Connection { port: 0, ..good.clone() }, "port"),
            (Connection { user: String::new(), ..good.clone() }, "user"),
            (Connection { database: "a\nb".into(), ..good.clone() }, "database"),
            (Connection { sslrootcert: Some(String::new()), ..good.clone() }, "sslrootcert"),
        ];
        for (connection, field) in table {
            assert_eq!(connection.validate().map_err(|error| error.0), Err(field));
        }
    }

    #[test]
    fn no_form_holds_a_password_that_was_not_given() {
        let connection = Connection::new("h.example", "u");
        connection.environment(None, |name, _| assert_ne!(name, "PGPASSWORD"));
        for form in [connection.uri(None), connection.libpq_keywords(None), connection.psql_command(None)] {
            assert!(!form.to_lowercase().contains("password") && !form.contains("u:"), "{form}");
        }
    }
}
