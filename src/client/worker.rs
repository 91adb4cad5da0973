//! A Cloudflare Worker: `fetch`, timers and `waitUntil`.
//!
//! What requests share is plain data. Nothing here is woken by another request's work: workerd would have it go on in that
//! request, and end with it. So whoever waits for another's flight looks again by a timer of its own.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::future::poll_fn;
use core::pin::{Pin, pin};
use core::task::Poll;

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::event::CredentialEvent;
use crate::clock::Now;
use crate::error::Error;
use crate::http::{Authorization, BODY_MAX, Outcome, Request, Response};
use crate::session::Session;
use crate::text::concat;
use crate::token::Token;

/// How often a wait for a flight looks whether that has ended, in ms.
const TICK: u64 = 10;

/// Anything: WebAssembly has one thread. Elsewhere, what may go from thread to thread: [`Send`] and [`Sync`].
pub trait MaybeSend {}
impl<T> MaybeSend for T {}

/// Any future; outside of WebAssembly, one that may go from thread to thread.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// What gives the text that workspace tokens are got with.
pub(super) type SubjectToken = Box<dyn Fn() -> BoxFuture<Outcome>>;

/// What hears of mints.
pub(super) type Listener = Box<dyn Fn(&CredentialEvent)>;

// The few functions of the platform; web-sys would be one more dependency to keep to one version.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, init: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: f64) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic() -> f64;

    type AbortController;
    #[wasm_bindgen(constructor)]
    fn new() -> AbortController;
    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> JsValue;
    #[wasm_bindgen(method)]
    fn abort(this: &AbortController);

    #[wasm_bindgen(js_name = Response)]
    type FetchResponse;
    #[wasm_bindgen(method, getter)]
    fn status(this: &FetchResponse) -> u16;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &FetchResponse) -> Headers;
    #[wasm_bindgen(method, getter)]
    fn body(this: &FetchResponse) -> Option<Body>;

    type Headers;
    #[wasm_bindgen(method)]
    fn get(this: &Headers, name: &str) -> Option<String>;

    #[wasm_bindgen(js_name = ReadableStream)]
    type Body;
    #[wasm_bindgen(method, js_name = getReader)]
    fn reader(this: &Body) -> Reader;

    #[wasm_bindgen(js_name = ReadableStreamDefaultReader)]
    type Reader;
    #[wasm_bindgen(method)]
    fn read(this: &Reader) -> Promise;
}

#[wasm_bindgen(module = "cloudflare:workers")]
extern "C" {
    #[wasm_bindgen(catch, js_name = waitUntil)]
    fn wait_until(promise: &Promise) -> Result<(), JsValue>;
}

/// Ends what is under way when it is dropped.
struct Abort(AbortController);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What sends requests.
pub(super) struct Http;

impl Http {
    #[allow(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
    pub(super) const fn new() -> Result<Self, Error> {
        Ok(Self)
    }

    #[allow(clippy::unused_self)]
    pub(super) async fn send(&self, request: &Request, token: Option<&Token>) -> Outcome {
        match exchange(request, token).await {
            Ok(outcome) => outcome,
            Err(error) => Outcome::Unreachable(describe(&error)),
        }
    }
}

async fn exchange(request: &Request, token: Option<&Token>) -> Result<Outcome, JsValue> {
    let end = Abort(AbortController::new());
    let init = init(request, token)?;
    set(&init, "signal", &end.0.signal())?;
    let response: FetchResponse = JsFuture::from(fetch(&request.url, &init)?).await?.unchecked_into();
    let mut bytes = Vec::new();
    if let Some(reader) = response.body().map(|body| body.reader()) {
        loop {
            let part = JsFuture::from(reader.read()).await?;
            let Ok(chunk) = Reflect::get(&part, &"value".into())?.dyn_into::<Uint8Array>() else { break };
            if bytes.len() + chunk.length() as usize > BODY_MAX {
                return Ok(Outcome::TooLarge);
            }
            bytes.extend_from_slice(&chunk.to_vec());
        }
    }
    let header = |name: &str| response.headers().get(name);
    Ok(Outcome::Response(Response {
        status: response.status(),
        date: header("date"),
        retry_after: header("retry-after"),
        workspace_id: header("x-databricks-org-id"),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    }))
}

