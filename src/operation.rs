//! Operations: everything a caller can ask for, as state machines that say what to do next.
//!
//! Whoever drives one calls [`Operation::step`], does what the step says, and steps again, until it is done or fails.
//! Nothing here does I/O or reads a clock.

mod acquire;
mod answer;
mod send;
mod step;
mod workspace_token;

pub use step::{Input, Mint, Notice, Output, Platform, Step};

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::call::Call;
use crate::clock::Now;
use crate::connection::Connection;
#[cfg(feature = "admin")]
use crate::endpoints::Listing;
use crate::error::Error;
#[cfg(feature = "admin")]
use crate::identity::Identity;
use crate::json::Value;
use crate::planner::FlightId;
use crate::session::{Provider, Session};
use crate::shared::Rc;
#[cfg(feature = "admin")]
use crate::sign_in::{Exchange, signed_out};
use crate::target::Target;
use crate::token::{Slot, Token};

/// A mint never starts on a workspace token with less to live, in ms: Azure refuses those with less than 30 s.
pub const WORKSPACE_TOKEN_MIN: u64 = 40_000;
/// Time limit of one flight with all its retries, in ms.
pub const FLIGHT: u64 = 60_000;
/// Time that a flight gets beyond each step's limit before it counts as lost, in ms.
pub const GRACE: u64 = 500;

enum Work {
    Acquire {
        provider: Rc<Provider>,
        min_remaining: Option<u64>,
    },
    Mint(Mint),
    /// `asked` is the text that was asked for; empty before.
    Token {
        id: FlightId,
        asked: String,
    },
    Generate {
        target: Target,
        request_id: String,
    },
    Describe,
    #[cfg(feature = "admin")]
    NativeLogin {
        enabled: bool,
    },
    Available,
    List {
        all: Vec<Value>,
        /// Bytes read so far.
        read: usize,
    },
    #[cfg(feature = "admin")]
    Endpoints(Listing),
    #[cfg(feature = "admin")]
    Exchange(Exchange),
    User,
    Connect {
        connection: Connection,
        available_by: u64,
    },
}

/// An operation under way.
pub struct Operation {
    session: Rc<Session>,
    work: Work,
    /// The instance or endpoint that this is about, if any.
    target: String,
    deadline: u64,
    call: Option<Call>,
    /// Calls answered so far.
    answers: u32,
    /// The workspace token that the call was sent with, and when.
    used: Option<Rc<Token>>,
    sent: Now,
    joined: Option<FlightId>,
}

impl Operation {
    fn new(session: &Rc<Session>, target: &str, deadline: u64, work: Work) -> Self {
        Self {
            session: Rc::clone(session),
            work,
            target: target.to_owned(),
            deadline,
            call: None,
            answers: 0,
            used: None,
            sent: Now::default(),
            joined: None,
        }
    }

    /// A token of a provider's that lives for `min_remaining` ms at least.
    pub fn acquire(
        session: &Rc<Session>,
        provider: Rc<Provider>,
        min_remaining: Option<u64>,
        deadline: u64,
    ) -> Self {
        let target = Rc::clone(&provider);
        Self::new(session, target.target.name(), deadline, Work::Acquire { provider, min_remaining })
    }

    /// One database credential, not cached.
    pub fn generate(session: &Rc<Session>, target: Target, request_id: String, deadline: u64) -> Self {
        let name = target.name().to_owned();
        Self::new(session, &name, deadline, Work::Generate { target, request_id })
    }

    /// One instance, or one endpoint by its path.
    pub fn describe(session: &Rc<Session>, name: &str, deadline: u64) -> Self {
        Self::new(session, name, deadline, Work::Describe)
    }

    /// The same, once it is available. One that will not become so by itself is an error that names the state.
    pub fn available(session: &Rc<Session>, name: &str, deadline: u64) -> Self {
        Self::new(session, name, deadline, Work::Available)
    }

    /// Lets native Postgres roles log in to an instance, or no longer; brings the instance.
    #[cfg(feature = "admin")]
    pub fn native_login(session: &Rc<Session>, name: &str, enabled: bool, deadline: u64) -> Self {
        Self::new(session, name, deadline, Work::NativeLogin { enabled })
    }

    /// All database instances.
    pub fn list(session: &Rc<Session>, deadline: u64) -> Self {
        Self::new(session, "", deadline, Work::List { all: Vec::new(), read: 0 })
    }

