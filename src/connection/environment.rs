//! libpq's environment variables.

use super::Connection;
use crate::text::number;

impl Connection {
    /// Gives the connection as environment variables, one by one, with `PGPASSWORD` last and only if a password is given.
    ///
    /// libpq and all on it read `PGSSLMODE` and `PGSSLROOTCERT`; node-postgres reads the first. postgres.js reads
    /// `PGSSL` alone, and without it would send the password unencrypted. Bun 1.3 and older read none of the three
    /// and do just that, so give them a [`Connection::uri`].
    pub fn environment(&self, password: Option<&str>, mut put: impl FnMut(&'static str, &str)) {
        put("PGHOST", &self.host);
        put("PGPORT", &number(self.port.into()));
        put("PGUSER", &self.user);
        put("PGDATABASE", &self.database);
        put("PGSSLMODE", "verify-full");
        put("PGSSL", "verify-full");
        put("PGSSLROOTCERT", self.trusted_roots());
        if let Some(password) = password {
            put("PGPASSWORD", password);
        }
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
        let environment = |connection: &Connection, password| {
            let mut variables = Vec::new();
            connection.environment(password, |name, value| variables.push((name, value.to_owned())));
            variables
        };
        assert_eq!(environment(&connection, Some("p'w")), expected);
        assert_eq!(environment(&connection, None), expected[..7]);
        let trusted = Connection { sslrootcert: Some("/ca.pem".into()), ..connection };
        assert_eq!(environment(&trusted, None)[6], ("PGSSLROOTCERT", "/ca.pem".to_owned()));
    }
}
