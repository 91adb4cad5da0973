//! The core's error as the `LakebaseError` that JavaScript catches.

use super::js::Object;
use wasm_bindgen::prelude::*;

use super::value::{Given, get, set, set_number, set_text};
use crate::error::{Code, Error};

#[cfg(not(feature = "std"))]
#[wasm_bindgen(raw_module = "./lib/error.js")]
extern "C" {
    type LakebaseError;

    #[wasm_bindgen(constructor)]
    fn new(fields: &Object) -> LakebaseError;
}

// Outside of the npm package, as in `wasm-pack` builds and tests, there is no class of ours.
#[cfg(feature = "std")]
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Error)]
    type LakebaseError;

    #[wasm_bindgen(constructor, js_class = "Error")]
    fn of(message: &str) -> LakebaseError;
}

#[cfg(feature = "std")]
impl LakebaseError {
    fn new(fields: &Object) -> Self {
        let error = Self::of("");
        let _ = Object::assign(error.unchecked_ref(), fields);
        error
    }
}

impl From<Error> for JsValue {
    #[inline(never)]
    fn from(error: Error) -> Self {
        caused(&error, &Self::UNDEFINED)
    }
}

/// A `LakebaseError` with a `cause` that is the caller's own: an abort reason, or a driver's error.
pub(super) fn caused(error: &Error, cause: &JsValue) -> JsValue {
    let fields = Object::new();
    set_text(&fields, "code", error.code.as_str());
    set_text(&fields, "message", &error.describe());
    set_text(&fields, "hint", error.hint());
    set(&fields, "retryable", error.retryable.into());
    for (name, value) in error.context() {
        if let Some(value) = value {
            set_text(&fields, name, value);
        }
    }
    if let Some(status) = error.status {
        set_number(&fields, "status", status.into());
    }
    if let Some(ms) = error.retry_after {
        set_number(&fields, "retryAfter", ms);
    }
    if let Some(option) = &error.option {
        set_text(&fields, "option", option);
    }
    if error.code == Code::Aborted {
        // The name by which platforms tell an aborted wait.
        set_text(&fields, "name", "AbortError");
    }
    if !cause.is_undefined() {
        set(&fields, "cause", cause.clone());
    }
    LakebaseError::new(&fields).into()
}

/// The error of a caller whose signal ended the wait, or without one, whose time is over.
#[wasm_bindgen(js_name = waitEnded)]
pub fn wait_ended(signal: &JsValue) -> Given {
    if signal.is_undefined() {
        return Ok(Error::new(Code::Timeout, "the call did not end within the time given").into());
    }
    Ok(caused(&Error::new(Code::Aborted, "the caller's signal ended the wait"), &get(signal, "reason")))
}
