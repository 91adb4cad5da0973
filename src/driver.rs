//! What callers may say of a connection, and which of a driver's own settings would betray the token.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::connection::{Connection, DEFAULT_PORT};
use crate::error::{Code, Error};
use crate::fields::{Fields, wrong_type};
use crate::json::Value;
use crate::text;
use crate::tls::{TlsOptions, TlsSetting, require_verified};

/// Age at which pools replace a connection, in s: a day, well before the three after which the service may close one.
pub const MAX_LIFETIME: u32 = 86_400;

/// Reads what callers say of a connection: `host`, `user`, `port`, `database`, `sslrootcert`. A host or user that is
/// not given stays empty.
pub fn read_connection(fields: &Fields) -> Result<Connection, Error> {
    if fields.get("sslmode").is_some_and(|mode| mode.as_str() != Some("verify-full")) {
        return Err(insecure(
            "sslmode",
            "must be verify-full: any other mode may give the token to a server that is not verified",
        ));
    }
    let text = |name| fields.text(name, 1024);
    let (host, user) = (text("host")?.unwrap_or_default(), text("user")?.unwrap_or_default());
    let mut connection = Connection::new(host, user);
    if let Some(port) = fields.number("port", 1, 65_535)? {
        connection.port = u16::try_from(port).unwrap_or(DEFAULT_PORT);
    }
    if let Some(database) = text("database")? {
        database.clone_into(&mut connection.database);
    }
    connection.sslrootcert = text("sslrootcert")?.map(ToOwned::to_owned);
    Ok(connection)
}

/// Checks what was given of a connection, as far as it was.
pub fn check_given(connection: &Connection) -> Result<(), Error> {
    connection.validate_given().map_err(|(name, reason)| Error::argument(name, reason))
}

/// Checks a connection that must name a host.
pub fn check_reachable(connection: &Connection) -> Result<(), Error> {
    check_given(connection)?;
    if connection.host.is_empty() {
        return Err(Error::argument("host", "is missing"));
    }
    Ok(())
}

/// Checks a connection to be handed out, which must name a host and a user.
pub fn check_whole(connection: &Connection) -> Result<(), Error> {
    check_reachable(connection)?;
    if connection.user.is_empty() {
        return Err(Error::argument("user", "is missing"));
    }
    Ok(())
}

/// The drivers that adapters serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// `pg`, node-postgres.
    Pg,
    /// `postgres`, postgres.js.
    Postgres,
}

impl Driver {
    /// The driver of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "pg" => Some(Self::Pg),
            "postgres" => Some(Self::Postgres),
            _ => None,
        }
    }

    /// Options that would take the place of what the adapter gives.
    const fn refused(self) -> &'static [(&'static str, &'static str)] {
        const PASSWORD: &str = "comes from the provider: a fixed one would end within the hour";
        match self {
            Self::Pg => &[
                ("password", PASSWORD),
                (
                    "connectionString",
                    "would make pg ignore the password function: give host, user and database",
                ),
            ],
            Self::Postgres => &[
                ("password", PASSWORD),
                ("pass", PASSWORD),
                ("hostname", "would take the place of `host`"),
                ("username", "would take the place of `user`"),
                ("db", "would take the place of `database`"),
                ("path", "names a socket, which cannot be verified"),
                ("socket", "is made by the driver, which verifies what it connects to"),
            ],
        }
    }
}

/// A driver's options, judged.
#[derive(Debug)]
pub struct Settings {
    /// Certificate authorities, PEM.
    pub ca: Option<String>,
    /// Age at which the pool replaces a connection, in s.
    pub max_lifetime: u32,
}

impl Settings {
    /// The options that are not the driver's own, and are not handed on.
    pub const OURS: &'static [&'static str] =
        &["ca", "sslrootcert", "sslmode", "waitForAvailable", "timeout", "signal"];

    /// Reads `ca`, `ssl` and the driver's pool age; refuses what would betray the token. `host` is the host, or empty if
    /// it was not given: a server name of the caller's can only be right for one that was.
    pub fn read(fields: &Fields, driver: Driver, host: &str) -> Result<Self, Error> {
        for (name, reason) in driver.refused() {
            if fields.get(name).is_some() {
                return Err(Error::argument(name, reason));
            }
        }
        let ssl = fields.get("ssl");
        require_verified(tls_setting(ssl), host).map_err(|reason| insecure("ssl", reason))?;
        let ca = match fields.get("ca") {
            None => None,
            // A PEM holds line ends, which no other text may.
            Some(Value::String(pem)) if text::contains(pem, "-----BEGIN") && pem.len() <= 1_000_000 => {
                Some(pem.clone())
            }
            Some(Value::String(_)) => return Err(Error::argument("ca", "must be a certificate in PEM form")),
            Some(other) => return Err(wrong_type("ca", "a string", other)),
        };
        let age = if driver == Driver::Pg { "maxLifetimeSeconds" } else { "max_lifetime" };
        let max_lifetime = fields.number(age, 1, 3 * MAX_LIFETIME)?.and_then(|age| u32::try_from(age).ok());
        Ok(Self { ca, max_lifetime: max_lifetime.unwrap_or(MAX_LIFETIME) })
    }
}