/// The `RequestInit` of a request.
fn init(request: &Request, token: Option<&Token>) -> Result<Object, JsValue> {
    let (init, headers) = (Object::new(), Object::new());
    set(&headers, "accept", &"application/json".into())?;
    match (&request.authorization, token) {
        (Authorization::Basic(pair), _) => {
            set(&headers, "authorization", &concat(&["Basic ", pair.expose()]).into())?;
        }
        (Authorization::Workspace, Some(token)) => {
            set(&headers, "authorization", &concat(&["Bearer ", token.secret.expose()]).into())?;
        }
        _ => {}
    }
    if let Some(id) = &request.workspace_id {
        set(&headers, "x-databricks-workspace-id", &id.into())?;
    }
    if let Some(body) = &request.body {
        set(&headers, "content-type", &request.content_type.into())?;
        set(&init, "body", &body.expose().into())?;
    }
    set(&init, "headers", &headers)?;
    set(&init, "method", &request.method.into())?;
    // A followed redirect would carry the secret elsewhere.
    set(&init, "redirect", &"manual".into())?;
    Ok(init)
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), value).map(|_| ())
}

/// The platform's words for a failure.
fn describe(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| error.as_string()).unwrap_or_default()
}

/// Whether there is something to wait on: always.
#[allow(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
pub(super) const fn ready() -> Result<(), Error> {
    Ok(())
}

/// The moment.
pub(super) fn now(session: &Session) -> Now {
    session.now(monotonic(), js_sys::Date::now())
}

/// Stops its timer when it is dropped.
struct Timer(JsValue);

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.0);
    }
}

#[allow(clippy::cast_precision_loss)]
pub(super) async fn sleep(ms: u64) {
    let mut timer = None;
    let wait = Promise::new(&mut |resolve, reject| match set_timeout(&resolve, ms as f64) {
        Ok(id) => timer = Some(Timer(id)),
        // Outside of a request there are no timers.
        Err(error) => drop(reject.call1(&JsValue::UNDEFINED, &error)),
    });
    let _ = JsFuture::from(wait).await;
    drop(timer);
}

/// What the work brings, if it ends within so many ms.
pub(super) async fn within<T>(ms: u64, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut limit) = (pin!(work), pin!(sleep(ms)));
    poll_fn(|context| match (work.as_mut().poll(context), limit.as_mut().poll(context)) {
        (Poll::Ready(done), _) => Poll::Ready(Some(done)),
        (Poll::Pending, Poll::Ready(())) => Poll::Ready(None),
        (Poll::Pending, Poll::Pending) => Poll::Pending,
    })
    .await
}

/// Tells that a flight has ended, however it did.
struct Ending(Rc<Cell<bool>>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

/// Has a flight go on though the request that began it is answered.
pub(super) fn spawn(flight: BoxFuture<()>) -> Ended {
    let ended = Ended(Rc::default());
    let ending = Ending(Rc::clone(&ended.0));
    let promise = future_to_promise(async move {
        let _ending = ending;
        flight.await;
        Ok(JsValue::UNDEFINED)
    });
    // Outside of a request there is nothing to extend.
    let _ = wait_until(&promise);
    ended
}

/// The end of a flight.
#[derive(Clone)]
pub(super) struct Ended(Rc<Cell<bool>>);

impl Ended {
    /// Whether it comes within so many ms.
    #[allow(clippy::cast_precision_loss)]
    pub(super) async fn within(self, ms: u64) -> bool {
        let until = monotonic() + ms as f64;
        while !self.0.get() && monotonic() < until {
            sleep(TICK.min(ms)).await;
        }
        self.0.get()
    }
}
