//! What the platform gives: the clocks, randomness, and the error class of the JavaScript side.

use core::cell::{OnceCell, RefCell};

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::clock::{Clock, Now};

#[wasm_bindgen]
extern "C" {
    type Performance;

    // Absent on some edge runtimes; then the wall clock has to do.
    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: Option<Performance>;

    #[wasm_bindgen(method)]
    fn now(this: &Performance) -> f64;
}

thread_local! {
    static ERROR_CLASS: OnceCell<Function> = const { OnceCell::new() };
    static CLOCK: RefCell<Clock> = RefCell::default();
}

/// Takes the class of errors, once, when the module is loaded.
#[wasm_bindgen]
pub fn connect(error_class: Function) {
    let _ = ERROR_CLASS.with(|cell| cell.set(error_class));
}

/// The constructor of `LakebaseError`.
pub(super) fn error_class() -> Option<Function> {
    ERROR_CLASS.with(|cell| cell.get().cloned())
}

/// The moment.
pub(super) fn now() -> Now {
    let wall = js_sys::Date::now();
    let monotonic =
        PERFORMANCE.with(|performance| performance.as_ref().map(Performance::now)).unwrap_or(wall);
    CLOCK.with_borrow_mut(|clock| clock.read(monotonic, wall))
}

/// Random bytes; zeros where the platform refuses them, which only makes jitter and request ids plainer.
fn random_bytes<const N: usize>() -> [u8; N] {
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
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid().to_string()
}
