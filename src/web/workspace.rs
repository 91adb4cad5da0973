//! `WorkspaceCore`: the class behind `Workspace`.

use core::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::lookup::{describe, wait_until_available};
use super::platform::{now, request_id};
use super::provider::ProviderCore;
use super::request::{Caller, promise};
use super::session::{Session, Unwatched};
use super::throw::throw;
use super::value::{get, options, set, write};
use crate::address::Address;
use crate::error::Error;
use crate::fields::{Fields, NAME_MAX, check_segment, wrong_type};
use crate::http::REQUEST_TIMEOUT;
use crate::identity::Identity;
use crate::instance::{Instance, Page, camel_case, me_request, user_name};
use crate::lifetime::Credential;
use crate::target::{Target, check_endpoint, check_request_id};

/// Pages asked for at the most: an answer whose pages never end is no list.
const PAGES: u32 = 1_000;
/// How long `waitUntilAvailable` waits unless `timeout` says otherwise, in ms.
const AVAILABLE_TIMEOUT: u64 = 300_000;

/// One identity at one workspace.
#[wasm_bindgen]
pub struct WorkspaceCore {
    session: Rc<Session>,
    /// The providers given out, each under the key of its target.
    providers: RefCell<Vec<(String, JsValue)>>,
}

#[wasm_bindgen]
impl WorkspaceCore {
    /// Reads `{host, clientId, clientSecret}` or `{host, token}`, and `requestTimeout` (ms). No request is made.
    #[wasm_bindgen(constructor)]
    pub fn new(given: &JsValue) -> Result<WorkspaceCore, JsValue> {
        let make = || {
            let options = options(given);
            let fields = Fields::of(options.as_ref())?;
            let address = Address::parse(fields.required("host", NAME_MAX)?)?;
            let identity = Identity::from_options(&fields)?;
            let timeout = fields.number("requestTimeout", 1, 600_000)?.unwrap_or(REQUEST_TIMEOUT);
            Ok(Self { session: Session::new(address, identity, timeout), providers: RefCell::default() })
        };
        make().map_err(|error: Error| throw(&error))
    }

    /// The workspace's origin.
    #[wasm_bindgen(getter)]
    pub fn host(&self) -> String {
        self.session.address.origin().to_owned()
    }

    /// One database credential, not cached.
    #[wasm_bindgen(js_name = generateDatabaseCredential)]
    pub fn generate_database_credential(&self, given: &JsValue) -> Promise {
        let session = Rc::clone(&self.session);
        let read = || {
            let caller = Caller::read(given)?;
            let fields = caller.fields()?;
            let target = Target::of_call(&fields)?;
            let id = fields.text("requestId", 128)?.map(check_request_id).transpose()?.map(ToOwned::to_owned);
            Ok((caller, target, id))
        };
        promise(read().map(|(caller, target, id)| {
            let deadline = caller.deadline;
            caller.call(async move {
                let id = id.unwrap_or_else(request_id);
                let about = |mut error: Error| {
                    error.request_id = Some(id.clone());
                    error.target = Some(target.name());
                    throw(&session.name(error))
                };
                let request = target.mint_request(&session.address, &id);
                let answer = session.call(request, deadline, &Unwatched).await.map_err(about)?;
                let credential =
                    Credential::from_response(&answer.response, now().wall, target.longest_life())
                        .map_err(about)?;
                Ok(credential_object(&credential.token.expose().into(), credential.expires_at))
            })
        }))
    }

    /// One database instance, in camelCase.
    #[wasm_bindgen(js_name = getDatabaseInstance)]
    pub fn get_database_instance(&self, name: &JsValue, given: &JsValue) -> Promise {
        self.describe(read_name("instance", name), given)
    }

    /// One autoscaling endpoint, in camelCase.
    #[wasm_bindgen(js_name = getEndpoint)]
    pub fn get_endpoint(&self, path: &JsValue, given: &JsValue) -> Promise {
        self.describe(read_name("endpoint", path), given)
    }

    fn describe(&self, name: Result<String, Error>, given: &JsValue) -> Promise {
        let session = Rc::clone(&self.session);
        promise(name.and_then(|name| Ok((name, Caller::read(given)?))).map(|(name, caller)| {
            let deadline = caller.deadline;
            caller.call(async move {
                let instance = describe(&session, &name, deadline).await.map_err(|error| throw(&error))?;
                Ok(instance_object(&instance))
            })
        }))
    }

