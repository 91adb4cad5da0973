//! `WorkspaceCore`: the class behind `Workspace`.

use alloc::borrow::ToOwned;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::operation::{Listener, OperationCore, Show};
use super::options::{Caller, TIMEOUT};
use super::platform::request_id;
use super::provider::ProviderCore;
use super::throw::throw;
use super::value::{get, options, read};
use crate::error::Error;
use crate::fields::{Fields, wrong_type};
use crate::operation::Operation;
use crate::session::Session;
use crate::target::{Target, check_name, check_request_id};

/// How long `waitUntilAvailable` waits unless `timeout` says otherwise, in ms.
const AVAILABLE_TIMEOUT: u64 = 300_000;

/// One identity at one workspace.
#[wasm_bindgen]
pub struct WorkspaceCore {
    session: Rc<Session>,
    /// The providers given out, each under the key of its target.
    providers: RefCell<Vec<(String, JsValue)>>,
}

impl WorkspaceCore {
    fn operation(&self, caller: &Caller, make: impl FnOnce(&Rc<Session>, u64) -> Operation) -> OperationCore {
        let operation = make(&self.session, caller.deadline(&self.session));
        OperationCore::new(operation, caller.timeout, Show::Plain, None)
    }
}

#[wasm_bindgen]
impl WorkspaceCore {
    /// Reads `{host, clientId, clientSecret}` or `{host, token}`, and `requestTimeout` (ms). No request is made.
    #[wasm_bindgen(constructor)]
    pub fn new(given: &JsValue) -> Result<WorkspaceCore, JsValue> {
        let options = options(given);
        let session = Fields::of(options.as_ref()).and_then(|fields| Session::from_options(&fields));
        let session = Rc::new(session.map_err(|error| throw(&error))?);
        Ok(Self { session, providers: RefCell::default() })
    }

    /// The workspace's origin.
    #[wasm_bindgen(getter)]
    pub fn host(&self) -> String {
        self.session.address.origin().to_owned()
    }

    /// One database credential, not cached.
    pub fn generate(&self, given: &JsValue) -> Result<OperationCore, JsValue> {
        let read = || {
            let caller = Caller::read(given, TIMEOUT)?;
            let fields = caller.fields()?;
            let target = Target::of_call(&fields)?;
            let id = fields.text("requestId", 128)?.map(check_request_id).transpose()?;
            let id = id.map_or_else(request_id, ToOwned::to_owned);
            Ok(self
                .operation(&caller, |session, deadline| Operation::generate(session, target, id, deadline)))
        };
        read().map_err(|error: Error| throw(&error))
    }

    /// One database instance, or one endpoint by its path, in camelCase.
    pub fn describe(&self, kind: &str, name: &JsValue, given: &JsValue) -> Result<OperationCore, JsValue> {
        let read = || {
            let name = check_name(kind, &read(name))?;
            let caller = Caller::read(given, TIMEOUT)?;
            Ok(self.operation(&caller, |session, deadline| Operation::describe(session, name, deadline)))
        };
        read().map_err(|error: Error| throw(&error))
    }

    /// The same, once it is available. `onProgress` is told each state seen.
    pub fn available(&self, name: &JsValue, given: &JsValue) -> Result<OperationCore, JsValue> {
        let read = || {
            let name = check_name("", &read(name))?;
            let caller = Caller::read(given, AVAILABLE_TIMEOUT)?;
            let progress = if given.is_object() { get(given, "onProgress") } else { JsValue::UNDEFINED };
            if !progress.is_undefined() && !progress.is_function() {
                return Err(wrong_type("onProgress", "a function", &read(&progress)));
            }
            let operation = Operation::available(&self.session, name, caller.deadline(&self.session));
            let listener = progress.dyn_into::<Function>().ok().map(Listener::Progress);
            Ok(OperationCore::new(operation, caller.timeout, Show::Plain, listener))
        };
        read().map_err(|error: Error| throw(&error))
    }

    /// All database instances, or with `user` the caller's own name.
    pub fn list(&self, given: &JsValue, user: bool) -> Result<OperationCore, JsValue> {
        let caller = Caller::read(given, TIMEOUT).map_err(|error| throw(&error))?;
        Ok(self.operation(&caller, if user { Operation::user } else { Operation::list }))
    }

    /// The credential provider for these options: the one given out before, if they mean the same. `make` turns a new
    /// one into the object that JavaScript sees.
    pub fn credentials(&self, given: &JsValue, make: &Function) -> Result<JsValue, JsValue> {
        let options = options(given);
        let target = Fields::of(options.as_ref()).and_then(|fields| Target::of_provider(&fields));
        let target = target.map_err(|error| throw(&error))?;
        let key = target.key();
        let known =
            self.providers.borrow().iter().find(|(other, _)| *other == key).map(|(_, known)| known.clone());
        if let Some(provider) = known {
            return Ok(provider);
        }
        let core = ProviderCore::new(Rc::clone(&self.session), target);
        let provider = make.call1(&JsValue::UNDEFINED, &core.into())?;
        self.providers.borrow_mut().push((key, provider.clone()));
        Ok(provider)
    }
}
