//! JSON values, as options come in and answers come back.
//!
//! The text itself is parsed by `serde_json`; in the npm package by `JSON.parse`, which is there anyway.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::text::{concat, parse_number, push_hex};

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

    /// Takes the member of this name out, leaving `null`.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let Self::Object(members) = self else { return None };
        let (_, value) = members.iter_mut().find(|(key, _)| key == name)?;
        Some(core::mem::replace(value, Self::Null))
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
    #[allow(clippy::cast_precision_loss)]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::String(text) => parse_number(text.trim_ascii()).map(|number| number as f64),
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
}

/// The members of an object as JSON text (RFC 8259), written one by one.
#[derive(Clone, Debug, Default)]
pub struct ObjectText(String);

impl ObjectText {
    /// No members.
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// Adds a member whose value is JSON text already.
    pub fn put(&mut self, name: &str, json: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&concat(&[&quote(name), ":", json]));
    }

    /// Adds a string.
    pub fn put_text(&mut self, name: &str, text: &str) {
        self.put(name, &quote(text));
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The object.
    pub fn finish(&self) -> String {
        concat(&["{", &self.0, "}"])
    }
}

/// The JSON text of an array of JSON texts.
pub fn array_text(items: &[String]) -> String {
    let mut members = String::new();
    for item in items {
        if !members.is_empty() {
            members.push(',');
        }
        members.push_str(item);
    }
    concat(&["[", &members, "]"])
}

/// A string as JSON text.
pub fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if c < ' ' {
            out.push_str("\\u00");
            push_hex(&mut out, c as u8);
            continue;
        }
        if c == '"' || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// Parses a text; `None` if it is not JSON.
#[cfg(not(all(target_arch = "wasm32", npm)))]
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
#[cfg(all(target_arch = "wasm32", npm))]
pub fn parse(text: &str) -> Option<Value> {
    crate::web::js::parse_json(text).ok().map(|value| crate::web::value::read(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let odd = "a\"b\\c\n\u{1}\u{1f}\u{7f}é\u{2028}";
        let mut object = ObjectText::new();
        object.put_text("text", odd);
        object.put_text(odd, "");
        object.put("none", &array_text(&[]));
        object.put("some", &array_text(&[quote("orders"), quote("")]));
        let read = parse(&object.finish()).unwrap();
        assert_eq!((read.text("text"), read.text(odd)), (Some(odd), Some("")));
        assert!(read.get("none") == Some(&Value::Array(vec![])));
        assert!(read.get("some") == Some(&Value::Array(vec![Value::from("orders"), Value::from("")])));
        assert_eq!(ObjectText::new().finish(), "{}");
    }

    #[test]
    fn debug_shows_the_kind_only() {
        assert_eq!(format!("{:?}", Value::from("secret")), "a string");
    }
}
