//! `ProviderCore`: the class behind `CredentialProvider`.

use core::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::connect::{Wish, connection_object};
use super::platform::{now, request_id};
use super::request::{Caller, promise};
use super::session::{FLIGHT, Session, Watch};
use super::slot::{GRACE, Landed, Slot, Token};
use super::throw::{throw, throw_with};
use super::value::{get, set};
use super::workspace::{credential_object, date};
use crate::error::Error;
use crate::fields::Fields;
use crate::lifetime::Credential;
use crate::login::{refused, refuses_password};
use crate::planner::{Decision, FlightId, Need, State};
use crate::target::Target;

/// Longest `minRemaining` that is taken, in ms: no credential lives for longer.
const MIN_REMAINING_MAX: u32 = 3_600_000;

/// What a provider and its flights share.
pub(super) struct Provider {
    pub(super) session: Rc<Session>,
    pub(super) target: Target,
    slot: Rc<Slot>,
    listener: RefCell<Option<Function>>,
}

/// Keeps one database credential fresh.
#[wasm_bindgen]
pub struct ProviderCore {
    provider: Rc<Provider>,
}

impl ProviderCore {
    pub(super) fn new(session: Rc<Session>, target: Target) -> Self {
        let provider = Provider { session, target, slot: Slot::new(true), listener: RefCell::default() };
        Self { provider: Rc::new(provider) }
    }

    pub(super) fn provider(&self) -> Rc<Provider> {
        Rc::clone(&self.provider)
    }
}

#[wasm_bindgen]
impl ProviderCore {
    /// Where events go: a function of the type and the detail.
    pub fn listen(&self, listener: Function) {
        *self.provider.listener.borrow_mut() = Some(listener);
    }

    /// A token that lives for `minRemaining` (ms) at least.
    pub fn token(&self, given: &JsValue) -> Promise {
        if given.is_undefined()
            && let Some(token) = self.provider.cached()
        {
            return Promise::resolve(&token.js);
        }
        self.acquire(given, |token| token.js.clone())
    }

    /// The same, as `{token, expirationTime}`.
    pub fn credential(&self, given: &JsValue) -> Promise {
        self.acquire(given, |token| credential_object(&token.js, token.expires_at))
    }

    fn acquire(&self, given: &JsValue, show: fn(&Token) -> JsValue) -> Promise {
        let provider = self.provider();
        let read = || {
            let caller = Caller::read(given)?;
            let min_remaining = read_min_remaining(&caller.fields()?, &provider.target)?;
            Ok((caller, min_remaining))
        };
        promise(read().map(|(caller, min_remaining)| {
            let deadline = caller.deadline;
            caller.call(async move {
                let token = provider.acquire(min_remaining, deadline).await;
                token.map(|token| show(&token)).map_err(|error| throw(&error))
            })
        }))
    }

    /// Drops this token if it is the one held; tells whether it was.
    pub fn invalidate(&self, token: &JsValue) -> bool {
        self.provider.invalidate(token)
    }

    /// `empty`, `fresh`, `stale` or `expired`.
    #[wasm_bindgen(getter)]
    pub fn state(&self) -> String {
        let now = now();
        self.provider.slot.with(|planner| planner.state(&now)).as_str().to_owned()
    }

    /// When what is held ends.
    #[wasm_bindgen(getter, js_name = expirationTime)]
    pub fn expiration_time(&self) -> JsValue {
        self.provider
            .slot
            .with(|planner| planner.held().map(|token| date(token.expires_at)))
            .unwrap_or(JsValue::UNDEFINED)
    }

    /// The instance's name or the endpoint's path.
    #[wasm_bindgen(getter)]
    pub fn target(&self) -> String {
        self.provider.target.name()
    }

    /// Host, port, user and database; what is not given is looked up.
    pub fn connection(&self, given: &JsValue) -> Promise {
        let provider = self.provider();
        let read = || {
            let mut caller = Caller::read(given)?;
            let wish = Wish::read(&mut caller)?;
            Ok((caller, wish))
        };
        promise(read().map(|(caller, wish)| {
            caller.call(async move {
                let connection = provider.connect(wish).await.map_err(|error| throw(&error))?;
                Ok(connection_object(&connection))
            })
        }))
    }

    /// Calls `attempt(token)`; if the database refuses the password, drops the token and tries once more with a new one.
    pub fn login(&self, attempt: &JsValue, given: &JsValue) -> Promise {
        let provider = self.provider();
        let read = || {
            let attempt = attempt
                .clone()
                .dyn_into::<Function>()
                .map_err(|_| Error::argument("attempt", "must be a function"))?;
            Ok((attempt, Caller::read(given)?))
        };
        promise(read().map(|(attempt, caller)| {
            let deadline = caller.deadline;
            caller.call(async move { provider.login(&attempt, deadline).await })
        }))
    }
}

fn read_min_remaining(fields: &Fields, target: &Target) -> Result<Option<u64>, Error> {
    let min = fields.number("minRemaining", 0, MIN_REMAINING_MAX)?;
    if min.is_some_and(|min| min >= target.longest_life()) {
        return Err(Error::argument("minRemaining", "is as long as a credential lives"));
    }
    Ok(min)
}

impl Provider {
    /// What is held, if it will do and no renewal is due: the call that costs nothing.
    fn cached(&self) -> Option<Rc<Token>> {
        let now = now();
        let need = Need { min_remaining: None, deadline: u64::MAX, joined: None };
        match self.slot.with(|planner| planner.decide(&now, &need)) {
            Decision::Serve { value, renew: false } => Some(value),
            _ => None,
        }
    }

