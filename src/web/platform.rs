//! What the platform gives: the clocks, randomness, timers, and the hooks of the JavaScript side.

use core::cell::{OnceCell, RefCell};

use js_sys::{Function, Promise};
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

    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: f64) -> Result<JsValue, JsValue>;

    // Node gives an object, browsers a number.
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// What JavaScript lends to the core, once, when the module is loaded.
struct Hooks {
    error_class: Function,
    wait_until: Option<Function>,
}

thread_local! {
    static HOOKS: OnceCell<Hooks> = const { OnceCell::new() };
    static CLOCK: RefCell<Clock> = RefCell::default();
}

/// Takes the error class and, where the platform has one, `waitUntil`.
#[wasm_bindgen]
pub fn connect(hooks: &JsValue) {
    let function = |name: &str| js_sys::Reflect::get(hooks, &name.into()).ok()?.dyn_into::<Function>().ok();
    let Some(error_class) = function("LakebaseError") else { return };
    // A second call is the same module loaded again, with the same hooks.
    let _ = HOOKS.with(|cell| cell.set(Hooks { error_class, wait_until: function("waitUntil") }));
}

/// The constructor of `LakebaseError`.
pub(super) fn error_class() -> Option<Function> {
    HOOKS.with(|hooks| hooks.get().map(|hooks| hooks.error_class.clone()))
}

/// Asks the platform to let this finish though the request that began it is answered.
pub(super) fn wait_until(promise: &Promise) {
    let hook = HOOKS.with(|hooks| hooks.get().and_then(|hooks| hooks.wait_until.clone()));
    if let Some(hook) = hook {
        // Outside of a request there is nothing to extend, and the platform says so by throwing.
        let _ = hook.call1(&JsValue::UNDEFINED, promise);
    }
}

/// The moment.
pub(super) fn now() -> Now {
    let wall = js_sys::Date::now();
    let monotonic =
        PERFORMANCE.with(|performance| performance.as_ref().map(Performance::now)).unwrap_or(wall);
    CLOCK.with_borrow_mut(|clock| clock.read(monotonic, wall))
}

/// Random bytes; zeros where the platform refuses them, which only makes jitter and request ids plainer.
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
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid().to_string()
}

/// Starts a timer; the id stops it.
pub(super) fn start_timer(callback: &Function, ms: u64) -> JsValue {
    // Longer timers overflow to 1 ms in browsers and Node.
    #[allow(clippy::cast_precision_loss)]
    set_timeout(callback, ms.min(2_147_483_647) as f64).unwrap_or(JsValue::UNDEFINED)
}

/// Stops a timer.
pub(super) fn stop_timer(id: &JsValue) {
    clear_timeout(id);
}
