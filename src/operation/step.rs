//! What operations and those who drive them say to each other.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::Operation;
use crate::clock::Now;
use crate::connection::Connection;
use crate::error::Error;
use crate::http::{Outcome, Request};
use crate::instance::Instance;
use crate::json::Value;
use crate::planner::{FlightId, State};
use crate::session::Provider;
use crate::shared::Rc;
#[cfg(feature = "admin")]
use crate::sign_in::Grant;
use crate::token::Token;

/// What to do next.
pub enum Step {
    /// Send this, within `timeout` ms, and step with the outcome.
    Send {
        /// The request.
        request: Rc<Request>,
        /// The workspace token for it, if it wants one.
        token: Option<Rc<Token>>,
        /// In ms.
        timeout: u64,
    },
    /// Ask for the text that workspace tokens are got with, within so many ms, and step with the outcome: the text is the
    /// body of a response.
    Ask(u64),
    /// Begin to drive this operation, for which nobody need wait, and step at once.
    Launch(Box<Operation>),
    /// Wait for this flight, but for `ms` at the most. If it is known to be lost, step with [`Input::Lost`].
    Join {
        /// The serial of the slot that it will fill.
        slot: u32,
        /// The flight.
        flight: FlightId,
        /// At the most.
        ms: u64,
    },
    /// Wait this long, in ms.
    Sleep(u64),
    /// The end.
    Done(Output),
}

/// What came of the last step.
pub enum Input {
    /// Nothing to tell.
    None,
    /// Of a request.
    Outcome(Outcome),
    /// The flight waited for will never come back.
    Lost,
}

/// What an operation brings.
pub enum Output {
    /// Nothing: a flight fills its slot.
    None,
    /// A database credential.
    Token(Rc<Token>),
    /// An instance or endpoint.
    Instance(Instance),
    /// All instances.
    Instances(Vec<Value>),
    /// A user name.
    User(String),
    /// A connection.
    Connection(Connection),
    /// What signing in, or a refresh, brought.
    #[cfg(feature = "admin")]
    Grant(Grant),
}

/// What listeners and callbacks are told while an operation is under way.
pub enum Notice<'a> {
    /// A flight brought a credential.
    Minted {
        /// The flight.
        flight: &'a Mint,
        /// Attempts made for it.
        attempts: u32,
    },
    /// An attempt of a flight failed, and another follows.
    Retry {
        /// The flight.
        flight: &'a Mint,
        /// Attempts made so far.
        attempts: u32,
        /// The pause before the next, in ms.
        delay: u64,
        /// Why.
        error: &'a Error,
    },
    /// A flight failed.
    Failed {
        /// The flight.
        flight: &'a Mint,
        /// Why.
        error: &'a Error,
    },
    /// An instance that is waited for was seen in this state.
    Progress(&'a Instance),
}

/// One mint of a provider's credential.
pub struct Mint {
    /// The provider.
    pub provider: Rc<Provider>,
    /// `request_id` on the wire.
    pub request_id: String,
    /// When it was begun, in elapsed ms.
    pub begun: u64,
    /// Whether it renews what is still good.
    pub early: bool,
    /// The state before it.
    pub before: State,
    pub(super) id: FlightId,
}

/// What the platform gives to each step.
pub struct Platform<'a> {
    /// The moment.
    pub now: Now,
    /// Random numbers in 0..1.
    pub random: &'a dyn Fn() -> f64,
    /// A new request id.
    pub request_id: &'a dyn Fn() -> String,
    /// Who is told what happens.
    pub notify: &'a dyn Fn(Notice),
}
