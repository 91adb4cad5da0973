//! Reading the fields of options: each is checked before a request is made, and the error names the field.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::error::Error;
use crate::json::Value;
use crate::text::{concat, contains, has_control, is_plain, number};

/// Longest name, path or host that is taken, in bytes.
pub const NAME_MAX: usize = 512;
/// Longest secret or token that is taken, in bytes.
pub const SECRET_MAX: usize = 64 * 1024;

/// The fields of an options object. An absent object has no fields.
pub struct Fields<'a>(Option<&'a Value>);

impl<'a> Fields<'a> {
    /// Takes an options object; `null` and what is no object is refused.
    pub fn of(value: Option<&'a Value>) -> Result<Self, Error> {
        match value {
            None | Some(Value::Object(_)) => Ok(Self(value)),
            Some(other) => {
                Err(Error::argument("options", &concat(&["must be an object, not ", other.kind()])))
            }
        }
    }

    /// Takes what is known to be an object or absent. Anything else has no fields.
    pub const fn of_object(value: Option<&'a Value>) -> Self {
        Self(value)
    }

    /// The field as it is, if present.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.0?.get(name)
    }

    /// A string field that may be absent, but not empty.
    pub fn text(&self, name: &'static str, max: usize) -> Result<Option<&'a str>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => check_text(name, text, max).map(Some),
            Some(other) => Err(wrong_type(name, "a string", other)),
        }
    }

    /// The same, as a text of its own.
    pub fn owned(&self, name: &'static str, max: usize) -> Result<Option<String>, Error> {
        Ok(self.text(name, max)?.map(ToOwned::to_owned))
    }

    /// A string field that must be there.
    pub fn required(&self, name: &'static str, max: usize) -> Result<&'a str, Error> {
        self.text(name, max)?.ok_or_else(|| Error::argument(name, "is missing"))
    }

    /// The same, as it may stand in an HTTP header.
    pub fn header(&self, name: &'static str, max: usize) -> Result<&'a str, Error> {
        check_header(name, self.required(name, max)?, max)
    }

    /// A field that is `true` or `false`, the latter if it is absent.
    pub fn flag(&self, name: &'static str) -> Result<bool, Error> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(wrong_type(name, "a boolean", other)),
        }
    }

    /// A number field within a range, both ends included.
    pub fn number(&self, name: &str, min: u32, max: u32) -> Result<Option<u64>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Number(given)) if *given >= f64::from(min) && *given <= f64::from(max) => {
                // Within the range of u32, so nothing is lost but a fraction.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                Ok(Some(*given as u64))
            }
            Some(Value::Number(_)) => Err(Error::argument(
                name,
                &concat(&["must lie between ", &number(min.into()), " and ", &number(max.into())]),
            )),
            Some(other) => Err(wrong_type(name, "a number", other)),
        }
    }
}

/// [`crate::Code::InvalidArgument`] for a field of the wrong type; it names the type found, never the value.
pub fn wrong_type(name: &str, wanted: &str, found: &Value) -> Error {
    Error::argument(name, &concat(&["must be ", wanted, ", not ", found.kind()]))
}

/// A text that is not empty, not too long, well-formed, and free of control characters.
pub fn check_text<'a>(name: &'static str, text: &'a str, max: usize) -> Result<&'a str, Error> {
    let reason = if text.is_empty() {
        "is empty"
    } else if text.len() > max {
        "is too long"
    } else if contains(text, "\u{FFFD}") {
        "is not well-formed Unicode"
    } else if has_control(text) {
        "holds control characters"
    } else {
        return Ok(text);
    };
    Err(Error::argument(name, reason))
}

/// A text that may stand in an HTTP header: visible ASCII only.
pub fn check_header<'a>(name: &'static str, text: &'a str, max: usize) -> Result<&'a str, Error> {
    check_text(name, text, max)?;
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(text)
    } else {
        Err(Error::argument(name, "must be visible ASCII characters without spaces"))
    }
}

/// One segment of a resource name, which becomes part of a path.
pub fn check_segment<'a>(name: &'static str, text: &'a str) -> Result<&'a str, Error> {
    check_text(name, text, 128)?;
    if is_plain(text, b"-_.") && text != "." && text != ".." {
        Ok(text)
    } else {
        Err(Error::argument(name, "may hold letters, digits, hyphens, underscores and dots only"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_field_is_named_and_its_value_is_not_shown() {
        let long = "x".repeat(NAME_MAX + 1);
        let table = [
            (Value::Number(7.0), "`host` must be a string, not a number"),
            (Value::Null, "`host` must be a string, not null"),
            (Value::Other, "`host` must be a string, not something else"),
            (Value::from(""), "`host` is empty"),
            (Value::from(long.as_str()), "`host` is too long"),
            (Value::from("a\r\nb"), "`host` holds control characters"),
            (Value::from("a\u{FFFD}"), "`host` is not well-formed Unicode"),
        ];
        for (value, message) in table {
            let options = Value::object([("host", value)]);
            let error = Fields::of(Some(&options)).unwrap().required("host", NAME_MAX).unwrap_err();
            assert_eq!(error.message, message);
            assert_eq!(error.option.as_deref(), Some("host"));
        }
        assert_eq!(Fields::of(None).unwrap().required("host", 9).unwrap_err().message, "`host` is missing");
        assert!(Fields::of(Some(&Value::from("host"))).is_err());
    }

    #[test]
    fn numbers_keep_to_their_range() {
        for (number, ok) in [
            (299.0, false),
            (300.0, true),
            (3600.0, true),
            (3601.0, false),
            (f64::NAN, false),
            (f64::INFINITY, false),
        ] {
            let options = Value::object([("ttl", Value::Number(number))]);
            assert_eq!(Fields::of(Some(&options)).unwrap().number("ttl", 300, 3600).is_ok(), ok, "{number}");
        }
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        for bad in ["a/b", "..", ".", "a%2fb", "a b", "a?b", "a#b", "é", "a\\b"] {
            assert!(check_segment("instance", bad).is_err(), "{bad}");
        }
        assert!(check_segment("instance", "orders-2.eu_west").is_ok());
    }
}
