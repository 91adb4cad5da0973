//! `ForwarderCore`: the decisions behind `lakebase-credentials/forward`, which JavaScript carries out.

use super::js::Object;
use wasm_bindgen::prelude::*;

use super::value::{Given, get, options, set, set_number, set_text};
use crate::fields::Fields;
use crate::forward::{Answer, Asked, BODY_MAX, Body, Content, Decision, Forwarder, Onward, Passed};
use crate::text::concat;

/// What is forwarded, where to, and for which pages.
#[wasm_bindgen]
pub struct ForwarderCore(Forwarder);

#[wasm_bindgen]
impl ForwarderCore {
    /// Reads `{host, origin, timeout, authorize, credentials}`.
    #[wasm_bindgen(constructor)]
    pub fn new(given: &JsValue) -> Result<ForwarderCore, JsValue> {
        let options = options(given);
        let member = |name| if given.is_object() { get(given, name) } else { JsValue::UNDEFINED };
        let (authorize, credentials) = (member("authorize"), member("credentials"));
        // By shape, not class: the provider may come from the CommonJS side of the package.
        let provides = credentials.is_object() && get(&credentials, "credential").is_function();
        let forwarder = Fields::of(options.as_ref()).and_then(|fields| {
            Forwarder::from_options(
                &fields,
                (!authorize.is_undefined()).then(|| authorize.is_function()),
                (!credentials.is_undefined()).then_some(provides),
            )
        });
        Ok(Self(forwarder?))
    }

    /// Time limit of a request from end to end, in ms.
    #[wasm_bindgen(getter)]
    #[allow(clippy::cast_precision_loss)]
    pub fn timeout(&self) -> f64 {
        self.0.timeout() as f64
    }

    /// Says what to do with a request of these headers, an object of their names in lower case: `{send, url, limit,
    /// rewrite}`, `{handOut}` or `{answer}`.
    pub fn judge(&self, method: &str, url: &str, headers: &JsValue) -> Given {
        let headers = [
            "host",
            "origin",
            "sec-fetch-site",
            "authorization",
            "content-type",
            "content-encoding",
            "content-length",
            "x-databricks-workspace-id",
        ]
        .map(|name| get(headers, name).as_string());
        let [
            host,
            origin,
            fetch_site,
            authorization,
            content_type,
            content_encoding,
            content_length,
            workspace_id,
        ] = headers.each_ref().map(Option::as_deref);
        let asked = Asked {
            method,
            url,
            host,
            origin,
            fetch_site,
            authorization,
            content_type,
            content_encoding,
            content_length,
            workspace_id,
        };
        let step = Object::new();
        match self.0.judge(&asked) {
            Ok(Decision::HandOut) => set(&step, "handOut", true.into()),
            Ok(Decision::Forward(onward)) => write_onward(&step, &onward),
            Err(answer) => set(&step, "answer", write(&answer)),
        }
        Ok(step.into())
    }

    /// The answer for what the workspace answered: `{status, contentType, date, retryAfter, workspaceId, body}`, without
    /// `body` if it was too large; `undefined` if it could not be reached.
    pub fn pass(&self, outcome: &JsValue) -> Given {
        let text = |name| get(outcome, name).as_string();
        if outcome.is_undefined() {
            return Ok(write(&Answer::unreachable()));
        }
        if get(outcome, "body").is_undefined() {
            return Ok(write(&Answer::too_much()));
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let status = get(outcome, "status").as_f64().unwrap_or_default() as u16;
        Ok(write(&self.0.pass(&Passed {
            status,
            content_type: text("contentType"),
            date: text("date"),
            retry_after: text("retryAfter"),
            workspace_id: text("workspaceId"),
        })))
    }
}

/// A body as it is sent on, or the answer if it is not; `kind` is what `judge` gave as `rewrite`.
#[wasm_bindgen]
pub fn rewrite(kind: u8, text: &str) -> Given {
    let body = if kind == Body::Form as u8 { Body::Form } else { Body::NativeLogin };
    Ok(match body.write(text) {
        Ok(written) => written.expose().into(),
        Err(answer) => write(&answer),
    })
}

/// The answer that hands out a credential, `{token, expirationTime}` with the time as text, or for an error that came
/// instead of one.
#[wasm_bindgen(js_name = handOut)]
pub fn hand_out(credential: &JsValue, error: &JsValue) -> Given {
    let text = |name| get(credential, name).as_string();
    if let (Some(token), Some(expiration_time)) = (text("token"), text("expirationTime")) {
        return Ok(write(&Answer::credential(&token, &expiration_time)));
    }
    let code = get(error, "code").as_string().unwrap_or_default();
    // What is negative or no number becomes 0.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let retry_after = get(error, "retryAfter").as_f64().map(|ms| ms as u64);
    Ok(write(&Answer::no_credential(&code, retry_after)))
}

/// The answer for a request that ended here: `large`, `unreadable`, `unauthorized`, `undecided`, or its time is over.
#[wasm_bindgen]
pub fn refuse(why: &str) -> Given {
    Ok(write(&match why {
        "large" => Answer::too_large(),
        "unreadable" => Answer::unreadable(),
        "unauthorized" => Answer::unauthorized(),
        "undecided" => Answer::undecided(),
        _ => Answer::late(),
    }))
}

fn write_onward(step: &Object, onward: &Onward) {
    let (init, headers) = (Object::new(), Object::new());
    set_text(&headers, "accept", "application/json");
    if let Some(token) = &onward.token {
        set_text(&headers, "authorization", &concat(&["Bearer ", token.expose()]));
    }
    if let Some(id) = &onward.workspace_id {
        set_text(&headers, "x-databricks-workspace-id", id);
    }
    if onward.body != Body::None {
        set_text(&headers, "content-type", onward.body.media_type());
        set_number(step, "limit", BODY_MAX as u64);
        if onward.body.is_rewritten() {
            set_number(step, "rewrite", onward.body as u64);
        }
    }
    set(&init, "headers", headers.into());
    set_text(&init, "method", onward.method);
    // A followed redirect would carry the token elsewhere.
    set_text(&init, "redirect", "manual");
    set(step, "send", init.into());
    set_text(step, "url", &onward.url);
}

/// `{status, headers, body}`; the body is `true` for the one that the workspace sent.
fn write(answer: &Answer) -> JsValue {
    let (object, headers) = (Object::new(), Object::new());
    for (name, value) in &answer.headers {
        set_text(&headers, name, value);
    }
    set_number(&object, "status", answer.status.into());
    set(&object, "headers", headers.into());
    match &answer.content {
        Content::Empty => {}
        Content::Passed => set(&object, "body", true.into()),
        Content::Text(text) => set_text(&object, "body", text),
    }
    object.into()
}
