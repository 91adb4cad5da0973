//! Between JavaScript values and the core's.

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::js::{self, Array, Object};
use crate::json::Value;

/// Values this deep or deeper are cut off: nothing that is read is, and a cycle must end.
const DEPTH: u32 = 16;
/// Values read of an answer at the most.
const ANSWER: u32 = 200_000;
/// Values read of one option at the most: a driver's own options may lead anywhere.
const OPTION: u32 = 1_000;

/// What is given to JavaScript, never an error.
///
/// As a result, it is more than one value in WebAssembly, and V8 inlines no call of such a function. The V8 of Node.js 20
/// and 22 ends the process when it has inlined a call that gives one reference, and drops the code around it meanwhile.
pub(super) type Given = Result<JsValue, JsValue>;

/// Options as the core reads them; `None` for `undefined`.
pub(super) fn options(given: &JsValue) -> Option<Value> {
    if given.is_undefined() {
        None
    } else if given.is_object() {
        Some(read_object(given, &mut |value| read_within(value, DEPTH, &mut { OPTION })))
    } else {
        Some(read(given))
    }
}

/// Any JavaScript value; what JSON cannot hold becomes [`Value::Other`].
pub(crate) fn read(value: &JsValue) -> Value {
    read_within(value, DEPTH, &mut { ANSWER })
}

fn read_within(value: &JsValue, depth: u32, budget: &mut u32) -> Value {
    *budget = budget.saturating_sub(1);
    if let Some(text) = value.as_string() {
        Value::String(text)
    } else if let Some(number) = value.as_f64() {
        Value::Number(number)
    } else if let Some(flag) = value.as_bool() {
        Value::Bool(flag)
    } else if value.is_null() {
        Value::Null
    } else if depth == 0 || *budget == 0 || !value.is_object() {
        Value::Other
    } else {
        read_object(value, &mut |value| read_within(value, depth - 1, budget))
    }
}

/// An object or array of the members that are not `undefined`; [`Value::Other`] if it does not let itself be read.
fn read_object(object: &JsValue, read: &mut dyn FnMut(&JsValue) -> Value) -> Value {
    let (Ok(is_array), Ok(entries)) = (Array::is_array(object), Object::entries(object)) else {
        return Value::Other;
    };
    let (mut items, mut members) = (Vec::new(), Vec::new());
    for i in 0..entries.length() {
        let entry: Array = entries.at(i).unchecked_into();
        let (name, value) = (entry.at(0), entry.at(1));
        if value.is_undefined() {
            continue;
        }
        let value = read(&value);
        if is_array {
            items.push(value);
        } else {
            members.push((name.as_string().unwrap_or_default(), value));
        }
    }
    if is_array { Value::Array(items) } else { Value::Object(members) }
}

/// An answer as JavaScript has it, with its names in camelCase.
#[cfg(npm = "client")]
pub(super) fn write(value: &Value) -> JsValue {
    match value {
        Value::Null | Value::Other => JsValue::NULL,
        Value::Bool(flag) => JsValue::from_bool(*flag),
        Value::Number(number) => JsValue::from_f64(*number),
        Value::String(text) => JsValue::from_str(text),
        Value::Array(items) => {
            let array = Array::new();
            for item in items {
                array.push(&write(item));
            }
            array.into()
        }
        Value::Object(members) => {
            let object = Object::new();
            for (name, value) in members {
                set(&object, &crate::instance::camel_case(name), write(value));
            }
            object.into()
        }
    }
}

/// Sets a property of an object of ours, which cannot fail. Takes the value, so that it is dropped here once and not by
/// every caller.
#[allow(clippy::needless_pass_by_value)]
pub(super) fn set(object: &Object, name: &str, value: JsValue) {
    js::set(object, name, &value);
}

/// Sets a string property.
pub(super) fn set_text(object: &Object, name: &str, value: &str) {
    set(object, name, value.into());
}

/// Sets a number property.
#[allow(clippy::cast_precision_loss)]
pub(super) fn set_number(object: &Object, name: &str, value: u64) {
    set(object, name, (value as f64).into());
}

/// A property, or `undefined`.
pub(super) fn get(object: &JsValue, name: &str) -> JsValue {
    js::get(object, name).unwrap_or(JsValue::UNDEFINED)
}

/// Copies the members of a caller's object as they are, functions included; what throws is left out.
#[cfg(npm = "client")]
pub(super) fn copy(target: &Object, source: &JsValue) {
    if source.is_object() {
        let _ = Object::assign(target, source);
    }
}
