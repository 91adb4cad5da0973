//! `UserSessionCore`: the decisions behind `UserSession`, which JavaScript carries out: it stores, and sees to it that one
//! caller at a time does.

use alloc::boxed::Box;
use alloc::rc::Rc;

use super::js::Object;
use wasm_bindgen::prelude::*;

use super::operation::{Audience, OperationCore, Show};
use super::options::{Caller, TIMEOUT};
use super::platform::{now, secure_random};
use super::value::{Given, options, set, set_text};
use super::workspace::{WorkspaceCore, write_details};
use crate::clock::Now;
use crate::error::Error;
use crate::fields::Fields;
use crate::operation::Operation;
use crate::secret::Secret;
use crate::sign_in::{
    Begun, Grant, Offer, Pending, REFRESH, Redirect, SignIn, base64_url, failed, signed_out, storage_failed,
};

/// The sign-in of a person at one workspace. A `stored` text is empty where nothing is stored.
#[wasm_bindgen]
pub struct UserSessionCore(Rc<SignIn>);

impl UserSessionCore {
    fn now(&self) -> Now {
        now(&self.0.own())
    }

    fn read_begun(&self, redirect: &str, begun: &str) -> Result<(Secret, Secret), Error> {
        let redirect = Redirect::parse(redirect)?;
        let pending = Begun::parse(begun).take(redirect.state()).ok_or_else(|| failed("no such sign-in"))?;
        let code = self.0.client.code(&redirect, &pending, self.now().wall)?;
        Ok((code, pending.verifier))
    }
}

#[wasm_bindgen]
impl UserSessionCore {
    /// Reads the options as [`SignIn::from_options`] says.
    #[wasm_bindgen(constructor)]
    pub fn new(given: &JsValue) -> Result<UserSessionCore, JsValue> {
        let options = options(given);
        let fields = Fields::of(options.as_ref())?;
        let mut sign_in = SignIn::from_options(&fields)?;
        write_details(given, &mut sign_in.client.access)?;
        Ok(Self(Rc::new(sign_in)))
    }

    /// The name under which its texts are stored.
    #[wasm_bindgen(getter)]
    pub fn key(&self) -> Given {
        Ok(self.0.client.key().into())
    }

    /// Gives a workspace its tokens.
    pub fn bind(&self, workspace: &WorkspaceCore) -> Result<(), JsValue> {
        Ok(self.0.bind(&workspace.session)?)
    }

    /// How long a caller with these options waits, in ms.
    #[allow(clippy::cast_precision_loss)]
    pub fn timeout(&self, given: &JsValue) -> Result<f64, JsValue> {
        Ok(Caller::read(given, TIMEOUT)?.timeout as f64)
    }

    /// Begins a sign-in: `{state, verifier, store}`.
    pub fn begin(&self, stored: &str) -> Result<JsValue, JsValue> {
        let wall = self.now().wall;
        let pending =
            Pending::new(&secure_random::<64>()?, wall).ok_or_else(|| failed("no random values"))?;
        let step = Object::new();
        set_text(&step, "state", pending.state.expose());
        set_text(&step, "verifier", pending.verifier.expose());
        let mut begun = Begun::parse(stored);
        begun.add(pending, wall);
        set_text(&step, "store", &begun.text().unwrap_or_default());
        Ok(step.into())
    }

    /// Where the person goes; `digest` is the SHA-256 of the verifier.
    #[wasm_bindgen(js_name = authorizationUrl)]
    pub fn authorization_url(&self, state: &str, digest: &[u8]) -> Given {
        Ok(self.0.client.authorization_url(state, digest).into())
    }

