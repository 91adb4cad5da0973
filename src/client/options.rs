//! Options as the core reads them: one object, judged field by field.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use crate::error::Error;
use crate::fields::Fields;
use crate::json::Value;

/// An options object. What is not given is left out, so that the core's default holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Options(Vec<(String, Value)>);

impl Options {
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value));
    }

    pub(super) fn put_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.put(name, text.into());
        }
    }

    pub(super) fn put_texts(&mut self, name: &str, texts: &[String]) {
        if !texts.is_empty() {
            self.put(name, Value::Array(texts.iter().map(|text| text.as_str().into()).collect()));
        }
    }

    pub(super) fn put_millis(&mut self, name: &str, time: Option<Duration>) {
        if let Some(time) = time {
            self.put(name, Value::Number(time.as_secs_f64() * 1000.0));
        }
    }

    pub(super) fn read<T>(self, read: impl FnOnce(&Fields) -> Result<T, Error>) -> Result<T, Error> {
        let object = Value::Object(self.0);
        read(&Fields::of_object(Some(&object)))
    }
}
