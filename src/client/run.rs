//! The loop that carries out what an operation says, and the flights that go on beside it.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::event::CredentialEvent;
use super::platform::{self, Ended, Http, Listener, SubjectToken};
use crate::error::Error;
use crate::http::Outcome;
use crate::operation::{Input, Operation, Output, Platform, Step};
use crate::session::Session;
use crate::shared::{Rc, RefCell};

/// What all callers of a workspace share.
pub(super) struct Client {
    pub(super) session: Rc<Session>,
    pub(super) subject_token: Option<SubjectToken>,
    listener: Option<Listener>,
    http: Http,
    /// The end of the flight last begun for each slot.
    flights: RefCell<BTreeMap<u32, Ended>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("host", &self.session.address.origin()).finish_non_exhaustive()
    }
}

impl Client {
    pub(super) fn new(
        session: Session,
        subject_token: Option<SubjectToken>,
        listener: Option<Listener>,
    ) -> Result<Self, Error> {
        let (session, http, flights) = (Rc::new(session), Http::new()?, RefCell::default());
        Ok(Self { session, subject_token, listener, http, flights })
    }

    /// The moment, in elapsed ms, so many ms from now.
    pub(super) fn deadline(&self, ms: u64) -> u64 {
        platform::now(&self.session).elapsed + ms
    }

    fn step(
        &self,
        operation: &mut Operation,
        input: Input,
        events: &mut Vec<CredentialEvent>,
    ) -> Result<Step, Error> {
        let now = platform::now(&self.session);
        let events = core::cell::RefCell::new(events);
        let platform = Platform {
            now,
            random: &random,
            request_id: &request_id,
            notify: &|notice| events.borrow_mut().extend(CredentialEvent::of(&notice, now.elapsed)),
        };
        operation.step(input, &platform)
    }

    async fn ask(&self, timeout: u64) -> Outcome {
        match &self.subject_token {
            Some(ask) => platform::within(timeout, ask()).await.unwrap_or(Outcome::TimedOut),
            None => Outcome::Unreachable("there is nobody to ask".into()),
        }
    }

    /// Takes the next step that is to be waited for.
    fn advance(self: &Rc<Self>, operation: &mut Operation, mut input: Input) -> Result<Step, Error> {
        loop {
            let mut events = Vec::new();
            // Held while a flight is begun and noted, so that whoever joins it, on whichever thread, finds it.
            let mut flights = self.flights.borrow_mut();
            let step = self.step(operation, input, &mut events);
            let step = match step {
                Ok(Step::Launch(flight)) => {
                    if let Some(slot) = flight.flight().map(|(slot, _)| slot.serial) {
                        flights.insert(slot, self.launch(*flight));
                    }
                    None
                }
                step => Some(step),
            };
            // A listener may ask the provider for anything.
            drop(flights);
            if let Some(listener) = &self.listener {
                events.iter().for_each(listener);
            }
            match step {
                Some(step) => return step,
                None => input = Input::None,
            }
        }
    }

    /// Has a flight go on by itself: whoever began it may be gone before it ends.
    fn launch(self: &Rc<Self>, flight: Operation) -> Ended {
        let client = Rc::clone(self);
        platform::spawn(Box::pin(async move {
            // It tells its slot what came of it.
            let _ = client.run(flight).await;
        }))
    }

    /// Whether the flight last begun for this slot has ended within so many ms: if it is still waited for then, it is lost.
    async fn join(&self, slot: u32, ms: u64) -> bool {
        let flight = self.flights.borrow().get(&slot).cloned();
        match flight {
            Some(flight) => flight.within(ms).await,
            None => true,
        }
    }

    /// Carries an operation out.
    pub(super) async fn run(self: &Rc<Self>, mut operation: Operation) -> Result<Output, Error> {
        platform::ready()?;
        let mut input = Input::None;
        loop {
            input = match self.advance(&mut operation, input)? {
                Step::Send { request, token, timeout } => {
                    let sent = self.http.send(&request, token.as_deref());
                    Input::Outcome(platform::within(timeout, sent).await.unwrap_or(Outcome::TimedOut))
                }
                Step::Ask(timeout) => Input::Outcome(self.ask(timeout).await),
                Step::Join { slot, ms, .. } if self.join(slot, ms).await => Input::Lost,
                // A flight is launched by `advance` already.
                Step::Join { .. } | Step::Launch(_) => Input::None,
                Step::Sleep(ms) => {
                    platform::sleep(ms).await;
                    Input::None
                }
                Step::Done(output) => return Ok(output),
            };
        }
    }
}

/// Random bytes; zeros where the platform refuses them, which only makes jitter and request ids plainer.
fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let _ = getrandom::fill(&mut bytes);
    bytes
}

/// A random number in 0..1, for jitter.
fn random() -> f64 {
    f64::from(u32::from_le_bytes(random_bytes())) / 4_294_967_296.0
}

/// A new request id: a UUID of version 4.
pub(super) fn request_id() -> alloc::string::String {
    let id = uuid::Builder::from_random_bytes(random_bytes()).into_uuid();
    id.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()).into()
}
