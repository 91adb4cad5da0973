//! Between JavaScript values and the core's.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::json::Value;

#[wasm_bindgen]
extern "C" {
    // A getter of the caller's may throw.
    #[wasm_bindgen(catch, js_namespace = Object, js_name = entries)]
    fn entries(object: &JsValue) -> Result<Array, JsValue>;
}

/// Deeper values are cut off: nothing this package reads is as deep, and a cycle must end.
const DEPTH: u32 = 16;

/// Options as the core reads them; `None` for `undefined`.
pub(super) fn options(value: &JsValue) -> Option<Value> {
    (!value.is_undefined()).then(|| read(value))
}

/// Any JavaScript value; what JSON cannot hold becomes [`Value::Other`].
pub(crate) fn read(value: &JsValue) -> Value {
    read_to(value, DEPTH)
}

fn read_to(value: &JsValue, depth: u32) -> Value {
    if let Some(text) = value.as_string() {
        return Value::String(text);
    }
    if let Some(number) = value.as_f64() {
        return Value::Number(number);
    }
    if let Some(flag) = value.as_bool() {
        return Value::Bool(flag);
    }
    if value.is_null() {
        return Value::Null;
    }
    if depth == 0 || !value.is_object() {
        return Value::Other;
    }
    if Array::is_array(value) {
        return Value::Array(Array::from(value).iter().map(|item| read_to(&item, depth - 1)).collect());
    }
    let Ok(entries) = entries(value) else { return Value::Other };
    let members = entries.iter().map(|pair| Array::from(&pair)).map(|pair| (pair.get(0), pair.get(1)));
    Value::Object(
        members
            .filter(|(_, value)| !value.is_undefined())
            .map(|(name, value)| (name.as_string().unwrap_or_default(), read_to(&value, depth - 1)))
            .collect(),
    )
}

/// The core's value as JavaScript has it.
pub(super) fn write(value: &Value) -> JsValue {
    match value {
        Value::Null | Value::Other => JsValue::NULL,
        Value::Bool(flag) => JsValue::from_bool(*flag),
        Value::Number(number) => JsValue::from_f64(*number),
        Value::String(text) => JsValue::from_str(text),
        Value::Array(items) => items.iter().map(write).collect::<Array>().into(),
        Value::Object(members) => {
            let object = Object::new();
            for (name, value) in members {
                set(&object, name, &write(value));
            }
            object.into()
        }
    }
}

/// Sets a property of an object of ours, which cannot fail.
pub(super) fn set(object: &Object, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// A property, or `undefined`.
pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
