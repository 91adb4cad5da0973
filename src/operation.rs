//! Operations: everything a caller can ask for, as state machines that say what to do next.
//!
//! Whoever drives one calls [`Operation::step`], does what the step says, and steps again, until it is done or fails.
//! Nothing here does I/O or reads a clock.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::answer::odd;
use crate::call::{Call, Verdict, backoff};
use crate::classify::Hop;
use crate::clock::Now;
use crate::connection::Connection;
use crate::driver::check_whole;
#[cfg(feature = "admin")]
use crate::endpoints::Listing;
use crate::error::{Code, Error};
use crate::fields::{SECRET_MAX, check_header};
use crate::http::{Authorization, Outcome, Request, Response};
#[cfg(feature = "admin")]
use crate::identity::Identity;
use crate::identity::WorkspaceToken;
use crate::instance::{Instance, Page, Readiness, me_request, user_name};
use crate::json::Value;
use crate::lifetime::{ASSUMED, Credential, LONGEST};
use crate::planner::{Decision, FlightId, Need, State};
use crate::secret::redact;
use crate::session::{Provider, Session};
#[cfg(feature = "admin")]
use crate::sign_in::{Exchange, Grant, signed_out};
use crate::target::Target;
use crate::text::concat;
use crate::token::{Slot, Token};

