//! `WorkspaceCore`: the class behind `Workspace`.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::RefCell;

use super::js::{Function, stringify};
use wasm_bindgen::prelude::*;

use super::operation::{Audience, OperationCore, Show};
use super::options::{Caller, TIMEOUT};
use super::platform::request_id;
use super::provider::ProviderCore;
use super::value::{Given, get, options, read};
use crate::access::Access;
use crate::error::Error;
use crate::fields::{Fields, wrong_type};
use crate::operation::Operation;
use crate::session::{Provider, Session};
use crate::target::{Target, check_name};

/// How long `waitUntilAvailable` waits unless `timeout` says otherwise, in ms.
const AVAILABLE_TIMEOUT: u64 = 300_000;

/// One identity at one workspace.
#[wasm_bindgen]
pub struct WorkspaceCore {
    pub(super) session: Rc<Session>,
    /// The providers given out, each with the object that JavaScript sees.
    providers: RefCell<Vec<(Rc<Provider>, JsValue)>>,
}

impl WorkspaceCore {
    fn read(&self, what: &str, given: &JsValue, name: &JsValue) -> Result<OperationCore, Error> {
        let session = &self.session;
        let waits = what == "available";
        let caller = Caller::read(given, if waits { AVAILABLE_TIMEOUT } else { TIMEOUT })?;
        let deadline = caller.deadline(session);
        let name = read(name);
        let operation = match what {
            "generate" => {
                let fields = caller.fields();
                let id = match fields.get("requestId") {
                    Some(_) => fields.header("requestId", 128)?.to_owned(),
                    None => request_id(),
                };
                Operation::generate(session, Target::of_call(&fields)?, id, deadline)
            }
            "list" => Operation::list(session, deadline),
            #[cfg(feature = "admin")]
            "listEndpoints" => Operation::list_endpoints(session, deadline),
            #[cfg(feature = "admin")]
            "nativeLogin" | "noNativeLogin" => {
                let name = check_name("instance", &name)?;
                Operation::native_login(session, name, what == "nativeLogin", deadline)
            }
            "user" => Operation::user(session, deadline),
            "available" => Operation::available(session, check_name(what, &name)?, deadline),
            kind => Operation::describe(session, check_name(kind, &name)?, deadline),
        };
        let mut audience = Audience::default();
        if waits && given.is_object() {
            audience.progress = read_function(given, "onProgress")?;
        }
        Ok(OperationCore::new(Box::new(operation), caller.timeout, Show::Plain, audience))
    }
}

fn read_function(given: &JsValue, name: &'static str) -> Result<Option<Function>, Error> {
    let function = get(given, name);
    if function.is_undefined() {
        return Ok(None);
    }
    if function.is_function() {
        Ok(Some(function.unchecked_into()))
    } else {
        Err(wrong_type(name, "a function", &read(&function)))
    }
}

/// Has the platform write `authorizationDetails` as JSON.
pub(super) fn write_details(given: &JsValue, access: &mut Access) -> Result<(), Error> {
    let details = get(given, "authorizationDetails");
    if !details.is_undefined() {
        // Left out, it would be asked for more than was meant.
        access.details = stringify(&details)
            .ok()
            .and_then(|text| text.as_string())
            .ok_or_else(|| Error::argument("authorizationDetails", "cannot be written as JSON"))?;
    }
    Ok(())
}

#[wasm_bindgen]
impl WorkspaceCore {
    /// Reads the options as [`Session::from_options`] says. No request is made.
    #[wasm_bindgen(constructor)]
    pub fn new(given: &JsValue) -> Result<WorkspaceCore, JsValue> {
        let options = options(given);
        let fields = Fields::of(options.as_ref())?;
        let mut session = Session::from_options(&fields)?;
        read_function(given, "subjectToken")?;
        write_details(given, &mut session.access)?;
        Ok(Self { session: Rc::new(session), providers: RefCell::default() })
    }

    /// The workspace's origin.
    #[wasm_bindgen(getter)]
    pub fn host(&self) -> Given {
        Ok(self.session.address.origin().into())
    }

    /// Begins what is asked for: to `generate` one database credential, to describe an `instance` or `endpoint` by its
    /// name, to wait until one is `available`, to `list` all instances, to `listEndpoints`, to tell the `user`, or to turn
    /// `nativeLogin` or `noNativeLogin` on.
    pub fn begin(&self, what: &str, given: &JsValue, name: &JsValue) -> Result<OperationCore, JsValue> {
        Ok(self.read(what, given, name)?)
    }

    /// The credential provider for these options: the one given out before, if they mean the same. `make` turns a new
    /// one into the object that JavaScript sees.
    pub fn credentials(&self, given: &JsValue, make: &Function) -> Result<JsValue, JsValue> {
        let options = options(given);
        let target = Fields::of(options.as_ref()).and_then(|fields| Target::of_provider(&fields))?;
        for (known, shown) in &*self.providers.borrow() {
            if known.target.key() == target.key() {
                return Ok(shown.clone());
            }
        }
        let provider = Rc::new(Provider::new(&self.session, target));
        #[cfg(feature = "admin")]
        self.session.adopt(&provider);
        let core = ProviderCore::new(Rc::clone(&self.session), Rc::clone(&provider));
        let shown = make.call1(&JsValue::UNDEFINED, &core.into())?;
        self.providers.borrow_mut().push((provider, shown.clone()));
        Ok(shown)
    }
}
