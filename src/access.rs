//! What a workspace token is asked for: scopes (RFC 6749, section 3.3) and authorization details (RFC 9396).

use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Error;
use crate::fields::{Fields, NAME_MAX, check_header, wrong_type};
use crate::json::Value;
use crate::text::contains_any;

/// What a workspace token is asked for.
#[derive(Clone, Debug)]
pub struct Access {
    scope: String,
    /// `authorizationDetails` as JSON text; empty if there are none.
    pub details: String,
}

impl Access {
    /// Reads `scopes`, an array of names, and `authorizationDetails`, an array of objects with a `type` each, which the
    /// platform is to write as JSON: [`Access::details`].
    pub fn from_options(fields: &Fields, default: &str) -> Result<Self, Error> {
        let mut scope = String::new();
        for name in array(fields, "scopes")? {
            let name = name.as_str().unwrap_or_default();
            // RFC 6749, section 3.3.
            if contains_any(name, b"\"\\") || check_header("scopes", name, NAME_MAX).is_err() {
                return Err(Error::argument("scopes", "must hold names of scopes"));
            }
            if !scope.is_empty() {
                scope.push(' ');
            }
            scope.push_str(name);
        }
        if scope.is_empty() {
            scope.push_str(default);
        }
        for one in array(fields, "authorizationDetails")? {
            if one.text("type").is_none() {
                return Err(Error::argument("authorizationDetails", "must hold objects with a `type`"));
            }
        }
        Ok(Self { scope, details: String::new() })
    }

    /// Adds what a request says of it, in a form or query.
    pub fn push_to<'a>(&'a self, fields: &mut Vec<(&'a str, &'a str)>) {
        fields.push(("scope", &self.scope));
        if !self.details.is_empty() {
            fields.push(("authorization_details", &self.details));
        }
    }
}

/// An array that may be absent, but not empty: who asks for nothing shall not be given everything.
fn array<'a>(fields: &Fields<'a>, name: &'static str) -> Result<&'a [Value], Error> {
    match fields.get(name) {
        None => Ok(&[]),
        Some(Value::Array(items)) if !items.is_empty() => Ok(items),
        Some(other) => Err(wrong_type(name, "an array that is not empty", other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(options: &[(&str, Value)], json: &str) -> Result<String, Error> {
        let members = options.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let options = Value::Object(members.collect());
        let mut access = Access::from_options(&Fields::of(Some(&options)).unwrap(), "all-apis")?;
        access.details.push_str(json);
        let mut fields = vec![];
        access.push_to(&mut fields);
        Ok(crate::http::form(&fields).expose().to_owned())
    }

    #[test]
    fn the_fields_hold_what_was_asked_for() {
        let s = Value::from;
        assert_eq!(access(&[], "").unwrap(), "scope=all-apis");
        let scopes = Value::Array(vec![s("sql"), s("iam.current-user:read")]);
        assert_eq!(access(&[("scopes", scopes)], "").unwrap(), "scope=sql%20iam.current-user%3Aread");
        let details = Value::Array(vec![Value::object([("type", s("t"))])]);
        assert_eq!(
            access(&[("authorizationDetails", details)], r#"[{"type":"t"}]"#).unwrap(),
            "scope=all-apis&authorization_details=%5B%7B%22type%22%3A%22t%22%7D%5D"
        );
    }

    #[test]
    fn what_no_request_can_carry_is_refused_by_name() {
        let s = Value::from;
        let odd = ["", "a b", "a\"", "a\\", "a\n", "\u{e9}"];
        let others = [
            s("all-apis"),
            Value::Array(vec![]),
            Value::Array(vec![Value::Null]),
            Value::Null,
            Value::object([]),
        ];
        for bad in odd.iter().map(|name| Value::Array(vec![s("sql"), s(name)])).chain(others.clone()) {
            assert_eq!(access(&[("scopes", bad)], "").unwrap_err().option.as_deref(), Some("scopes"));
        }
        let untyped = [Value::Array(vec![Value::object([])]), Value::Array(vec![s("type")])];
        for bad in untyped.into_iter().chain(others) {
            let error = access(&[("authorizationDetails", bad)], "").unwrap_err();
            assert_eq!(error.option.as_deref(), Some("authorizationDetails"));
        }
    }
}
