//! JSON values, as options come in and answers come back.
//!
//! The text itself is parsed by the platform: `JSON.parse` in WebAssembly, which is there anyway, `serde_json`
//! natively.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A JSON value. Numbers are the doubles that JavaScript has.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, in its own order.
    Object(Vec<(String, Value)>),
    /// What JSON cannot hold: a function, a symbol, a class instance.
    Other,
}

impl core::fmt::Debug for Value {
    // The kind only: values may be secrets.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.kind())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl Value {
    /// An object of these members.
    pub fn object<const N: usize>(members: [(&str, Value); N]) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The member of this name, if this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The string member of this name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// The number, or the number that the string holds: some endpoints quote theirs.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::String(text) => text.trim().parse::<u32>().ok().map(f64::from),
            _ => None,
        }
    }

    /// The kind, as messages name it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
            Self::Other => "something else",
        }
    }

    /// The value as JSON text (RFC 8259).
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null | Self::Other => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            // Whole numbers only are ever sent; anything else would pull in float printing.
            #[allow(clippy::cast_possible_truncation)]
            Self::Number(number) => out.push_str(&(*number as i64).to_string()),
            Self::String(text) => write_string(text, out),
            Self::Array(items) => {
                write_list(out, '[', ']', items, |item, out| item.write(out));
            }
            Self::Object(members) => write_list(out, '{', '}', members, |(name, value), out| {
                write_string(name, out);
                out.push(':');
                value.write(out);
            }),
        }
    }
}

fn write_list<T>(out: &mut String, open: char, close: char, items: &[T], write: impl Fn(&T, &mut String)) {
    out.push(open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(close);
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => {
                out.push_str("\\u00");
                out.extend(
                    [(c as u32) >> 4, c as u32 & 15].into_iter().filter_map(|n| char::from_digit(n, 16)),
                );
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Parses a text; `None` if it is not JSON.
#[cfg(not(target_arch = "wasm32"))]
pub fn parse(text: &str) -> Option<Value> {
    fn convert(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(value),
            serde_json::Value::Number(number) => number.as_f64().map_or(Value::Null, Value::Number),
            serde_json::Value::String(text) => Value::String(text),
            serde_json::Value::Array(items) => Value::Array(items.into_iter().map(convert).collect()),
            serde_json::Value::Object(members) => {
                Value::Object(members.into_iter().map(|(name, value)| (name, convert(value))).collect())
            }
        }
    }
    serde_json::from_str(text).ok().map(convert)
}

/// Parses a text; `None` if it is not JSON.
#[cfg(target_arch = "wasm32")]
pub fn parse(text: &str) -> Option<Value> {
    js_sys::JSON::parse(text).ok().map(|value| crate::web::value::read(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let value = Value::object([
            ("flag", Value::Bool(true)),
            ("instance_names", Value::Array(vec![Value::from("orders"), Value::from("")])),
            ("n", Value::Number(3600.0)),
            ("none", Value::Null),
            ("request_id", Value::from("a\"b\\c\n\u{1}é")),
        ]);
        let text = value.to_json();
        assert_eq!(parse(&text).as_ref().map(Value::to_json), Some(text.clone()));
        assert_eq!(parse(&text).unwrap().text("request_id"), Some("a\"b\\c\n\u{1}é"));
    }

    #[test]
    fn debug_shows_the_kind_only() {
        assert_eq!(format!("{:?}", Value::from("secret")), "a string");
    }
}
