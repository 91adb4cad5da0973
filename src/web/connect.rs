//! Connection parameters, and what each driver takes.

use std::rc::Rc;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::lookup::{describe, postgres_user, wait_until_available};
use super::platform::now;
use super::provider::{Provider, ProviderCore};
use super::request::{Caller, promise};
use super::throw::throw;
use super::value::{get, options, set};
use crate::connection::Connection;
use crate::driver::{Driver, Given, Settings};
use crate::error::Error;
use crate::fields::{Fields, SECRET_MAX};
use crate::instance::Readiness;

/// What a caller said of the connection that it wants.
pub(super) struct Wish {
    given: Given,
    /// How long an instance that is starting is waited for, in ms.
    wait: u64,
    deadline: u64,
}

impl Wish {
    /// Reads and judges all that was given, before a request is made.
    pub(super) fn read(caller: &mut Caller) -> Result<Self, Error> {
        let fields = caller.fields()?;
        let given = Given::read(&fields)?;
        given.check()?;
        let wait = fields.number("waitForAvailable", 0, 86_400_000)?.unwrap_or(0);
        caller.extend(wait);
        Ok(Self { given, wait, deadline: caller.deadline })
    }
}

impl Provider {
    /// The connection, with what is not given looked up. Given fields cost no request.
    pub(super) async fn connect(self: &Rc<Self>, wish: Wish) -> Result<Connection, Error> {
        let Wish { given, wait, deadline } = wish;
        let host = match given.host {
            Some(host) => host,
            None => self.host(wait, deadline).await?,
        };
        let user = match given.user {
            Some(user) => user,
            None => postgres_user(&self.session, deadline).await?,
        };
        let connection = Connection {
            host,
            user,
            port: given.port,
            database: given.database,
            sslrootcert: given.sslrootcert,
        };
        connection.validate().map_err(|(field, reason)| Error::argument(field, reason))?;
        Ok(connection)
    }

    async fn host(&self, wait: u64, deadline: u64) -> Result<String, Error> {
        let name = self.target.name();
        let instance = if wait > 0 {
            let until = deadline.min(now().elapsed + wait);
            wait_until_available(&self.session, &name, until, &|_| {}).await?
        } else {
            describe(&self.session, &name, deadline).await?
        };
        if instance.readiness() != Readiness::Available {
            return Err(self.session.name(instance.not_available()));
        }
        instance.host.clone().ok_or_else(|| self.session.name(instance.no_host()))
    }
}

/// The options of a driver, all but the password, which the adapter takes from the provider.
#[wasm_bindgen(js_name = driverConnection)]
pub fn driver_connection(core: &ProviderCore, given: &JsValue, driver: &str) -> Promise {
    let (provider, given, driver) = (core.provider(), given.clone(), Driver::named(driver));
    let read = || {
        let mut caller = Caller::read(&given)?;
        let settings = Settings::read(&caller.fields()?, driver)?;
        let wish = Wish::read(&mut caller)?;
        Ok((caller, settings, wish))
    };
    promise(read().map(|(caller, settings, wish)| {
        caller.call(async move {
            let connection = provider.connect(wish).await.map_err(|error| throw(&error))?;
            settings.check_server_name(&connection.host).map_err(|error| throw(&error))?;
            Ok(driver_object(&given, &settings, &connection))
        })
    }))
}

fn driver_object(given: &JsValue, settings: &Settings, connection: &Connection) -> JsValue {
    let config = Object::new();
    if given.is_object() {
        // What is the driver's own passes through as it is, functions included.
        Object::assign(&config, given.unchecked_ref());
        for name in Settings::OURS {
            let _ = Reflect::delete_property(&config, &(*name).into());
        }
    }
    set(&config, "host", &connection.host.as_str().into());
    set(&config, "port", &connection.port.into());
    set(&config, "user", &connection.user.as_str().into());
    set(&config, "database", &connection.database.as_str().into());
    let ssl = Object::new();
    let own = if given.is_object() { get(given, "ssl") } else { JsValue::UNDEFINED };
    if own.is_object() {
        Object::assign(&ssl, own.unchecked_ref());
    }
    if let Some(ca) = &settings.ca {
        set(&ssl, "ca", &ca.as_str().into());
    }
    // The server is found by SNI, and the certificate must be for this very name.
    set(&ssl, "servername", &connection.host.as_str().into());
    set(&ssl, "rejectUnauthorized", &true.into());
    set(&config, "ssl", &ssl);
    set(&config, "maxLifetimeSeconds", &settings.max_lifetime.into());
    config.into()
}

/// A connection as JavaScript sees it: plain and frozen.
pub(super) fn connection_object(connection: &Connection) -> JsValue {
    let object = Object::new();
    set(&object, "host", &connection.host.as_str().into());
    set(&object, "port", &connection.port.into());
    set(&object, "user", &connection.user.as_str().into());
    set(&object, "database", &connection.database.as_str().into());
    set(&object, "sslmode", &"verify-full".into());
    if let Some(path) = &connection.sslrootcert {
        set(&object, "sslrootcert", &path.as_str().into());
    }
    Object::freeze(&object).into()
}

/// One form of a connection: `uri`, `keywords`, `psql` or `environment`. With `{password}` it carries one.
#[wasm_bindgen(js_name = connectionForm)]
pub fn connection_form(connection: &JsValue, given: &JsValue, form: &str) -> Result<JsValue, JsValue> {
    let read = || {
        let (connection, options) = (options(connection), options(given));
        let connection = Given::read(&Fields::of(connection.as_ref())?)?.whole()?;
        let password = Fields::of(options.as_ref())?.text("password", SECRET_MAX)?;
        let text = match form {
            "uri" => connection.uri(password),
            "keywords" => connection.libpq_keywords(password),
            "psql" => connection.psql_command(password),
            _ => return Ok(environment_object(&connection, password)),
        };
        Ok(text.into())
    };
    read().map_err(|error: Error| throw(&error))
}

fn environment_object(connection: &Connection, password: Option<&str>) -> JsValue {
    let object = Object::new();
    for (name, value) in connection.environment(password) {
        set(&object, name, &value.into());
    }
    object.into()
}