    async fn acquire(self: &Rc<Self>, min_remaining: Option<u64>, deadline: u64) -> Result<Rc<Token>, Error> {
        let need = Need { min_remaining, deadline, joined: None };
        let token = self.slot.acquire(need, &|early| self.launch(early), &|_| {}).await;
        token.map_err(|mut error| {
            error.target.get_or_insert_with(|| self.target.name());
            self.session.name(error)
        })
    }

    fn launch(self: &Rc<Self>, early: bool) {
        let (provider, begun) = (Rc::clone(self), now());
        let before = self.slot.with(|planner| planner.state(&begun));
        self.slot.launch(begun.elapsed + self.session.request_timeout + GRACE, |id| {
            Box::pin(async move {
                let flight = Flight { provider, id, request_id: request_id(), begun: begun.elapsed };
                let result = flight.mint().await;
                match &result {
                    Ok((_, attempts)) => {
                        flight.landed(if early { "renew" } else { "mint" }, before, *attempts)
                    }
                    Err(error) => flight.failed(error),
                }
                result.map(|(landed, _)| landed)
            })
        });
    }

    fn invalidate(&self, token: &JsValue) -> bool {
        let Some(token) = token.as_string() else { return false };
        let now = now();
        self.slot
            .with(|planner| planner.invalidate(&now, |held| held.secret == crate::secret::Secret::new(token)))
    }

    async fn login(self: Rc<Self>, attempt: &Function, deadline: u64) -> Result<JsValue, JsValue> {
        let first = self.attempt(attempt, deadline).await?;
        let Err((token, _)) = first else { return first.map_err(|(_, error)| error) };
        self.invalidate(&token);
        self.attempt(attempt, deadline).await?.map_err(|(_, cause)| {
            let sqlstate = get(&cause, "code").as_string().unwrap_or_default();
            throw_with(&self.session.name(refused(&sqlstate, &self.target.name())), &cause)
        })
    }

    /// One try. The outer error ends the login; the inner one is a refused password, with the token that was used.
    async fn attempt(
        self: &Rc<Self>,
        attempt: &Function,
        deadline: u64,
    ) -> Result<Result<JsValue, (JsValue, JsValue)>, JsValue> {
        let token = self.acquire(None, deadline).await.map_err(|error| throw(&error))?.js.clone();
        let given = attempt.call1(&JsValue::UNDEFINED, &token)?;
        match JsFuture::from(Promise::resolve(&given)).await {
            Ok(value) => Ok(Ok(value)),
            Err(error) if get(&error, "code").as_string().is_some_and(|code| refuses_password(&code)) => {
                Ok(Err((token, error)))
            }
            Err(error) => Err(error),
        }
    }

    fn emit(&self, kind: &str, detail: &Object) {
        set(detail, "target", &self.target.name().into());
        let listener = self.listener.borrow().clone();
        if let Some(listener) = listener {
            // A listener that throws must not break a mint.
            let _ = listener.call2(&JsValue::UNDEFINED, &kind.into(), detail);
        }
    }
}

/// One mint under way.
struct Flight {
    provider: Rc<Provider>,
    id: FlightId,
    request_id: String,
    begun: u64,
}

impl Watch for Flight {
    fn alive(&self, until: u64) {
        self.provider.slot.with(|planner| planner.touch(self.id, until));
    }

    fn retry(&self, attempt: u32, delay: u64, error: &Error) {
        let detail = self.detail(attempt);
        #[allow(clippy::cast_precision_loss)]
        set(&detail, "delayMs", &(delay as f64).into());
        set_error(&detail, error);
        self.provider.emit("retry", &detail);
    }
}

impl Flight {
    async fn mint(&self) -> Result<(Landed, u32), Error> {
        let Provider { session, target, .. } = &*self.provider;
        let about = |mut error: Error| {
            error.request_id = Some(self.request_id.clone());
            error.target = Some(target.name());
            session.name(error)
        };
        let request = target.mint_request(&session.address, &self.request_id);
        let answer = session.call(request, self.begun + FLIGHT, self).await.map_err(about)?;
        let minted =
            Credential::from_response(&answer.response, now().wall, target.longest_life()).map_err(about)?;
        let token = Token::new(minted.token, minted.expires_at);
        Ok((Landed { token, sent: answer.sent, lifetime: minted.lifetime }, answer.attempts))
    }

    fn landed(&self, kind: &str, before: State, attempts: u32) {
        let detail = self.detail(attempts);
        set(&detail, "reason", &before.as_str().into());
        self.provider.emit(kind, &detail);
    }

    fn failed(&self, error: &Error) {
        let detail = self.detail(0);
        set_error(&detail, error);
        self.provider.emit("fail", &detail);
    }

    fn detail(&self, attempts: u32) -> Object {
        let detail = Object::new();
        set(&detail, "requestId", &self.request_id.as_str().into());
        if attempts > 0 {
            set(&detail, "attempts", &attempts.into());
        }
        #[allow(clippy::cast_precision_loss)]
        set(&detail, "durationMs", &((now().elapsed - self.begun) as f64).into());
        detail
    }
}

fn set_error(detail: &Object, error: &Error) {
    set(detail, "code", &error.code.as_str().into());
    set(detail, "message", &error.message.as_str().into());
    set(detail, "retryable", &error.retryable.into());
}
