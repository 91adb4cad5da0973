//! What becomes of mints, for logs and metrics.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::time::Duration;

use crate::error::Error;
use crate::operation::{Mint, Notice};
use crate::planner::State;

/// What became of a mint, as [`super::WorkspaceBuilder::on_event`] hears of it. It holds no secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CredentialEvent {
    /// The instance's name or the endpoint's path.
    pub target: String,
    /// Names the mint in the workspace's logs.
    pub request_id: String,
    /// The time since the mint began.
    pub duration: Duration,
    /// The provider's state before the mint.
    pub reason: State,
    /// What happened.
    pub kind: EventKind,
}

/// What may become of a mint.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// A credential was got while callers waited for it.
    Mint {
        /// How many requests for a credential it took.
        attempts: u32,
    },
    /// A credential was got early, in the background.
    Renew {
        /// How many requests for a credential it took.
        attempts: u32,
    },
    /// An attempt failed, and another follows: to get a credential, or the workspace token for it. Of the latter the provider
    /// is told whose mint began it, and no other that waits for it.
    Retry {
        /// How many requests have failed so far.
        attempts: u32,
        /// How long until the next attempt.
        delay: Duration,
        /// Why.
        error: Error,
    },
    /// The attempts ended without a credential. Callers are still given a held one that is good for long enough.
    Fail {
        /// Why.
        error: Error,
    },
}

impl CredentialEvent {
    /// `None` if the notice is of no mint.
    pub(super) fn of(notice: &Notice, elapsed: u64) -> Option<Self> {
        let (flight, kind) = match *notice {
            Notice::Minted { flight, attempts } if flight.early => (flight, EventKind::Renew { attempts }),
            Notice::Minted { flight, attempts } => (flight, EventKind::Mint { attempts }),
            Notice::Retry { flight, attempts, delay, error } => {
                let (delay, error) = (Duration::from_millis(delay), error.clone());
                (flight, EventKind::Retry { attempts, delay, error })
            }
            Notice::Failed { flight, error } => (flight, EventKind::Fail { error: error.clone() }),
            Notice::Progress(_) => return None,
        };
        let Mint { provider, request_id, begun, before, .. } = flight;
        Some(Self {
            target: provider.target.name().to_owned(),
            request_id: request_id.clone(),
            duration: Duration::from_millis(elapsed - begun),
            reason: *before,
            kind,
        })
    }
}
