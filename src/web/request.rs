//! A caller's own wait: options read, deadline and abort signal kept.

use core::future::Future;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use super::platform::now;
use super::throw::{throw, throw_with};
use super::value::{get, options};
use super::wait::{Wait, within};
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

    /// The fields of the options.
    pub(super) fn fields(&self) -> Result<Fields<'_>, Error> {
        Fields::of(self.options.as_ref())
    }

    /// Runs the work until this caller's deadline, or until its signal ends the wait. `Err` holds what is thrown.
    pub(super) async fn wait<T>(&self, work: impl Future<Output = Result<T, JsValue>>) -> Result<T, JsValue> {
        if let Some(signal) = &self.signal {
            let aborted = || {
                throw_with(
                    &Error::new(Code::Aborted, "the caller's signal ended the wait"),
                    &get(signal, "reason"),
                )
            };
            if signal.aborted() {
                return Err(aborted());
            }
            return within(self.by_deadline(work), Wait::aborted(signal.clone()))
                .await
                .unwrap_or_else(|| Err(aborted()));
        }
        self.by_deadline(work).await
    }

    async fn by_deadline<T>(&self, work: impl Future<Output = Result<T, JsValue>>) -> Result<T, JsValue> {
        // The core ends its own waits at the deadline, and says more; this one ends those of others.
        let late = Wait::sleep(self.timeout + 50);
        within(work, late).await.unwrap_or_else(|| {
            Err(throw(&Error::new(Code::Timeout, "the call did not end within the time given")))
        })
    }
}

/// Runs a call that was read well, or rejects with the error.
pub(super) fn promise<F>(call: Result<F, Error>) -> Promise
where
    F: Future<Output = Result<JsValue, JsValue>> + 'static,
{
    match call {
        Ok(work) => future_to_promise(work),
        Err(error) => Promise::reject(&throw(&error)),
    }
}
