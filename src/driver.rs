//! What callers may say of a connection, and which of a driver's own settings would betray the token.

use alloc::borrow::ToOwned;

use crate::connection::{Connection, DEFAULT_PORT};
use crate::error::{Code, Error};
use crate::fields::{Fields, wrong_type};
use crate::json::Value;
use crate::text;
use crate::tls::{TlsOptions, TlsSetting, require_verified};

/// Age at which the service may close a connection, in s.
const SERVICE_AGE: u32 = 3 * 86_400;

/// Reads what callers say of a connection: `host`, `user`, `port`, `database`, `sslrootcert`. A host or user that is
/// not given stays empty.
pub fn read_connection(fields: &Fields) -> Result<Connection, Error> {
    if fields.get("sslmode").is_some_and(|mode| mode.as_str() != Some("verify-full")) {
        return Err(insecure("sslmode", "must be verify-full, which alone verifies the server"));
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

/// The options of a driver's settings that are not its own, and are not handed on.
pub const OURS: &[&str] = &["ca", "sslrootcert", "sslmode", "tls", "waitForAvailable", "timeout", "signal"];

/// Judges a driver's settings: refuses what would betray the token. `host` is the host, or empty if it was not given: a
/// server name of the caller's can only be right for one that was.
///
/// `names` is what the adapter says of its driver: `taken`, the names of options that would take the place of what it gives,
/// and `age`, the name of the age at which the pool replaces a connection, in s. What TLS must be is no matter of names, and
/// stands whatever they are.
pub fn check_settings(fields: &Fields, names: &Value, host: &str) -> Result<(), Error> {
    for name in TLS_SETTINGS {
        require_verified(tls_setting(fields.get(name)), host).map_err(|reason| insecure(name, reason))?;
    }
    if let Some(Value::Array(names)) = names.get("taken") {
        for name in names {
            let name = name.as_str().unwrap_or_default();
            if fields.get(name).is_some() {
                return Err(Error::argument(name, "would take the place of what the provider gives"));
            }
        }
    }
    fields.number(names.text("age").unwrap_or_default(), 1, SERVICE_AGE)?;
    match fields.get("ca") {
        None => Ok(()),
        // A PEM holds line ends, which no other text may.
        Some(Value::String(pem)) if text::contains(pem, "-----BEGIN") && pem.len() <= 1_000_000 => Ok(()),
        Some(Value::String(_)) => Err(Error::argument("ca", "must be a certificate in PEM form")),
        Some(other) => Err(wrong_type("ca", "a string", other)),
    }
}

/// What drivers call their TLS setting.
pub const TLS_SETTINGS: [&str; 2] = ["ssl", "tls"];

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

fn insecure(option: &str, reason: &str) -> Error {
    let mut error = Error::new(Code::InsecureTls, text::concat(&["`", option, "` ", reason]));
    error.option = Some(option.to_owned());
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, value: Value, names: &Value) -> Result<(), Error> {
        let options = Value::object([(name, value)]);
        check_settings(&Fields::of(Some(&options)).unwrap(), names, "db.example")
    }

    #[test]
    fn tls_that_would_not_verify_is_refused_whatever_the_adapter_says() {
        let s = Value::from;
        let reject = |flag| Value::object([("rejectUnauthorized", flag)]);
        let none = Value::object([]);
        let odd = Value::object([("taken", Value::object([("ssl", Value::Null)])), ("age", s("ssl"))]);
        for value in [
            Value::Bool(false),
            Value::Null,
            s("require"),
            reject(Value::Bool(false)),
            reject(Value::Number(0.0)),
            Value::object([("checkServerIdentity", Value::Other)]),
            Value::object([("socket", Value::Other)]),
        ] {
            for name in ["ssl", "tls"] {
                for names in [&none, &odd, &Value::Null, &Value::Other, &s(name)] {
                    let error = check(name, value.clone(), names).unwrap_err();
                    assert_eq!((error.code, error.option.as_deref()), (Code::InsecureTls, Some(name)));
                }
            }
        }
        for bad in [s("no pem"), Value::Number(1.0)] {
            assert_eq!(check("ca", bad, &none).unwrap_err().option.as_deref(), Some("ca"));
        }
    }

    #[test]
    fn what_an_adapter_says_is_taken_is_refused_by_its_name() {
        let names = Value::object([
            ("taken", Value::Array(vec![Value::from("pass"), Value::Null])),
            ("age", Value::from("max_age")),
        ]);
        for value in [Value::from("x"), Value::Null, Value::Other] {
            let error = check("pass", value, &names).unwrap_err();
            assert_eq!((error.code, error.option.as_deref()), (Code::InvalidArgument, Some("pass")));
        }
        assert!(check("passage", Value::from("x"), &names).is_ok());
        for (age, good) in [(0.0, false), (1.0, true), (259_200.0, true), (259_201.0, false)] {
            assert_eq!(check("max_age", Value::Number(age), &names).is_ok(), good, "{age}");
            assert!(check("age", Value::Number(age), &names).is_ok(), "the name is the driver's");
        }
    }

    #[test]
    fn what_verifies_is_taken() {
        let none = Value::object([]);
        let named = |setting, name| check(setting, Value::object([("servername", Value::from(name))]), &none);
        assert!(named("ssl", "DB.example").is_ok() && named("tls", "DB.example").is_ok());
        let options = Value::object([("ssl", Value::object([("servername", Value::from(""))]))]);
        let fields = Fields::of(Some(&options)).unwrap();
        assert!(check_settings(&fields, &none, "").is_err(), "no host is empty");
        assert_eq!(named("ssl", "other.example").unwrap_err().code, Code::InsecureTls);
        for value in [Value::Bool(true), Value::from("verify-full"), Value::object([])] {
            assert!(check("ssl", value, &none).is_ok());
        }
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
            assert_eq!(read(name, value).unwrap_err().option.as_deref(), Some(name));
        }
        assert_eq!(read("sslmode", Value::from("require")).unwrap_err().code, Code::InsecureTls);
        assert!(read("sslmode", Value::from("verify-full")).is_ok());
    }
}