    /// Takes the sign-in that a redirect answers: `{begun, store}`. What is taken is to be stored as gone before it is
    /// used.
    pub fn take(&self, redirect: &str, stored: &str) -> Result<JsValue, JsValue> {
        let redirect = Redirect::parse(redirect)?;
        let mut begun = Begun::parse(stored);
        let pending = begun.take(redirect.state()).ok_or_else(|| {
            failed("no sign-in with the redirect's `state` is under way in this browser; it may be completed already")
        })?;
        let (step, mut one) = (Object::new(), Begun::default());
        one.add(pending, self.now().wall);
        set_text(&step, "begun", &one.text().unwrap_or_default());
        set_text(&step, "store", &begun.text().unwrap_or_default());
        Ok(step.into())
    }

    /// The exchange of the code in a redirect that answers what was `begun`; it brings the text to store.
    pub fn exchange(&self, redirect: &str, begun: &str, timeout: f64) -> Result<OperationCore, JsValue> {
        let (code, verifier) = self.read_begun(redirect, begun)?;
        let id = Secret::new(base64_url(&secure_random::<24>()?));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let timeout = timeout as u64;
        let operation = self.0.exchange(code, verifier, id, self.now().elapsed + timeout);
        Ok(operation_core(Box::new(operation), timeout))
    }

    /// What there is for one who needs a token: `{answer}`, or `{refresh}`, which brings the text to store.
    pub fn offer(&self, stored: &str) -> Result<JsValue, JsValue> {
        let step = Object::new();
        match self.0.offer(stored, &self.now())? {
            Offer::Token(answer) => set_text(&step, "answer", answer.expose()),
            Offer::Refresh(operation) => {
                set(&step, "refresh", operation_core(operation, REFRESH).into());
            }
        }
        Ok(step.into())
    }

    /// The token of what is stored, as [`UserSessionCore::offer`] gives it, however short it lives.
    pub fn answer(&self, stored: &str) -> Given {
        let answer = Grant::parse(stored).map(|grant| grant.answer(self.now().wall));
        Ok(answer.map_or(JsValue::UNDEFINED, |answer| answer.expose().into()))
    }

    /// Looks who is signed in by what is stored; gives the id of the sign-in.
    pub fn look(&self, stored: &str) -> Given {
        let grant = self.0.look(stored, self.now().wall);
        Ok(grant.map_or(JsValue::UNDEFINED, |grant| grant.id.expose().into()))
    }

    /// The id of the sign-in that is stored.
    pub fn id(&self, stored: &str) -> Given {
        Ok(Grant::parse(stored).map_or(JsValue::UNDEFINED, |grant| grant.id.expose().into()))
    }

    /// Whether somebody was signed in at the last look.
    #[wasm_bindgen(getter, js_name = signedIn)]
    pub fn signed_in(&self) -> bool {
        self.0.is_signed_in()
    }

    /// Whether `other` comes later than what is stored, in the same sign-in.
    pub fn later(&self, stored: &str, other: &str) -> bool {
        match (Grant::parse(stored), Grant::parse(other)) {
            (Some(grant), Some(other)) => other.is_later_than(&grant),
            _ => false,
        }
    }

    /// A refresh token was refused: whether it is the stored one still, which is to be removed.
    pub fn lapse(&self, used: &str, stored: &str) -> bool {
        self.0.lapse(used, stored)
    }

    /// Ends all that lives on the sign-in.
    pub fn end(&self) {
        self.0.end();
    }

    /// The error for what was under way as the person signed out.
    #[wasm_bindgen(js_name = signedOut)]
    pub fn signed_out(&self) -> Given {
        Ok(self.0.note(signed_out("the person has signed out")).into())
    }

    /// The error for a storage that failed with these words, as `text` was to be stored.
    #[wasm_bindgen(js_name = storageFailed)]
    pub fn storage_failed(&self, why: &str, text: &str) -> Given {
        Ok(self.0.note(storage_failed(why, text)).into())
    }
}

fn operation_core(operation: Box<Operation>, timeout: u64) -> OperationCore {
    OperationCore::new(operation, timeout, Show::Plain, Audience::default())
}
