//! What pages and tools ask for beside credentials: native roles, and code to copy.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use super::platform::random_bytes;
use super::value::{options, read};
use crate::code::{Target, client_code};
use crate::connection::Connection;
use crate::driver::{check_reachable, check_whole, read_connection};
use crate::error::Error;
use crate::fields::{Fields, wrong_type};
use crate::json::Value;
use crate::role::{create_role_statement, password_from_random};
use crate::text::contains;

/// The statement that makes a native role.
#[wasm_bindgen(js_name = createRoleStatement)]
pub fn role_statement(role: &JsValue, password: &JsValue) -> Result<JsValue, JsValue> {
    let statement = create_role_statement(&text("role", role)?, &text("password", password)?)?;
    Ok(statement.into())
}

/// A random password.
#[wasm_bindgen(js_name = generatePassword)]
pub fn password() -> Result<JsValue, JsValue> {
    match password_from_random(&random_bytes::<32>()) {
        Some(password) => Ok(password.into()),
        None => Err(Error::argument("crypto", "gives no random values on this platform").into()),
    }
}

/// Code that connects to `{instance}` or `{endpoint}`, of one kind. For `cli` there need be no connection.
#[wasm_bindgen(js_name = clientCode)]
pub fn code(kind: &JsValue, connection: &JsValue, target: &JsValue) -> Result<JsValue, JsValue> {
    Ok(write_code(&text("kind", kind)?, connection, target)?.into())
}

fn write_code(kind: &str, connection: &JsValue, target: &JsValue) -> Result<String, Error> {
    let (connection, target) = (options(connection), options(target));
    let target = Target::of_provider(&Fields::of(target.as_ref())?)?;
    let connection = if kind == "cli" {
        Connection::new("", "")
    } else {
        let connection = read_connection(&Fields::of(connection.as_ref())?)?;
        if kind == "psql" {
            check_whole(&connection)?;
        } else {
            check_reachable(&connection)?;
        }
        connection
    };
    client_code(kind, &connection, target)
        .ok_or_else(|| Error::argument("kind", "must be pg, postgres, bun, deno, python, java, cli or psql"))
}

/// A text as it was given: half of a surrogate pair would become another character on the way here.
fn text(name: &'static str, given: &JsValue) -> Result<String, Error> {
    match read(given) {
        Value::String(text) if contains(&text, "\u{FFFD}") => {
            Err(Error::argument(name, "is not well-formed Unicode"))
        }
        Value::String(text) => Ok(text),
        other => Err(wrong_type(name, "a string", &other)),
    }
}
