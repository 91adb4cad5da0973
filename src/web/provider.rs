//! `ProviderCore`: the class behind `CredentialProvider`.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::RefCell;

use super::js::{Function, Object};
use wasm_bindgen::prelude::*;

use super::connect::connect_to;
use super::operation::{Audience, OperationCore, Show};
use super::options::{Caller, TIMEOUT};
use super::platform::now;
use super::throw::caused;
use super::value::{Given, get, set, set_number, set_text};
use crate::error::Error;
use crate::login::{refused, refuses};
use crate::operation::{Mint, Notice, Operation};
use crate::planner::{Decision, Need, Planner};
use crate::session::{Provider, Session};
use crate::token::Token;

/// Where the SQLSTATE is: Bun has it as `errno`, Prisma's adapters as `originalCode`.
const CODES: [&str; 3] = ["code", "errno", "originalCode"];
/// Where the driver's error is: Sequelize has it as `parent`, Prisma in its `meta`.
const CAUSES: [&str; 4] = ["cause", "parent", "meta", "driverAdapterError"];

/// A provider, and what JavaScript sees of it.
pub(super) struct ProviderState {
    pub(super) session: Rc<Session>,
    pub(super) provider: Rc<Provider>,
    listener: RefCell<Option<Function>>,
    shown: RefCell<Shown>,
}

/// The string last handed out, the token that it was made for, and how many there have been.
#[derive(Default)]
struct Shown {
    token: Option<Rc<Token>>,
    string: JsValue,
    number: u32,
}

impl ProviderState {
    /// The token as the very string that was handed out for it before.
    pub(super) fn string(&self, token: &Rc<Token>) -> JsValue {
        self.show(token);
        self.shown.borrow().string.clone()
    }

    /// Makes the string, unless it is there, and gives its number, from 1.
    fn show(&self, token: &Rc<Token>) -> u32 {
        let mut shown = self.shown.borrow_mut();
        if !shown.token.as_ref().is_some_and(|held| Rc::ptr_eq(held, token)) {
            shown.token = Some(Rc::clone(token));
            shown.string = token.secret.expose().into();
            shown.number += 1;
        }
        shown.number
    }

    /// Tells the listener what happened to a flight.
    pub(super) fn tell(&self, notice: &Notice) {
        let (kind, flight, attempts, error) = match notice {
            Notice::Minted { flight, attempts } if flight.early => ("renew", flight, *attempts, None),
            Notice::Minted { flight, attempts } => ("mint", flight, *attempts, None),
            Notice::Retry { flight, attempts, error, .. } => ("retry", flight, *attempts, Some(error)),
            Notice::Failed { flight, error } => ("fail", flight, 0, Some(error)),
            Notice::Progress(_) => return,
        };
        let detail = self.detail(flight, attempts);
        if let Notice::Retry { delay, .. } = notice {
            set_number(&detail, "delayMs", *delay);
        }
        if let Some(error) = error {
            set_text(&detail, "code", error.code.as_str());
            set_text(&detail, "message", &error.message);
            set(&detail, "retryable", error.retryable.into());
        }
        let listener = self.listener.borrow().clone();
        if let Some(listener) = listener {
            // A listener that throws must not break a mint.
            let _ = listener.call2(&JsValue::UNDEFINED, &kind.into(), &detail);
        }
    }

    fn detail(&self, flight: &Mint, attempts: u32) -> Object {
        let detail = Object::new();
        set_text(&detail, "target", self.provider.target.name());
        set_text(&detail, "requestId", &flight.request_id);
        set_text(&detail, "reason", flight.before.as_str());
        set_number(&detail, "durationMs", now(&self.session).elapsed - flight.begun);
        if attempts > 0 {
            set_number(&detail, "attempts", attempts.into());
        }
        detail
    }
}

/// Keeps one database credential fresh.
#[wasm_bindgen]
pub struct ProviderCore {
    pub(super) state: Rc<ProviderState>,
}

impl ProviderCore {
    pub(super) fn new(session: Rc<Session>, provider: Rc<Provider>) -> Self {
        let (listener, shown) = (RefCell::default(), RefCell::default());
        Self { state: Rc::new(ProviderState { session, provider, listener, shown }) }
    }

