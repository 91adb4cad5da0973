//! The options that every call takes.

use wasm_bindgen::prelude::*;

use super::platform::now;
use super::value::{get, options, read};
use crate::error::Error;
use crate::fields::{Fields, wrong_type};
use crate::json::Value;
use crate::session::Session;

/// Deadline of a call unless `timeout` says otherwise, in ms.
pub(super) const TIMEOUT: u64 = 30_000;

/// A caller's options, read, with its deadline.
pub(super) struct Caller {
    options: Option<Value>,
    /// How long this caller waits, in ms.
    pub(super) timeout: u64,
}

impl Caller {
    /// Reads the options, of which `timeout` (ms, with this default) and `signal` are known here.
    pub(super) fn read(given: &JsValue, default: u64) -> Result<Self, Error> {
        let options = options(given);
        let timeout = Fields::of(options.as_ref())?.number("timeout", 1, 86_400_000)?.unwrap_or(default);
        let signal = if given.is_object() { get(given, "signal") } else { JsValue::UNDEFINED };
        // By shape, not class: polyfills and other realms bring their own.
        let fits =
            get(&signal, "aborted").as_bool().is_some() && get(&signal, "addEventListener").is_function();
        if !signal.is_undefined() && !fits {
            return Err(wrong_type("signal", "an AbortSignal", &read(&signal)));
        }
        Ok(Self { options, timeout })
    }

    /// Gives more time, unless `timeout` was given: a wait that was asked for is not cut short by the default.
    pub(super) fn extend(&mut self, ms: u64) {
        if self.options.as_ref().is_none_or(|options| options.get("timeout").is_none()) {
            self.timeout += ms;
        }
    }

    /// The fields of the options.
    pub(super) fn fields(&self) -> Fields<'_> {
        Fields::of_object(self.options.as_ref())
    }

    /// When this caller gives up, in elapsed ms.
    pub(super) fn deadline(&self, session: &Session) -> u64 {
        now(session).elapsed + self.timeout
    }
}
