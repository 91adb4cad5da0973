//! Databricks Lakebase takes a short-lived OAuth token as the Postgres password. This crate gets that token, keeps it
//! fresh, and gives it to the Postgres driver, over verified TLS only.
//!
#![cfg_attr(
    all(feature = "tokio-postgres", not(target_arch = "wasm32")),
    doc = r#"
```no_run
use lakebase_credentials::client::{CredentialOptions, Workspace};
use lakebase_credentials::postgres::Connector;

# async fn run(client_id: String, client_secret: String) -> Result<(), Box<dyn std::error::Error>> {
let workspace = Workspace::builder("my-workspace.cloud.databricks.com").service_principal(client_id, client_secret).build()?;
let provider = workspace.credentials(&CredentialOptions::instance("orders"))?;
let connector = Connector::new(&provider, &tokio_postgres::Config::new(), None).await?; // host and user are looked up
let (client, connection) = connector.connect().await?; // as often as a pool asks
tokio::spawn(connection);
client.query_one("SELECT now()", &[]).await?;
# Ok(())
# }
```
"#
)]
//!
//! # What it promises
//!
//! 1. Two round trips cold, one with a ready token, none warm. A thousand callers at once cost the same two.
//! 2. A token whenever one can be had: while the one held is good, a failing workspace is not the caller's problem.
//! 3. Nothing waits for ever, and whoever drops a future ends that call and nobody else's.
//! 4. No storms: back-off with jitter, `Retry-After` obeyed, refusals remembered, renewals spread wide.
//! 5. The clock may be wrong.
//! 6. Secrets stay secret: a [`Secret`] prints as `[secret]`, no error quotes one, and each goes to the configured workspace
//!    over https and never along a redirect.
//! 7. Errors say what to do: an [`Error`] has a [`Code`], a hint, and whether a retry helps.
//! 8. It does not panic, whatever it is given.
//!
//! # Features
//!
//! | feature | |
//! | --- | --- |
//! | `reqwest` | `client`, for services: by reqwest over rustls (ring), on a Tokio runtime |
//! | `tokio-postgres` | `postgres` too: connections by tokio-postgres |
//! | `worker` | `client`, for Cloudflare Workers in Rust, on `wasm32-unknown-unknown`: by the platform's `fetch` |
//! | `admin` (default) | what pages and tools need beside: signing a person in, lists of endpoints, native roles, code to copy |
//! | `std` (default) | needed by programs in WebAssembly; nothing elsewhere |
//!
//! # Where to look
//!
//! `client` has what programs call: `Workspace`, `CredentialProvider` and their options. All else is the core, which does no
//! I/O and reads no clock: it is given time, randomness and answers, and says what to do next. A program with an HTTP client
//! of its own drives it as `client` does: [`operation::Operation::step`] says what to send, and is told what came of it.
//!
//! `examples/orders.rs` is a service, and `examples/worker/` a Worker that queries its database by the platform's sockets.
//!
//! The npm package of the same name is this crate, compiled to WebAssembly.

#![cfg_attr(not(test), no_std)]

extern crate alloc;
#[cfg(any(feature = "std", not(target_arch = "wasm32")))]
extern crate std;

#[cfg(all(target_arch = "wasm32", not(any(feature = "std", npm))))]
compile_error!("in WebAssembly this crate needs its feature `std`, by which it reads JSON");

pub mod access;
pub mod address;
pub mod answer;
pub mod call;
pub mod classify;
#[cfg(any(
    all(feature = "reqwest", not(target_arch = "wasm32")),
    all(feature = "worker", target_arch = "wasm32")
))]
pub mod client;
pub mod clock;
#[cfg(feature = "admin")]
pub mod code;
pub mod connection;
pub mod discovery;
pub mod driver;
#[cfg(feature = "admin")]
pub mod endpoints;
pub mod error;
pub mod fields;
pub mod forward;
pub mod http;
pub mod identity;
pub mod instance;
pub mod json;
pub mod lifetime;
pub mod login;
pub mod operation;
pub mod planner;
#[cfg(all(feature = "tokio-postgres", not(target_arch = "wasm32")))]
pub mod postgres;
#[cfg(feature = "admin")]
pub mod role;
pub mod secret;
pub mod session;
mod shared;
#[cfg(feature = "admin")]
pub mod sign_in;
pub mod target;
pub mod text;
pub mod time;
pub mod tls;
pub mod token;
#[cfg(all(target_arch = "wasm32", npm))]
#[doc(hidden)]
pub mod web;

pub use error::{Code, Error};
pub use secret::Secret;
