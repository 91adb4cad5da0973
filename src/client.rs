//! The client: what the core says to do is done here, by [`reqwest`](https://docs.rs/reqwest) on a Tokio runtime (feature
//! `reqwest`), or by `fetch` in a Cloudflare Worker (feature `worker`).
//!
//! All of it may be shared: a [`Workspace`] and a [`CredentialProvider`] are cheap to clone. A call waits for 30 s at the
//! most; whoever has less time drops its future, which ends that call and nobody else's.
//!
//! Logs and metrics hear of each mint by [`WorkspaceBuilder::on_event`].

mod credential;
mod event;
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
pub use event::{CredentialEvent, EventKind};
pub use platform::{BoxFuture, MaybeSend};
pub use provider::{CredentialProvider, LoginError};
pub use workspace::{Workspace, WorkspaceBuilder};
