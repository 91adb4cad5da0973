//! The client: what the core says to do is done here, by [`reqwest`](https://docs.rs/reqwest) on a Tokio runtime (feature
//! `reqwest`), or by `fetch` in a Cloudflare Worker (feature `worker`).
//!
//! All of it may be shared: a [`Workspace`] and a [`CredentialProvider`] are cheap to clone, and whoever drops the future of
//! a call ends that call and nobody else's.

mod credential;
#[cfg(not(target_arch = "wasm32"))]
mod native;
mod options;
mod provider;
mod run;
#[cfg(target_arch = "wasm32")]
mod worker;
mod workspace;

#[cfg(not(target_arch = "wasm32"))]
use native as platform;
#[cfg(target_arch = "wasm32")]
use worker as platform;

#[cfg(all(feature = "tokio-postgres", not(target_arch = "wasm32")))]
pub(crate) use native::{system_tls, tls_builder};

pub use credential::{
    ConnectionOptions, CredentialOptions, DatabaseCredential, GenerateDatabaseCredential, RequestedClaims,
};
pub use platform::{BoxFuture, MaybeSend};
pub use provider::{CredentialProvider, LoginError};
pub use workspace::{Workspace, WorkspaceBuilder};
