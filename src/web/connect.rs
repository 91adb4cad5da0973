//! Connection parameters, and what each driver takes.

use alloc::boxed::Box;
use alloc::rc::Rc;

use super::js::{self, Object};
use wasm_bindgen::prelude::*;

use super::operation::{Audience, OperationCore, Show};
use super::options::{Caller, TIMEOUT};
use super::platform::now;
use super::provider::ProviderState;
use super::value::{copy, get, options, read, set, set_number, set_text};
use crate::connection::Connection;
use crate::driver::{OURS, TLS_SETTINGS, check_given, check_settings, check_whole, read_connection};
use crate::error::Error;
use crate::fields::{Fields, SECRET_MAX};
use crate::operation::Operation;

/// Host, port, user and database of a provider, or with the names of a driver's options the options for it. What is not
/// given is looked up.
pub(super) fn connect_to(
    state: &Rc<ProviderState>,
    given: &JsValue,
    names: Option<&JsValue>,
) -> Result<OperationCore, Error> {
    let mut caller = Caller::read(given, TIMEOUT)?;
    // All that was given is judged before a request is made.
    let fields = caller.fields();
    let wish = read_connection(&fields)?;
    check_given(&wish)?;
    let wait = fields.number("waitForAvailable", 0, 86_400_000)?.unwrap_or(0);
    let show = match names {
        Some(names) => {
            check_settings(&fields, &read(names), &wish.host)?;
            Show::Driver(given.clone())
        }
        None => Show::Plain,
    };
    caller.extend(wait);
    let ProviderState { session, provider, .. } = &**state;
    let begun = now(session).elapsed;
    let operation = Operation::connect(session, provider, wish, begun + wait, begun + caller.timeout);
    Ok(OperationCore::new(Box::new(operation), caller.timeout, show, Audience::default()))
}

/// The options of a driver, all but the password, which the adapter takes from the provider.
pub(super) fn driver_object(given: &JsValue, connection: &Connection) -> JsValue {
    let (config, ssl) = (Object::new(), Object::new());
    // What is the driver's own passes through as it is, functions included.
    copy(&config, given);
    for name in OURS {
        js::delete_property(&config, name);
    }
    set_place(&config, connection);
    if given.is_object() {
        for name in TLS_SETTINGS {
            copy(&ssl, &get(given, name));
        }
        let ca = get(given, "ca");
        if !ca.is_undefined() {
            set(&ssl, "ca", ca);
        }
    }
    // The server is found by SNI, and the certificate must be for this very name.
    set_text(&ssl, "servername", &connection.host);
    set(&ssl, "rejectUnauthorized", true.into());
    set(&config, "ssl", ssl.into());
    config.into()
}

/// A connection as JavaScript sees it: plain and frozen.
pub(super) fn connection_object(connection: &Connection) -> JsValue {
    let object = Object::new();
    set_place(&object, connection);
    set_text(&object, "sslmode", "verify-full");
    if let Some(path) = &connection.sslrootcert {
        set_text(&object, "sslrootcert", path);
    }
    Object::freeze(&object);
    object.into()
}

fn set_place(object: &Object, connection: &Connection) {
    set_text(object, "host", &connection.host);
    set_number(object, "port", connection.port.into());
    set_text(object, "user", &connection.user);
    set_text(object, "database", &connection.database);
}

/// One form of a connection: `uri`, `keywords`, `psql` or `environment`. With `{password}` it carries one.
#[wasm_bindgen(js_name = connectionForm)]
pub fn connection_form(connection: &JsValue, given: &JsValue, form: &str) -> Result<JsValue, JsValue> {
    Ok(read_form(connection, given, form)?)
}

fn read_form(connection: &JsValue, given: &JsValue, form: &str) -> Result<JsValue, Error> {
    let (connection, options) = (options(connection), options(given));
    let connection = read_connection(&Fields::of(connection.as_ref())?)?;
    check_whole(&connection)?;
    let password = Fields::of(options.as_ref())?.text("password", SECRET_MAX)?;
    let text = match form {
        "uri" => connection.uri(password),
        "keywords" => connection.libpq_keywords(password),
        "psql" => connection.psql_command(password),
        _ => {
            let variables = Object::new();
            connection.environment(password, |name, value| set_text(&variables, name, value));
            return Ok(variables.into());
        }
    };
    Ok(text.into())
}
