//! The parts of JavaScript's standard library that the shell uses.
//!
//! js-sys declares them too, but its closures stay in the module's table whether they are called or not.

use wasm_bindgen::prelude::*;

// What is declared with `catch` runs code of the caller's, such as a getter, or throws for a revoked proxy.
#[wasm_bindgen]
extern "C" {
    pub(super) type Object;
    #[wasm_bindgen(constructor)]
    pub(super) fn new() -> Object;
    #[wasm_bindgen(static_method_of = Object)]
    pub(super) fn freeze(object: &Object);
    #[wasm_bindgen(catch, static_method_of = Object)]
    pub(super) fn assign(target: &Object, source: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, static_method_of = Object)]
    pub(super) fn entries(object: &JsValue) -> Result<Array, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Reflect)]
    pub(super) fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = Reflect)]
    pub(super) fn set(object: &Object, name: &str, value: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = Reflect, js_name = deleteProperty)]
    pub(super) fn delete_property(object: &Object, name: &str) -> bool;

    pub(super) type Array;
    #[wasm_bindgen(constructor)]
    pub(super) fn new() -> Array;
    #[wasm_bindgen(catch, static_method_of = Array, js_name = isArray)]
    pub(super) fn is_array(value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn length(this: &Array) -> u32;
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub(super) fn at(this: &Array, index: u32) -> JsValue;
    #[wasm_bindgen(method)]
    pub(super) fn push(this: &Array, value: &JsValue) -> u32;

    pub(super) type Date;
    #[wasm_bindgen(constructor)]
    pub(super) fn new(ms: f64) -> Date;
    #[wasm_bindgen(static_method_of = Date)]
    pub(super) fn now() -> f64;

    #[derive(Clone)]
    pub type Function;
    #[wasm_bindgen(catch, method, js_name = call)]
    pub(super) fn call1(this: &Function, of: &JsValue, argument: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, method, js_name = call)]
    pub(super) fn call2(this: &Function, of: &JsValue, a: &JsValue, b: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = JSON)]
    pub(super) fn stringify(value: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    pub(crate) fn parse_json(text: &str) -> Result<JsValue, JsValue>;
}