    /// All database instances of the workspace, page by page.
    #[wasm_bindgen(js_name = listDatabaseInstances)]
    pub fn list_database_instances(&self, given: &JsValue) -> Promise {
        let session = Rc::clone(&self.session);
        promise(Caller::read(given).map(|caller| {
            let deadline = caller.deadline;
            caller.call(async move {
                let (all, mut token) = (Array::new(), None);
                for _ in 0..PAGES {
                    let request = Page::request(&session.address, token.as_deref());
                    let answer =
                        session.call(request, deadline, &Unwatched).await.map_err(|error| throw(&error))?;
                    let page =
                        Page::from_response(&answer.response).map_err(|error| throw(&session.name(error)))?;
                    for instance in &page.instances {
                        all.push(&instance_object(instance));
                    }
                    token = page.next;
                    if token.is_none() {
                        break;
                    }
                }
                Ok(all.into())
            })
        }))
    }

    /// Waits until an instance, or an endpoint by its path, is available. `onProgress` is told each state seen.
    #[wasm_bindgen(js_name = waitUntilAvailable)]
    pub fn wait_until_available(&self, name: &JsValue, given: &JsValue) -> Promise {
        let session = Rc::clone(&self.session);
        let kind =
            if name.as_string().is_some_and(|name| name.contains('/')) { "endpoint" } else { "instance" };
        let read = || {
            let name = read_name(kind, name)?;
            let caller = Caller::read_with(given, AVAILABLE_TIMEOUT)?;
            let progress = if given.is_object() { get(given, "onProgress") } else { JsValue::UNDEFINED };
            if !progress.is_undefined() && !progress.is_function() {
                return Err(wrong_type("onProgress", "a function", &super::value::read(&progress)));
            }
            Ok((name, caller, progress))
        };
        promise(read().map(|(name, caller, progress)| {
            let deadline = caller.deadline;
            caller.call(async move {
                let tell = |instance: &Instance| {
                    if let Some(progress) = progress.dyn_ref::<Function>() {
                        // A callback that throws is the caller's own business.
                        let _ = progress.call1(&JsValue::UNDEFINED, &instance_object(instance));
                    }
                };
                let instance = wait_until_available(&session, &name, deadline, &tell)
                    .await
                    .map_err(|error| throw(&error))?;
                Ok(instance_object(&instance))
            })
        }))
    }

    /// Who the workspace takes this identity for: `{userName}`.
    #[wasm_bindgen(js_name = currentUser)]
    pub fn current_user(&self, given: &JsValue) -> Promise {
        let session = Rc::clone(&self.session);
        promise(Caller::read(given).map(|caller| {
            let deadline = caller.deadline;
            caller.call(async move {
                let request = me_request(&session.address);
                let answer =
                    session.call(request, deadline, &Unwatched).await.map_err(|error| throw(&error))?;
                let name = user_name(&answer.response).map_err(|error| throw(&session.name(error)))?;
                let user = js_sys::Object::new();
                set(&user, "userName", &name.into());
                Ok(user.into())
            })
        }))
    }

    /// The credential provider for these options: the one given out before, if they mean the same. `make` turns a new
    /// one into the object that JavaScript sees.
    pub fn credentials(&self, given: &JsValue, make: &Function) -> Result<JsValue, JsValue> {
        let options = options(given);
        let target = Fields::of(options.as_ref())
            .and_then(|fields| Target::of_provider(&fields))
            .map_err(|error| throw(&error))?;
        let key = target.key();
        let known = self
            .providers
            .borrow()
            .iter()
            .find(|(other, _)| *other == key)
            .map(|(_, provider)| provider.clone());
        if let Some(provider) = known {
            return Ok(provider);
        }
        let core = ProviderCore::new(Rc::clone(&self.session), target);
        let provider = make.call1(&JsValue::UNDEFINED, &core.into())?;
        self.providers.borrow_mut().push((key, provider.clone()));
        Ok(provider)
    }
}

fn read_name(kind: &str, given: &JsValue) -> Result<String, Error> {
    let Some(name) = given.as_string() else {
        return Err(wrong_type(kind, "a string", &super::value::read(given)));
    };
    if kind == "endpoint" {
        check_endpoint(&name)?
    } else {
        check_segment(kind, &name)?
    };
    Ok(name)
}

/// `{token, expirationTime}`.
pub(super) fn credential_object(token: &JsValue, expires_at: i64) -> JsValue {
    let object = js_sys::Object::new();
    set(&object, "token", token);
    set(&object, "expirationTime", &date(expires_at));
    object.into()
}

/// A `Date`.
pub(super) fn date(ms: i64) -> JsValue {
    #[allow(clippy::cast_precision_loss)]
    js_sys::Date::new(&(ms as f64).into()).into()
}

fn instance_object(instance: &Instance) -> JsValue {
    write(&camel_case(&instance.details))
}