/// A mint never starts on a workspace token with less to live, in ms: Azure refuses those with less than 30 s.
pub const WORKSPACE_TOKEN_MIN: u64 = 40_000;
/// Time limit of one flight with all its retries, in ms.
pub const FLIGHT: u64 = 60_000;
/// Time that a flight gets beyond each step's limit before it counts as lost, in ms.
pub const GRACE: u64 = 500;
/// Pages asked for at the most: a list whose pages never end is none.
const PAGES: u32 = 1_000;
/// Most that a list's answers may hold in all, in bytes.
const LIST_MAX: usize = 32 * 1024 * 1024;

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
    id: FlightId,
}

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

    fn acquire_step(
        &mut self,
        provider: &Rc<Provider>,
        min_remaining: Option<u64>,
        input: &Input,
        platform: &Platform,
    ) -> Result<Step, Error> {
        let now = &platform.now;
        let need = Need { min_remaining, deadline: self.deadline, joined: self.joined };
        let decision = provider.slot.with(|planner| {
            if let (Input::Lost, Some(flight)) = (input, self.joined) {
                planner.lose(flight);
            }
            planner.decide(now, &need)
        });
        match decision {
            Decision::Serve { value, renew: false } => Ok(Step::Done(Output::Token(value))),
            // The next step finds the flight under way, and serves.
            Decision::Serve { renew: true, .. } => Ok(self.mint(provider, true, platform)),
            Decision::Begin => Ok(self.mint(provider, false, platform)),
            waiting => self.wait(provider.slot.serial, waiting, now),
        }
    }

    fn mint(&self, provider: &Rc<Provider>, early: bool, platform: &Platform) -> Step {
        let begun = platform.now.elapsed;
        let (before, id) = provider.slot.with(|planner| {
            let before = planner.state(&platform.now);
            (before, planner.begin(&platform.now, begun + self.session.request_timeout + GRACE))
        });
        let (provider, request_id) = (Rc::clone(provider), (platform.request_id)());
        let work = Work::Mint(Mint { provider, request_id, begun, early, before, id });
        Step::Launch(Box::new(Self::new(&self.session, &self.target, begun + FLIGHT, work)))
    }

    fn wait<T>(&mut self, slot: u32, decision: Decision<T>, now: &Now) -> Result<Step, Error> {
        match decision {
            Decision::Join { flight, until } => {
                self.joined = Some(flight);
                self.alive(until + GRACE);
                Ok(Step::Join { slot, flight, ms: until.saturating_sub(now.elapsed) + 1 })
            }
            Decision::Wait { until } => {
                self.alive(until + GRACE);
                // One more, since timers may fire within the ms before they are due.
                Ok(Step::Sleep(until.saturating_sub(now.elapsed) + 1))
            }
            Decision::Fail(error) => Err(error),
            Decision::Serve { .. } | Decision::Begin => Ok(Step::Sleep(0)),
        }
    }

    /// Sends the call, once it has the workspace token that it wants.
    fn send(&mut self, platform: &Platform) -> Result<Step, Error> {
        let Some(call) = &self.call else { return Ok(Step::Done(Output::None)) };
        let (now, request) = (&platform.now, Rc::clone(&call.request));
        let timeout = self.session.request_timeout.min(self.deadline.saturating_sub(now.elapsed));
        if self.asks() {
            self.alive(now.elapsed + timeout + GRACE);
            return Ok(Step::Ask(timeout));
        }
        let token = match (&request.authorization, self.session.identity.ready_token()) {
            (Authorization::Workspace, Some(token)) => Some(Rc::clone(token)),
            (Authorization::Workspace, None) => {
                let need = Need {
                    min_remaining: Some(WORKSPACE_TOKEN_MIN),
                    deadline: self.deadline,
                    joined: self.joined,
                };
                match self.session.token.with(|planner| planner.decide(now, &need)) {
                    Decision::Serve { value, .. } => Some(value),
                    Decision::Begin => return Ok(self.token_flight(now)),
                    Decision::Fail(error) if error.code == Code::LifetimeTooShort => {
                        let message =
                            "the token endpoint gave a workspace token that lives for less than 40 s";
                        return Err(Error::new(Code::ShortLivedToken, message));
                    }
                    waiting => {
                        // Who waits for this flight waits for that one.
                        self.session
                            .token
                            .with(|planner| planner.trouble().map(|error| self.set_back(error, 0)));
                        return self.wait(self.session.token.serial, waiting, now);
                    }
                }
            }
            _ => None,
        };
        self.sent = *now;
        self.used.clone_from(&token);
        self.alive(now.elapsed + timeout + GRACE);
        Ok(Step::Send { request, token, timeout })
    }

    fn token_flight(&self, now: &Now) -> Step {
        let id = self
            .session
            .token
            .with(|planner| planner.begin(now, now.elapsed + self.session.request_timeout + GRACE));
        let work = Work::Token { id, asked: String::new() };
        Step::Launch(Box::new(Self::new(&self.session, "", now.elapsed + FLIGHT, work)))
    }

    /// Whether the request to come is to carry a text that is still to be asked for.
    fn asks(&self) -> bool {
        let Work::Token { asked, .. } = &self.work else { return false };
        asked.is_empty() && self.session.identity.asks() && self.session.discovery.is_done()
    }

    /// Lands the token that the sign-in gives, once it has been asked for it. What failed was tried again there.
    #[cfg(feature = "admin")]
    fn signed_in(&mut self, id: FlightId, input: Input, platform: &Platform) -> Result<Step, Error> {
        let now = &platform.now;
        let Input::Outcome(outcome) = input else {
            self.sent = *now;
            self.alive(self.deadline + GRACE);
            return Ok(Step::Ask(self.deadline.saturating_sub(now.elapsed)));
        };
        match outcome {
            Outcome::Response(response) => {
                self.land(id, &response, now, (platform.random)())?;
                Ok(Step::Done(Output::None))
            }
            Outcome::TimedOut => Err(Error::new(Code::Timeout, "the sign-in gave no token in time")),
            Outcome::Unreachable(why) => Err(match self.session.sign_in() {
                Some(sign_in) => sign_in.trouble(&why),
                None => signed_out("nobody is signed in"),
            }),
            _ => Err(signed_out("nobody is signed in")),
        }
    }

    /// Takes the platform's token. If there is none, that counts as a failed attempt.
    fn told(&mut self, outcome: Outcome, platform: &Platform) -> Result<Step, Error> {
        let why = match outcome {
            Outcome::Response(response) => {
                match (check_header("", &response.body, SECRET_MAX), &mut self.work) {
                    (Ok(_), Work::Token { asked, .. }) => {
                        *asked = response.body;
                        self.call = None;
                        return self.advance(Input::None, platform);
                    }
                    _ => "it gave no token".to_owned(),
                }
            }
            Outcome::Unreachable(why) => redact(&why, &[]),
            _ => "it took too long".to_owned(),
        };
        let mut error = Error::argument("subjectToken", &concat(&["failed: ", &why]));
        error.retryable = true;
        self.judge(Outcome::Unsent(error), platform)
    }

    /// Judges what came of a request.
    fn judge(&mut self, outcome: Outcome, platform: &Platform) -> Result<Step, Error> {
        let Some(call) = &mut self.call else { return Ok(Step::Done(Output::None)) };
        let mut secrets = vec![self.session.identity.secret()];
        if let Some(token) = &self.used {
            secrets.push(token.secret.expose());
        }
        if let Work::Token { asked, .. } = &self.work {
            secrets.push(asked);
        }
        #[cfg(feature = "admin")]
        if let Work::Exchange(exchange) = &self.work {
            secrets.append(&mut exchange.secrets());
        }
        let renewable = self.session.identity.ready_token().is_none();
        match call.judge(&platform.now, outcome, (platform.random)(), &secrets, renewable) {
            Verdict::Done(response) => self.answered(&response, platform),
            Verdict::RenewToken => {
                if let Some(used) = self.used.take() {
                    #[cfg(feature = "admin")]
                    if let Some(sign_in) = self.session.sign_in() {
                        sign_in.refuse(&used.secret);
                    }
                    self.session.token.invalidate(&platform.now, used.secret.expose());
                }
                self.joined = None;
                self.send(platform)
            }
            Verdict::Retry { delay, error } => {
                let attempts = call.attempts();
                if let Work::Mint(flight) = &self.work {
                    (platform.notify)(Notice::Retry { flight, attempts, delay, error: &error });
                }
                self.set_back(&error, platform.now.elapsed + delay);
                Ok(self.pause(delay, &platform.now))
            }
            #[cfg(feature = "admin")]
            Verdict::Fail(error) if error.code == Code::NotFound && self.leave_out() => {
                self.list_on(platform)
            }
            Verdict::Fail(error) => Err(error),
        }
    }

    /// Leaves out the list that was asked for, if what it is of may have been deleted meanwhile; tells whether it did.
    #[cfg(feature = "admin")]
    fn leave_out(&mut self) -> bool {
        self.call = None;
        if let Work::Endpoints(listing) = &mut self.work { listing.skip() } else { false }
    }

    /// The next page of endpoints, or all of them.
    #[cfg(feature = "admin")]
    fn list_on(&mut self, platform: &Platform) -> Result<Step, Error> {
        match &mut self.work {
            Work::Endpoints(listing) if listing.next().is_none() => {
                Ok(Step::Done(Output::Instances(listing.finish())))
            }
            _ => self.advance(Input::None, platform),
        }
    }

    fn pause(&self, ms: u64, now: &Now) -> Step {
        self.alive(now.elapsed + ms + GRACE);
        Step::Sleep(ms)
    }

    /// The next request of this operation; `None` if a connection needs no more.
    fn request(&self) -> Option<Request> {
        let address = &self.session.address;
        match &self.work {
            Work::Mint(mint) => Some(mint.provider.target.mint_request(address, &mint.request_id)),
            Work::Token { asked, .. } => {
                let Session { identity, discovery, access, .. } = &*self.session;
                match discovery.token_endpoint() {
                    Some(url) => identity.token_request(&url, access, asked),
                    None => Some(discovery.request()),
                }
            }
            Work::Generate { target, request_id } => Some(target.mint_request(address, request_id)),
            Work::Describe | Work::Available => Some(Instance::request(address, &self.target)),
            #[cfg(feature = "admin")]
            Work::NativeLogin { enabled } => {
                Some(Instance::native_login_request(address, &self.target, *enabled))
            }
            Work::List { .. } => Some(Page::request(address, None)),
            #[cfg(feature = "admin")]
            Work::Endpoints(listing) => Some(Request::get(address, &listing.next()?)),
            #[cfg(feature = "admin")]
            Work::Exchange(exchange) => Some(exchange.request()),
            Work::User => Some(me_request(address)),
            Work::Connect { connection, .. } if connection.host.is_empty() => {
                Some(Instance::request(address, &self.target))
            }
            Work::Connect { connection, .. } if connection.user.is_empty() => Some(me_request(address)),
            Work::Connect { .. } | Work::Acquire { .. } => None,
        }
    }

    /// Reads a successful answer, and ends or goes on.
    fn answered(&mut self, response: &Response, platform: &Platform) -> Result<Step, Error> {
        let Some(call) = self.call.take() else { return Ok(Step::Done(Output::None)) };
        let attempts = call.attempts() + 1;
        self.answers += 1;
        let (now, random) = (&platform.now, (platform.random)());
        let pause = backoff(self.answers, random);
        let output = match &mut self.work {
            Work::Acquire { .. } => Output::None,
            Work::Mint(mint) => {
                let longest = mint.provider.target.longest_life();
                let minted = Credential::from_response(response, now.wall, longest)?;
                let token = Rc::new(Token { secret: minted.token, expires_at: minted.expires_at });
                let slot = &mint.provider.slot;
                slot.with(|planner| planner.land(mint.id, now, &self.sent, minted.lifetime, token, random));
                (platform.notify)(Notice::Minted { flight: mint, attempts });
                Output::None
            }
            Work::Token { .. } if call.request.method == "GET" => {
                self.session.discovery.read(&call.request.url, response, &self.session.address)?;
                return self.advance(Input::None, platform);
            }
            Work::Token { id, .. } => {
                let id = *id;
                self.land(id, response, now, random)?;
                Output::None
            }
            Work::Generate { target, .. } => {
                let minted = Credential::from_response(response, now.wall, target.longest_life())?;
                Output::Token(Rc::new(Token { secret: minted.token, expires_at: minted.expires_at }))
            }
            Work::Describe => Output::Instance(Instance::from_response(response)?),
            #[cfg(feature = "admin")]
            Work::NativeLogin { .. } => Output::Instance(Instance::from_response(response)?),
            Work::Available => {
                let instance = Instance::from_response(response)?;
                (platform.notify)(Notice::Progress(&instance));
                if instance.wait(now.elapsed + pause < self.deadline)? == Readiness::Coming {
                    return Ok(self.pause(pause, now));
                }
                Output::Instance(instance)
            }
            Work::List { all, read } => {
                *read += response.body.len();
                let mut page = Page::from_response(response)?;
                all.append(&mut page.instances);
                if let Some(token) = page.next {
                    if self.answers >= PAGES || *read > LIST_MAX {
                        return Err(odd(Hop::Api, "lists more than any workspace has"));
                    }
                    let request = Page::request(&self.session.address, Some(&token));
                    self.call = Some(Call::new(request, self.deadline));
                    return self.send(platform);
                }
                Output::Instances(core::mem::take(all))
            }
            #[cfg(feature = "admin")]
            Work::Endpoints(listing) => {
                listing.take(response)?;
                return self.list_on(platform);
            }
            #[cfg(feature = "admin")]
            Work::Exchange(exchange) => Output::Grant(exchange.granted(response, now.wall)?),
            Work::User => Output::User(user_name(response)?),
            Work::Connect { connection, available_by } if connection.host.is_empty() => {
                let instance = Instance::from_response(response)?;
                if instance.wait(now.elapsed + pause < *available_by)? == Readiness::Coming {
                    return Ok(self.pause(pause, now));
                }
                instance.host().ok_or_else(|| instance.no_host())?.clone_into(&mut connection.host);
                return self.advance(Input::None, platform);
            }
            Work::Connect { connection, .. } => {
                connection.user = user_name(response)?;
                return self.connected();
            }
        };
        Ok(Step::Done(output))
    }

    /// Takes a workspace token.
    #[inline]
    fn land(&self, id: FlightId, response: &Response, now: &Now, random: f64) -> Result<(), Error> {
        let granted = WorkspaceToken::from_response(response)?;
        let lifetime = granted.lifetime.unwrap_or(ASSUMED).min(LONGEST);
        let token = Rc::new(Token { secret: granted.token, expires_at: 0 });
        self.session.token.with(|planner| planner.land(id, now, &self.sent, lifetime, token, random));
        Ok(())
    }

    fn connected(&self) -> Result<Step, Error> {
        let Work::Connect { connection, .. } = &self.work else {
            return Err(Error::new(Code::Unauthenticated, "a ready token cannot be renewed"));
        };
        check_whole(connection)?;
        Ok(Step::Done(Output::Connection(connection.clone())))
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
