//! The options of forwarding, all checked before anything is served.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{Forwarder, origin};
use crate::address::Address;
use crate::error::Error;
use crate::fields::{Fields, NAME_MAX, wrong_type};
use crate::http::REQUEST_TIMEOUT;
use crate::json::Value;

impl Forwarder {
    /// Reads `host`, `origin` and `timeout` (ms). `authorize` and `credentials` say whether these options are
    /// what they must be; `None`: they are absent.
    pub fn from_options(
        fields: &Fields,
        authorize: Option<bool>,
        credentials: Option<bool>,
    ) -> Result<Self, Error> {
        let workspace = fields.text("host", NAME_MAX)?.map(Address::parse).transpose()?;
        let origins = read_origins(fields)?;
        let timeout = fields.number("timeout", 1, 600_000)?.unwrap_or(REQUEST_TIMEOUT);
        if credentials == Some(false) {
            return Err(Error::argument(
                "credentials",
                "must be a CredentialProvider, as workspace.credentials() gives it",
            ));
        }
        if authorize == Some(false) {
            return Err(Error::argument("authorize", "must be a function"));
        }
        // Without the one, anybody could have a credential; without the other, it would guard nothing.
        match (credentials, authorize) {
            (Some(_), None) => {
                return Err(Error::argument(
                    "authorize",
                    "is missing: without it anybody could have the service principal's database credential",
                ));
            }
            (None, Some(_)) => {
                return Err(Error::argument(
                    "authorize",
                    "guards `credentials`, which is missing; what is forwarded takes the caller's own token",
                ));
            }
            (None, None) if workspace.is_none() => return Err(Error::argument("host", "is missing")),
            _ => {}
        }
        Ok(Self { workspace, origins, timeout, hands_out: credentials.is_some() })
    }
}

fn read_origins(fields: &Fields) -> Result<Vec<String>, Error> {
    let one = |value: &Value| match value {
        Value::String(text) => origin::parse(text),
        other => Err(wrong_type("origin", "a string or an array of strings", other)),
    };
    match fields.get("origin") {
        None => Ok(Vec::new()),
        Some(Value::Array(origins)) if origins.is_empty() => Err(Error::argument("origin", "is empty")),
        Some(Value::Array(origins)) => origins.iter().map(one).collect(),
        Some(other) => Ok(vec![one(other)?]),
    }
}
