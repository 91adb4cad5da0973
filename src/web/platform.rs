//! What the platform gives: the clocks and randomness.

use alloc::borrow::ToOwned;
use alloc::string::String;

use wasm_bindgen::prelude::*;

use super::js::Date;
use crate::clock::Now;
use crate::session::Session;

#[wasm_bindgen]
extern "C" {
    // Absent on some edge runtimes; then the wall clock has to do.
    #[wasm_bindgen(catch, js_namespace = performance, js_name = now)]
    fn monotonic() -> Result<f64, JsValue>;
}

/// The moment.
pub(super) fn now(session: &Session) -> Now {
    let wall = Date::now();
    session.now(monotonic().unwrap_or(wall), wall)
}

/// Random bytes; zeros where the platform refuses them, which only makes jitter and request ids plainer; a password is
/// not made of them.
pub(super) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let _ = getrandom::fill(&mut bytes);
    bytes
}

/// A random number in 0..1, for jitter.
pub(super) fn random() -> f64 {
    f64::from(u32::from_le_bytes(random_bytes())) / 4_294_967_296.0
}

/// A new request id: a UUID of version 4.
pub(super) fn request_id() -> String {
    let id = uuid::Builder::from_random_bytes(random_bytes()).into_uuid();
    id.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()).to_owned()
}