/// Options of `tls.connect` that lead the handshake elsewhere, or past the check of the certificate.
const HANDSHAKE_OVERRIDES: [&str; 7] =
    ["socket", "session", "pskCallback", "secureContext", "host", "port", "path"];

/// How Node and Bun write the server name.
const SERVER_NAMES: [&str; 2] = ["servername", "serverName"];

fn tls_setting(ssl: Option<&Value>) -> TlsSetting<'_> {
    match ssl {
        None => TlsSetting::Absent,
        Some(Value::Bool(on)) => TlsSetting::Bool(*on),
        Some(Value::String(word)) => TlsSetting::Word(word),
        Some(options @ Value::Object(_)) => TlsSetting::Options(TlsOptions {
            reject_unauthorized: options
                .get("rejectUnauthorized")
                .map(|value| matches!(value, Value::Bool(true))),
            has_custom_identity_check: options.get("checkServerIdentity").is_some(),
            // A name that is no string cannot be compared, and no host is empty.
            server_name: SERVER_NAMES
                .iter()
                .find_map(|name| options.get(name))
                .map(|name| name.as_str().unwrap_or_default()),
            has_handshake_override: HANDSHAKE_OVERRIDES.iter().any(|name| options.get(name).is_some()),
        }),
        Some(_) => TlsSetting::Other,
    }
}

fn insecure(option: &'static str, reason: &str) -> Error {
    let mut error = Error::new(Code::InsecureTls, text::concat(&["`", option, "` ", reason]));
    error.option = Some(option);
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(driver: Driver, name: &str, value: Value) -> Result<Settings, Error> {
        let options = Value::object([(name, value)]);
        Settings::read(&Fields::of(Some(&options)).unwrap(), driver, "db.example")
    }

    #[test]
    fn settings_that_would_betray_the_token_are_refused() {
        let s = Value::from;
        let reject = |flag| Value::object([("rejectUnauthorized", flag)]);
        for value in [
            Value::Bool(false),
            Value::Null,
            s("require"),
            reject(Value::Bool(false)),
            reject(Value::Number(0.0)),
            Value::object([("checkServerIdentity", Value::Other)]),
            Value::object([("socket", Value::Other)]),
        ] {
            for driver in [Driver::Pg, Driver::Postgres] {
                assert_eq!(settings(driver, "ssl", value.clone()).unwrap_err().code, Code::InsecureTls);
            }
        }
        for (driver, name) in [
            (Driver::Pg, "password"),
            (Driver::Pg, "connectionString"),
            (Driver::Postgres, "pass"),
            (Driver::Postgres, "path"),
        ] {
            assert_eq!(settings(driver, name, s("x")).unwrap_err().option, Some(name));
        }
        for bad in [s("no pem"), Value::Number(1.0)] {
            assert_eq!(settings(Driver::Pg, "ca", bad).unwrap_err().option, Some("ca"));
        }
    }

    #[test]
    fn what_verifies_is_taken() {
        let named = |name| settings(Driver::Pg, "ssl", Value::object([("servername", Value::from(name))]));
        assert!(named("DB.example").is_ok());
        let options = Value::object([("ssl", Value::object([("servername", Value::from(""))]))]);
        let fields = Fields::of(Some(&options)).unwrap();
        assert!(Settings::read(&fields, Driver::Pg, "").is_err(), "no host is empty");
        assert_eq!(named("other.example").unwrap_err().code, Code::InsecureTls);
        for value in [Value::Bool(true), Value::from("verify-full"), Value::object([])] {
            assert_eq!(settings(Driver::Postgres, "ssl", value).unwrap().max_lifetime, MAX_LIFETIME);
        }
        let age = settings(Driver::Pg, "maxLifetimeSeconds", Value::Number(60.0));
        assert_eq!(age.unwrap().max_lifetime, 60);
    }

    #[test]
    fn a_connection_is_judged_field_by_field() {
        let read = |name: &str, value: Value| {
            let options = Value::object([(name, value)]);
            let fields = Fields::of(Some(&options)).unwrap();
            read_connection(&fields).and_then(|given| check_given(&given))
        };
        for (name, value) in [
            ("host", Value::from("a/b")),
            ("host", Value::from("u@h.example")),
            ("port", Value::Number(0.0)),
            ("port", Value::from("5432")),
            ("user", Value::from("")),
            ("database", Value::from("a\0b")),
        ] {
            assert_eq!(read(name, value).unwrap_err().option, Some(name));
        }
        assert_eq!(read("sslmode", Value::from("require")).unwrap_err().code, Code::InsecureTls);
        assert!(read("sslmode", Value::from("verify-full")).is_ok());
    }
}