    /// The endpoints of all branches of all projects.
    #[cfg(feature = "admin")]
    pub fn list_endpoints(session: &Rc<Session>, deadline: u64) -> Self {
        Self::new(session, "", deadline, Work::Endpoints(Listing::default()))
    }

    /// The exchange of a code or refresh token.
    #[cfg(feature = "admin")]
    pub fn exchange(session: &Rc<Session>, exchange: Exchange, deadline: u64) -> Self {
        Self::new(session, "", deadline, Work::Exchange(exchange))
    }

    /// The name that the workspace knows this identity by.
    pub fn user(session: &Rc<Session>, deadline: u64) -> Self {
        Self::new(session, "", deadline, Work::User)
    }

    /// The connection to a provider's database. What was given costs no request; an instance that is starting is waited
    /// for until `available_by` (elapsed ms).
    pub fn connect(
        session: &Rc<Session>,
        provider: &Provider,
        mut connection: Connection,
        available_by: u64,
        deadline: u64,
    ) -> Self {
        if connection.user.is_empty()
            && let Some(user) = session.identity.user()
        {
            user.clone_into(&mut connection.user);
        }
        Self::new(session, provider.target.name(), deadline, Work::Connect { connection, available_by })
    }

    /// Whose operation this is.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The slot that this operation fills, if it is a flight, and the flight.
    pub fn flight(&self) -> Option<(&Slot, FlightId)> {
        match &self.work {
            Work::Mint(mint) => Some((&mint.provider.slot, mint.id)),
            Work::Token { id, .. } => Some((&self.session.token, *id)),
            _ => None,
        }
    }

    /// Says what to do next. A flight never fails: it tells its slot.
    pub fn step(&mut self, input: Input, platform: &Platform) -> Result<Step, Error> {
        #[cfg(not(target_arch = "wasm32"))]
        let session = Rc::clone(&self.session);
        #[cfg(not(target_arch = "wasm32"))]
        let _turn = session.turn();
        let error = match self.advance(input, platform) {
            Err(error) => self.about(error),
            next => return next,
        };
        #[cfg(feature = "admin")]
        if let Work::Exchange(exchange) = &self.work {
            return Err(exchange.failed(error));
        }
        let Some((slot, flight)) = self.flight() else { return Err(error) };
        if let Work::Mint(flight) = &self.work {
            (platform.notify)(Notice::Failed { flight, error: &error });
        }
        slot.with(|planner| planner.fail(flight, &platform.now, error, (platform.random)()));
        Ok(Step::Done(Output::None))
    }

    fn advance(&mut self, input: Input, platform: &Platform) -> Result<Step, Error> {
        #[cfg(feature = "admin")]
        if self.session.has_ended() {
            return Err(signed_out("the person has signed out"));
        }
        #[cfg(feature = "admin")]
        if let (Work::Token { id, .. }, Identity::SignedIn) = (&self.work, &self.session.identity) {
            return self.signed_in(*id, input, platform);
        }
        if let Work::Acquire { provider, min_remaining } = &self.work {
            let (provider, min_remaining) = (Rc::clone(provider), *min_remaining);
            return self.acquire_step(&provider, min_remaining, &input, platform);
        }
        if let Input::Outcome(outcome) = input {
            return if self.asks() { self.told(outcome, platform) } else { self.judge(outcome, platform) };
        }
        if let (Input::Lost, Some(flight)) = (&input, self.joined) {
            self.session.token.with(|planner| planner.lose(flight));
        }
        if self.call.is_none() {
            match self.request() {
                Some(request) => self.call = Some(Call::new(request, self.deadline)),
                None => return self.connected(),
            }
        }
        self.send(platform)
    }

    /// A sign of life of a flight, until when the next will come (elapsed ms).
    fn alive(&self, until: u64) {
        if let Some((slot, id)) = self.flight() {
            slot.with(|planner| planner.touch(id, until));
        }
    }

    /// A failed attempt of a flight, and when the next one comes (elapsed ms).
    fn set_back(&self, error: &Error, next: u64) {
        if let Some((slot, id)) = self.flight() {
            slot.with(|planner| planner.set_back(id, self.about(error.clone()), next));
        }
    }

    /// Says in an error what it is about.
    fn about(&self, mut error: Error) -> Error {
        if error.target.is_none() && !self.target.is_empty() {
            error.target = Some(self.target.clone());
        }
        if let Work::Mint(Mint { request_id, .. }) | Work::Generate { request_id, .. } = &self.work {
            error.request_id.get_or_insert_with(|| request_id.clone());
        }
        self.session.name(error)
    }
}
