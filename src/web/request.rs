//! A caller's own wait: options read, deadline and abort signal kept.

use core::future::Future;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use super::platform::now;
use super::throw::{throw, throw_with};
use super::value::{get, options};
use super::wait::{Wait, Work, within};
use crate::error::{Code, Error};
use crate::fields::{Fields, wrong_type};
use crate::json::Value;

/// Deadline of a call unless `timeout` says otherwise, in ms.
const TIMEOUT: u64 = 30_000;

/// The options that every call takes.
pub(super) struct Caller {
    pub(super) options: Option<Value>,
    /// When this caller gives up, in elapsed ms.
    pub(super) deadline: u64,
    timeout: u64,
    signal: Option<AbortSignal>,
}

impl Caller {
    /// Reads `timeout` (ms) and `signal`.
    pub(super) fn read(given: &JsValue) -> Result<Self, Error> {
        Self::read_with(given, TIMEOUT)
    }

    /// The same with another default for `timeout`.
    pub(super) fn read_with(given: &JsValue, timeout: u64) -> Result<Self, Error> {
        let options = options(given);
        let timeout = Fields::of(options.as_ref())?.number("timeout", 1, 86_400_000)?.unwrap_or(timeout);
        let signal = match given.is_object().then(|| get(given, "signal")) {
            Some(signal) if !signal.is_undefined() => {
                // Shape, not class: polyfills and other realms bring their own.
                if get(&signal, "aborted").as_bool().is_none()
                    || !get(&signal, "addEventListener").is_function()
                {
                    return Err(wrong_type("signal", "an AbortSignal", &super::value::read(&signal)));
                }
                Some(signal.unchecked_into())
            }
            _ => None,
        };
        Ok(Self { options, deadline: now().elapsed + timeout, timeout, signal })
    }

    /// Gives more time, unless `timeout` was given: a wait that was asked for is not cut short by the default.
    pub(super) fn extend(&mut self, ms: u64) {
        if self.options.as_ref().is_none_or(|options| options.get("timeout").is_none()) {
            self.timeout += ms;
            self.deadline += ms;
        }
    }

    /// The fields of the options.
    pub(super) fn fields(&self) -> Result<Fields<'_>, Error> {
        Fields::of(self.options.as_ref())
    }

    /// The call: this work, until this caller's deadline or until its signal ends the wait.
    pub(super) fn call(self, work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Call {
        Box::pin(self.bounded(Box::pin(work)))
    }

    async fn bounded(self, work: Call) -> Result<JsValue, JsValue> {
        // The core ends its own waits at the deadline, and says more; this one ends those of others.
        let late = Wait::sleep(self.timeout + 50);
        let in_time = async {
            let late_error =
                || throw(&Error::new(Code::Timeout, "the call did not end within the time given"));
            within(work, late).await.unwrap_or_else(|| Err(late_error()))
        };
        let Some(signal) = self.signal else { return in_time.await };
        let aborted = || {
            let error = Error::new(Code::Aborted, "the caller's signal ended the wait");
            Err(throw_with(&error, &get(&signal, "reason")))
        };
        if signal.aborted() {
            return aborted();
        }
        within(Box::pin(in_time), Wait::aborted(signal.clone())).await.unwrap_or_else(aborted)
    }
}

/// A call under way; its error is what is thrown.
pub(super) type Call = Work<'static, Result<JsValue, JsValue>>;

/// Runs a call that was read well, or rejects with the error.
pub(super) fn promise(call: Result<Call, Error>) -> Promise {
    match call {
        Ok(work) => future_to_promise(work),
        Err(error) => Promise::reject(&throw(&error)),
    }
}
