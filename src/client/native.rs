//! A service: reqwest over rustls, and timers and tasks of the Tokio runtime that the caller is on.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::error::Error as _;
use core::pin::Pin;
use core::time::Duration;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use rustls::{ClientConfig, ConfigBuilder, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::sync::watch;

use super::event::CredentialEvent;
use crate::clock::Now;
use crate::error::{Code, Error};
use crate::http::{Authorization, BODY_MAX, Outcome, Request, Response};
use crate::session::Session;
use crate::text::concat;
use crate::token::Token;

/// What may go from thread to thread: [`Send`] and [`Sync`]. In WebAssembly, which has one thread, it is anything.
pub trait MaybeSend: Send + Sync {}
impl<T: Send + Sync> MaybeSend for T {}

/// A future that goes from thread to thread; in WebAssembly, any.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What gives the text that workspace tokens are got with.
pub(super) type SubjectToken = Box<dyn Fn() -> BoxFuture<Outcome> + Send + Sync>;

/// What hears of mints.
pub(super) type Listener = Box<dyn Fn(&CredentialEvent) + Send + Sync>;

/// What sends requests.
pub(super) struct Http(reqwest::Client);

impl Http {
    pub(super) fn new() -> Result<Self, Error> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(system_tls()?)
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            // A followed redirect would carry the secret elsewhere, and so would a proxy of somebody's environment.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // The core alone decides what is sent again.
            .retry(reqwest::retry::never())
            .build()
            .map(Self)
            .map_err(|error| unusable(&describe(error)))
    }

    pub(super) async fn send(&self, request: &Request, token: Option<&Token>) -> Outcome {
        match self.exchange(request, token).await {
            Ok(outcome) => outcome,
            Err(error) => Outcome::Unreachable(describe(error)),
        }
    }

    async fn exchange(&self, request: &Request, token: Option<&Token>) -> Result<Outcome, reqwest::Error> {
        let method = match request.method {
            "POST" => reqwest::Method::POST,
            "PATCH" => reqwest::Method::PATCH,
            _ => reqwest::Method::GET,
        };
        let mut sent = self.0.request(method, &request.url).headers(headers(request, token));
        if let Some(body) = &request.body {
            sent = sent.body(body.expose().to_owned());
        }
        let mut answer = sent.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > BODY_MAX {
                return Ok(Outcome::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let header = |name: &str| answer.headers().get(name)?.to_str().ok().map(str::to_owned);
        Ok(Outcome::Response(Response {
            status: answer.status().as_u16(),
            date: header("date"),
            retry_after: header("retry-after"),
            workspace_id: header("x-databricks-org-id"),
            body: String::from_utf8_lossy(&body).into_owned(),
        }))
    }
}

/// The beginning of every TLS configuration.
pub(crate) fn tls_builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, Error> {
    // Named, since a program may have two, and none of them as its default.
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error.to_string()))
}

/// Trusts the certificate authorities of the system.
pub(crate) fn system_tls() -> Result<ClientConfig, Error> {
    let verified = tls_builder()?.with_platform_verifier().map_err(|error| unusable(&error.to_string()))?;
    Ok(verified.with_no_client_auth())
}

fn headers(request: &Request, token: Option<&Token>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut put = |name, text: &str, secret| {
        if let Ok(mut value) = HeaderValue::from_str(text) {
            value.set_sensitive(secret);
            headers.insert(name, value);
        }
    };
    put(ACCEPT, "application/json", false);
    match (&request.authorization, token) {
        (Authorization::Basic(pair), _) => put(AUTHORIZATION, &concat(&["Basic ", pair.expose()]), true),
        (Authorization::Workspace, Some(token)) => {
            put(AUTHORIZATION, &concat(&["Bearer ", token.secret.expose()]), true);
        }
        _ => {}
    }
    if let Some(id) = &request.workspace_id {
        put(reqwest::header::HeaderName::from_static("x-databricks-workspace-id"), id, false);
    }
    if request.body.is_some() {
        put(CONTENT_TYPE, request.content_type, false);
    }
    headers
}

fn unusable(why: &str) -> Error {
    Error::new(Code::Network, concat(&["there can be no TLS on this machine: ", why]))
}

/// The words of an error and of its causes: "error sending request" alone helps nobody.
fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        out.push_str(": ");
        out.push_str(&error.to_string());
        cause = error.source();
    }
    out
}

/// Whether there is a runtime to wait on: Tokio's functions panic without one.
pub(super) fn ready() -> Result<(), Error> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::argument("runtime", "is missing: this must be awaited on a Tokio runtime")),
    }
}

/// The moment.
#[allow(clippy::cast_precision_loss)]
pub(super) fn now(session: &Session) -> Now {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    session.now(ms(BEGIN.elapsed()), ms(wall))
}

pub(super) async fn sleep(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// What the work brings, if it ends within so many ms.
pub(super) async fn within<T>(ms: u64, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(Duration::from_millis(ms), work).await.ok()
}

/// Has a flight go on as a task of its own.
pub(super) fn spawn(flight: BoxFuture<()>) -> Ended {
    let (alive, ended) = watch::channel(());
    tokio::spawn(async move {
        // Dropped however it ends, with its runtime too.
        let _alive = alive;
        flight.await;
    });
    Ended(ended)
}

/// The end of a flight.
#[derive(Clone)]
pub(super) struct Ended(watch::Receiver<()>);

impl Ended {
    /// Whether it comes within so many ms.
    pub(super) async fn within(mut self, ms: u64) -> bool {
        within(ms, async { while self.0.changed().await.is_ok() {} }).await.is_some()
    }
}
