//! The core's error as the `LakebaseError` that JavaScript catches.

use alloc::borrow::ToOwned;

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::value::set;
use crate::error::{Code, Error};
use crate::text::concat;

#[wasm_bindgen(raw_module = "./lib/error.js")]
extern "C" {
    type LakebaseError;

    #[wasm_bindgen(constructor)]
    fn new(fields: &Object) -> LakebaseError;
}

/// A `LakebaseError`.
pub(super) fn throw(error: &Error) -> JsValue {
    throw_with(error, &JsValue::UNDEFINED)
}

/// A `LakebaseError` with a `cause` that is the caller's own: an abort reason, or a driver's error.
pub(super) fn throw_with(error: &Error, cause: &JsValue) -> JsValue {
    let fields = Object::new();
    let text = |name: &str, value: &str| set(&fields, name, &value.into());
    let mut message = error.message.clone();
    for (label, value) in
        [("identity", &error.identity), ("target", &error.target), ("requestId", &error.request_id)]
    {
        if let Some(value) = value {
            message.push_str(if message.ends_with(']') { "" } else { " [" });
            message = message.trim_end_matches(']').to_owned();
            message.push_str(if message.ends_with('[') { "" } else { ", " });
            message.extend([label, " ", value, "]"]);
            text(label, value);
        }
    }
    text("code", error.code.as_str());
    text("message", &concat(&[error.code.as_str(), ": ", &message, ". ", error.hint()]));
    text("hint", error.hint());
    set(&fields, "retryable", &error.retryable.into());
    if let Some(status) = error.status {
        set(&fields, "status", &status.into());
    }
    #[allow(clippy::cast_precision_loss)]
    if let Some(ms) = error.retry_after {
        set(&fields, "retryAfter", &(ms as f64).into());
    }
    if let Some(option) = &error.option {
        text("option", option);
    }
    if error.code == Code::Aborted {
        // The name by which platforms tell an aborted wait.
        text("name", "AbortError");
    }
    if !cause.is_undefined() {
        set(&fields, "cause", cause);
    }
    LakebaseError::new(&fields).into()
}
