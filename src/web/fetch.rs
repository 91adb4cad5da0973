//! Sends one request by the platform's `fetch`, within a time limit and a size.

use js_sys::{Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, Response as WebResponse};

use super::value::{get, set};
use super::wait::{Wait, within};
use crate::http::{Authorization, BODY_MAX, Outcome, Request, Response};
use crate::secret::Secret;
use crate::text::contains;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(url: &str, init: &Object) -> Result<Promise, JsValue>;
}

/// Ends the request when the wait for it ends, however that happens.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends the request, with the workspace token if it wants one.
pub(super) async fn send(request: &Request, token: Option<&Secret>, timeout: u64) -> Outcome {
    let Ok(controller) = AbortController::new() else {
        return Outcome::Unreachable("this platform has no AbortController".to_owned());
    };
    let controller = AbortOnDrop(controller);
    let init = init(request, token);
    set(&init, "signal", &controller.0.signal());
    match within(Box::pin(exchange(&request.url, &init)), Wait::sleep(timeout)).await {
        None => Outcome::TimedOut,
        Some(Ok(outcome)) => outcome,
        Some(Err(error)) => Outcome::Unreachable(describe(&error)),
    }
}

fn init(request: &Request, token: Option<&Secret>) -> Object {
    let headers = Object::new();
    let header = |name: &str, value: &str| set(&headers, name, &value.into());
    header("accept", "application/json");
    match &request.authorization {
        Authorization::None => {}
        Authorization::Basic(pair) => header("authorization", &["Basic ", pair.expose()].concat()),
        Authorization::Workspace => {
            if let Some(token) = token {
                header("authorization", &["Bearer ", token.expose()].concat());
            }
        }
    }
    if let Some(id) = &request.workspace_id {
        header("x-databricks-workspace-id", id);
    }
    let init = Object::new();
    set(&init, "method", &request.method.into());
    // A followed redirect would carry the secret elsewhere.
    set(&init, "redirect", &"manual".into());
    if let Some(body) = &request.body {
        header("content-type", request.content_type);
        set(&init, "body", &body.expose().into());
    }
    set(&init, "headers", &headers);
    init
}

async fn exchange(url: &str, init: &Object) -> Result<Outcome, JsValue> {
    let response = JsFuture::from(fetch(url, init)?).await?;
    if !response.is_object() {
        return Ok(Outcome::Unreachable("fetch gave no response".to_owned()));
    }
    // Not `dyn_into`: `instanceof` fails across the realms of some runtimes.
    let response: WebResponse = response.unchecked_into();
    let headers = response.headers();
    let header = |name: &str| headers.get(name).ok().flatten();
    let Some(body) = read_body(&response).await? else { return Ok(Outcome::TooLarge) };
    Ok(Outcome::Response(Response {
        status: response.status(),
        date: header("date"),
        retry_after: header("retry-after"),
        workspace_id: header("x-databricks-org-id"),
        body,
    }))
}

/// The body as text; `None` if it is larger than is taken.
async fn read_body(response: &WebResponse) -> Result<Option<String>, JsValue> {
    let Some(stream) = response.body() else { return Ok(Some(String::new())) };
    if stream.locked() {
        return Err(js_sys::Error::new("the response's body was read by somebody else").into());
    }
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await?;
        if get(&part, "done").is_truthy() {
            return Ok(Some(String::from_utf8_lossy(&bytes).into_owned()));
        }
        let chunk = Uint8Array::new(&get(&part, "value"));
        if bytes.len() + chunk.length() as usize > BODY_MAX {
            return Ok(None);
        }
        bytes.extend(chunk.to_vec());
    }
}

/// The platform's words for a failure, with those of its causes: "fetch failed" alone helps nobody.
fn describe(error: &JsValue) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut error = error.clone();
    for _ in 0..4 {
        for name in ["message", "code"] {
            let text = get(&error, name).as_string().filter(|text| !text.is_empty());
            if let Some(text) = text.filter(|text| !words.iter().any(|word| contains(word, &text))) {
                words.push(text);
            }
        }
        error = get(&error, "cause");
        if !error.is_object() {
            break;
        }
    }
    words.join(", ")
}