    fn read(&self, what: &str, given: &JsValue, names: &JsValue) -> Result<OperationCore, Error> {
        let show = match what {
            "token" => Show::Token,
            "credential" => Show::Credential,
            _ => return connect_to(&self.state, given, (what == "driver").then_some(names)),
        };
        let caller = Caller::read(given, TIMEOUT)?;
        let ProviderState { session, provider, .. } = &*self.state;
        let min_remaining = provider.target.read_min_remaining(&caller.fields())?;
        let deadline = caller.deadline(session);
        let operation = Operation::acquire(session, Rc::clone(provider), min_remaining, deadline);
        let audience = Audience { provider: Some(Rc::clone(&self.state)), progress: None };
        Ok(OperationCore::new(Box::new(operation), caller.timeout, show, audience))
    }
}

#[wasm_bindgen]
impl ProviderCore {
    /// Where events go: a function of the type and the detail.
    pub fn listen(&self, listener: Function) {
        *self.state.listener.borrow_mut() = Some(listener);
    }

    /// The number of the token held, if it will do and no renewal is due, or 0: the call that costs nothing. Another
    /// number is another token, to be had from `shown`.
    pub fn cached(&self) -> u32 {
        let now = now(&self.state.session);
        let need = Need { min_remaining: None, deadline: u64::MAX, joined: None };
        match self.state.provider.slot.with(|planner| planner.decide(&now, &need)) {
            Decision::Serve { value, renew: false } => self.state.show(&value),
            _ => 0,
        }
    }

    /// The token that `cached` numbered last.
    pub fn shown(&self) -> Given {
        Ok(self.state.shown.borrow().string.clone())
    }

    /// Begins what is asked for: a `token` or whole `credential` that lives for `minRemaining` (ms) at least, a
    /// `connection`, or the options of a `driver`, of whose own options the adapter gives the `names`.
    pub fn begin(&self, what: &str, given: &JsValue, names: &JsValue) -> Result<OperationCore, JsValue> {
        Ok(self.read(what, given, names)?)
    }

    /// Drops this token if it is the one held; tells whether it was.
    pub fn invalidate(&self, token: &JsValue) -> bool {
        let Some(token) = token.as_string() else { return false };
        let now = now(&self.state.session);
        self.state.provider.slot.invalidate(&now, &token)
    }

    /// `empty`, `fresh`, `stale` or `expired`.
    #[wasm_bindgen(getter)]
    pub fn state(&self) -> Given {
        let now = now(&self.state.session);
        Ok(self.state.provider.slot.with(|planner| planner.state(&now)).as_str().into())
    }

    /// When what is held ends, in ms of Unix time, or NaN.
    #[allow(clippy::cast_precision_loss)]
    #[wasm_bindgen(getter, js_name = expirationTime)]
    pub fn expiration_time(&self) -> f64 {
        self.state
            .provider
            .slot
            .with(|planner| planner.held().map_or(f64::NAN, |token| token.expires_at as f64))
    }

    /// The instance's name or the endpoint's path.
    #[wasm_bindgen(getter)]
    pub fn target(&self) -> Given {
        Ok(self.state.provider.target.name().into())
    }

    /// Hears that a login succeeded.
    pub fn accept(&self) {
        self.state.provider.slot.with(Planner::accept);
    }

    /// What the error of a login means, that was tried with this token or with whichever was given last: the error to
    /// throw if it was refused, `undefined` if it failed for another reason. Of a pool, whose token is not told, that may be
    /// the `LakebaseError` that its driver was given instead of a token.
    #[wasm_bindgen(js_name = loginError)]
    pub fn login_error(&self, cause: &JsValue, token: &JsValue) -> Given {
        let ProviderState { session, provider, .. } = &*self.state;
        let mut error = cause.clone();
        // Errors may go round in a circle.
        for _ in 0..5 {
            if token.is_undefined() && get(&error, "name") == "LakebaseError" {
                return Ok(error);
            }
            let is_refused = |name| get(&error, name).as_string().is_some_and(|code| refuses(&code));
            if CODES.into_iter().any(is_refused) {
                let error = refused(session, provider, &now(session), token.as_string().as_deref());
                return Ok(caused(&error, cause));
            }
            error =
                CAUSES.into_iter().map(|name| get(&error, name)).find(JsValue::is_object).unwrap_or_default();
        }
        Ok(JsValue::UNDEFINED)
    }
}
