//! libpq's environment variables.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::Connection;
use crate::text::number;

impl Connection {
    /// The connection as environment variables, with `PGPASSWORD` last and only if a password is given.
    ///
    /// libpq and all on it read `PGSSLMODE` and `PGSSLROOTCERT`; node-postgres reads the first. postgres.js reads
    /// `PGSSL` alone, and without it would send the password unencrypted. Bun 1.3 and older read none of the three
    /// and do just that, so give them a [`Connection::uri`].
    pub fn environment(&self, password: Option<&str>) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("PGHOST", self.host.clone()),
            ("PGPORT", number(self.port.into())),
            ("PGUSER", self.user.clone()),
            ("PGDATABASE", self.database.clone()),
            ("PGSSLMODE", "verify-full".to_owned()),
            ("PGSSL", "verify-full".to_owned()),
            ("PGSSLROOTCERT", self.trusted_roots().to_owned()),
        ];
        if let Some(password) = password {
            variables.push(("PGPASSWORD", password.to_owned()));
        }
        variables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_hold_the_fields_as_they_are() {
        let connection = Connection {
            user: "o'neil \\ \u{e9}".into(),
            database: "a b/%?".into(),
            port: 6432,
            ..Connection::new("h.example", "")
        };
        let expected = [
            ("PGHOST", "h.example"),
            ("PGPORT", "6432"),
            ("PGUSER", "o'neil \\ \u{e9}"),
            ("PGDATABASE", "a b/%?"),
            ("PGSSLMODE", "verify-full"),
            ("PGSSL", "verify-full"),
            ("PGSSLROOTCERT", "system"),
            ("PGPASSWORD", "p'w"),
        ];
        let expected = expected.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(connection.environment(Some("p'w")), expected);
        assert_eq!(connection.environment(None), expected[..7]);
        let trusted = Connection { sslrootcert: Some("/ca.pem".into()), ..connection };
        assert_eq!(trusted.environment(None)[6], ("PGSSLROOTCERT", "/ca.pem".to_owned()));
    }
}
