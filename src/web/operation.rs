//! `OperationCore`: an operation of the core, driven by JavaScript.

use alloc::boxed::Box;
use alloc::rc::Rc;

use super::js::{Date, Function, Object};
use wasm_bindgen::prelude::*;

use super::connect::{connection_object, driver_object};
use super::platform::{now, random, request_id};
use super::provider::ProviderState;
use super::value::{get, set, set_number, set_text, write};
use crate::http::{Authorization, Outcome, Request, Response};
use crate::json::Value;
use crate::operation::{Input, Notice, Operation, Output, Platform, Step};
use crate::text::concat;
use crate::token::Token;

/// How the output is shown to the caller.
pub(super) enum Show {
    /// As what it is.
    Plain,
    /// A provider's token: the string made for it once.
    Token,
    /// `{token, expirationTime}` of a provider.
    Credential,
    /// The options of a driver, from those given.
    Driver(JsValue),
}

/// An operation under way.
#[wasm_bindgen]
pub struct OperationCore {
    operation: Box<Operation>,
    timeout: u64,
    show: Show,
    audience: Audience,
}

/// Who hears of an operation.
#[derive(Clone, Default)]
pub(super) struct Audience {
    /// The provider whose token it is about.
    pub(super) provider: Option<Rc<ProviderState>>,
    /// A callback for the states of an instance.
    pub(super) progress: Option<Function>,
}

impl Audience {
    fn tell(&self, notice: &Notice) {
        if let (Notice::Progress(instance), Some(callback)) = (notice, &self.progress) {
            // A callback that throws is its owner's business.
            let _ = callback.call1(&JsValue::UNDEFINED, &write(&instance.details));
        }
        if let Some(provider) = &self.provider {
            provider.tell(notice);
        }
    }
}

impl OperationCore {
    pub(super) fn new(operation: Box<Operation>, timeout: u64, show: Show, audience: Audience) -> Self {
        Self { operation, timeout, show, audience }
    }

    fn show(&self, output: Output) -> JsValue {
        match output {
            Output::None => JsValue::UNDEFINED,
            Output::Token(token) => {
                let string = match &self.audience.provider {
                    Some(provider) => provider.string(&token),
                    None => token.secret.expose().into(),
                };
                if let Show::Token = self.show { string } else { credential_object(string, token.expires_at) }
            }
            Output::Instance(instance) => write(&instance.details),
            Output::Instances(all) => write(&Value::Array(all)),
            Output::User(name) => {
                let user = Object::new();
                set_text(&user, "userName", &name);
                user.into()
            }
            #[cfg(feature = "admin")]
            Output::Grant(grant) => grant.text().into(),
            Output::Connection(connection) => match &self.show {
                Show::Driver(given) => driver_object(given, &connection),
                _ => connection_object(&connection),
            },
        }
    }
}

#[wasm_bindgen]
impl OperationCore {
    /// How long the caller waits, in ms.
    #[wasm_bindgen(getter)]
    #[allow(clippy::cast_precision_loss)]
    pub fn timeout(&self) -> f64 {
        self.timeout as f64
    }

    /// Says what to do next: `{send, timeout}`, `{timeout}` to ask for a text, `{launch, slot}`, `{join, ms}`, `{ms}` or
    /// `{value}`. `outcome` is what came of what was sent or asked; `lost` says that the flight waited for will not come
    /// back.
    pub fn step(&mut self, outcome: &JsValue, lost: bool) -> Result<JsValue, JsValue> {
        let input = match (outcome.is_object(), lost) {
            (true, _) => Input::Outcome(read_outcome(outcome)),
            (_, true) => Input::Lost,
            _ => Input::None,
        };
        let hear = |notice: Notice| self.audience.tell(&notice);
        let platform = Platform {
            now: now(self.operation.session()),
            random: &random,
            request_id: &request_id,
            notify: &hear,
        };
        let next = self.operation.step(input, &platform)?;
        let step = Object::new();
        match next {
            Step::Send { request, token, timeout } => {
                set(&step, "send", init(&request, token.as_deref()));
                set_text(&step, "url", &request.url);
                set_number(&step, "timeout", timeout);
            }
            Step::Ask(timeout) => set_number(&step, "timeout", timeout),
            Step::Launch(operation) => {
                let slot = operation.flight().map_or(0, |(slot, _)| slot.serial);
                let flight = Self::new(operation, 0, Show::Plain, self.audience.clone());
                set_number(&step, "slot", slot.into());
                set(&step, "launch", flight.into());
            }
            Step::Join { slot, flight: _, ms } => {
                set_number(&step, "join", slot.into());
                set_number(&step, "ms", ms);
            }
            Step::Sleep(ms) => set_number(&step, "ms", ms),
            Step::Done(output) => set(&step, "value", self.show(output)),
        }
        Ok(step.into())
    }
}

/// The `RequestInit` of a request.
fn init(request: &Request, token: Option<&Token>) -> JsValue {
    let (init, headers) = (Object::new(), Object::new());
    set_text(&headers, "accept", "application/json");
    match (&request.authorization, token) {
        (Authorization::Basic(pair), _) => {
            set_text(&headers, "authorization", &concat(&["Basic ", pair.expose()]));
        }
        (Authorization::Workspace, Some(token)) => {
            set_text(&headers, "authorization", &concat(&["Bearer ", token.secret.expose()]));
        }
        _ => {}
    }
    if let Some(id) = &request.workspace_id {
        set_text(&headers, "x-databricks-workspace-id", id);
    }
    if let Some(body) = &request.body {
        set_text(&headers, "content-type", request.content_type);
        set_text(&init, "body", body.expose());
    }
    set(&init, "headers", headers.into());
    set_text(&init, "method", request.method);
    // A followed redirect would carry the secret elsewhere.
    set_text(&init, "redirect", "manual");
    init.into()
}

fn read_outcome(outcome: &JsValue) -> Outcome {
    let text = |name: &str| get(outcome, name).as_string();
    if let Some(why) = text("failed") {
        return Outcome::Unreachable(why);
    }
    if get(outcome, "timedOut").as_bool() == Some(true) {
        return Outcome::TimedOut;
    }
    let Some(body) = text("body") else { return Outcome::TooLarge };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let status = get(outcome, "status").as_f64().unwrap_or_default() as u16;
    Outcome::Response(Response {
        status,
        date: text("date"),
        retry_after: text("retryAfter"),
        workspace_id: text("workspaceId"),
        body,
    })
}

/// `{token, expirationTime}`.
fn credential_object(token: JsValue, expires_at: i64) -> JsValue {
    let object = Object::new();
    set(&object, "token", token);
    set(&object, "expirationTime", date(expires_at));
    object.into()
}

/// A `Date`.
#[allow(clippy::cast_precision_loss)]
pub(super) fn date(ms: i64) -> JsValue {
    Date::new(ms as f64).into()
}
