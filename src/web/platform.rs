//! What the platform gives: the clocks and randomness.

use alloc::borrow::ToOwned;
use alloc::string::String;

use wasm_bindgen::prelude::*;

use super::js::Date;
use crate::clock::Now;
#[cfg(feature = "admin")]
use crate::error::Error;
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

/// Random bytes to make a secret of.
#[cfg(feature = "admin")]
pub(super) fn secure_random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    let filled = getrandom::fill(&mut bytes).is_ok();
    // A source that did not run leaves all the same.
    if filled && bytes.iter().any(|byte| Some(byte) != bytes.first()) {
        return Ok(bytes);
    }
    Err(Error::argument("crypto", "gives no random values on this platform"))
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
