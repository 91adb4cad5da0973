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
    Mint(Rc<Mint>),
    /// `asked` is the text that was asked for; empty before.
    Token {
        id: FlightId,
        asked: String,
        /// The mint that it was begun for.
        mint: Option<Rc<Mint>>,
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
        let error = self.about(error.clone());
        if let Some(mint) = self.minting() {
            mint.provider.slot.with(|planner| planner.set_back(mint.id, error.clone(), next));
        }
        if let Work::Token { id, .. } = &self.work {
            self.session.token.with(|planner| planner.set_back(*id, error, next));
        }
    }

    /// The mint that this flight is, or was begun for.
    const fn minting(&self) -> Option<&Rc<Mint>> {
        match &self.work {
            Work::Mint(mint) | Work::Token { mint: Some(mint), .. } => Some(mint),
            _ => None,
        }
    }

    /// Says in an error what it is about.
    fn about(&self, mut error: Error) -> Error {
        if error.target.is_none() && !self.target.is_empty() {
            error.target = Some(self.target.clone());
        }
        let request_id = match &self.work {
            Work::Mint(mint) => &mint.request_id,
            Work::Generate { request_id, .. } => request_id,
            _ => return self.session.name(error),
        };
        error.request_id.get_or_insert_with(|| request_id.clone());
        self.session.name(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::fields::Fields;
    use crate::http::{Outcome, Response};
    use core::cell::Cell;

    fn step(
        operation: &mut Operation,
        input: Input,
        elapsed: u64,
        retries: &Cell<u32>,
    ) -> Result<Step, Error> {
        let platform = Platform {
            now: Now { elapsed, leap: 0, wall: 0 },
            random: &|| 0.0,
            request_id: &|| "id".to_owned(),
            notify: &|notice| {
                if let Notice::Retry { flight, .. } = notice {
                    assert_eq!(flight.provider.target.name(), "orders");
                    retries.set(retries.get() + 1);
                }
            },
        };
        operation.step(input, &platform)
    }

    fn launched(step: Result<Step, Error>) -> Operation {
        match step {
            Ok(Step::Launch(flight)) => *flight,
            _ => panic!("no flight"),
        }
    }

    /// What callers are told while this hop asks to be left alone: who waited, and who comes then.
    fn told(identity: &[(&str, Value)]) -> (Error, Error) {
        let options = [&[("host", "h.example".into())], identity].concat();
        let options = options.into_iter().map(|(name, value)| (name.to_owned(), value));
        let options = Value::Object(options.collect());
        let session = Rc::new(Session::from_options(&Fields::of_object(Some(&options))).unwrap());
        let target = Value::object([("instance", "orders".into())]);
        let target = Target::of_provider(&Fields::of_object(Some(&target))).unwrap();
        let provider = Rc::new(Provider::new(&session, target));
        let acquire = |deadline| Operation::acquire(&session, Rc::clone(&provider), None, deadline);
        let retries = Cell::new(0);

        let mut caller = acquire(3_000);
        let mut mint = launched(step(&mut caller, Input::None, 0, &retries));
        assert!(matches!(step(&mut caller, Input::None, 0, &retries), Ok(Step::Join { .. })));
        let mut token;
        let mut next = step(&mut mint, Input::None, 0, &retries);
        let flight = if matches!(next, Ok(Step::Launch(_))) {
            token = launched(next);
            assert!(matches!(step(&mut mint, Input::None, 0, &retries), Ok(Step::Join { .. })));
            next = step(&mut token, Input::None, 0, &retries);
            &mut token
        } else {
            &mut mint
        };
        assert!(matches!(next, Ok(Step::Send { .. })));
        let answer = Response { status: 503, retry_after: Some("20".into()), ..Response::default() };
        let input = Input::Outcome(Outcome::Response(answer));
        assert!(matches!(step(flight, input, 100, &retries), Ok(Step::Sleep(20_000))));
        assert_eq!(retries.get(), 1);

        let fails =
            |caller: &mut Operation, elapsed| step(caller, Input::None, elapsed, &retries).err().unwrap();
        (fails(&mut caller, 3_000), fails(&mut acquire(6_000), 3_000))
    }

    #[test]
    fn callers_are_told_why_whichever_hop_fails() {
        let token = [("token", "t".into())];
        let principal = [("clientId", "app".into()), ("clientSecret", "s".into())];
        for (identity, hop) in [(&token[..], "the workspace"), (&principal[..], "the token endpoint")] {
            let (first, next) = told(identity);
            assert_eq!(first.code, Code::Timeout);
            assert!(first.message.ends_with(&[hop, " answered 503"].concat()), "{}", first.message);
            assert_eq!((next.code, next.retry_after), (Code::WorkspaceUnavailable, Some(17_100)));
        }
    }
}
