//! A planner and the promise of its flight, shared by all requests of an isolate.
//!
//! What is shared is plain data and a promise, never a lock or a Rust future: on workerd, work begun by a request that
//! has ended stops without being dropped, and what it held would be held for ever.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::platform::{now, random, wait_until};
use super::wait::{Wait, Work, within};
use crate::error::Error;
use crate::planner::{Decision, FlightId, Need, Planner};
use crate::secret::Secret;

/// Time that a flight gets beyond each step's limit before it counts as lost, in ms.
pub(super) const GRACE: u64 = 500;

/// A token as both sides hold it.
pub(super) struct Token {
    pub(super) secret: Secret,
    /// The same token as a JavaScript string, made once: a cached call hands out this very string.
    pub(super) js: JsValue,
    /// The end by the workspace's clock, in ms since the Unix epoch.
    pub(super) expires_at: i64,
}

impl Token {
    pub(super) fn new(secret: Secret, expires_at: i64) -> Rc<Self> {
        let js = JsValue::from_str(secret.expose());
        Rc::new(Self { secret, js, expires_at })
    }
}

/// What a flight brought.
pub(super) struct Landed {
    pub(super) token: Rc<Token>,
    /// When the request was sent, in elapsed ms.
    pub(super) sent: u64,
    /// In ms, from then.
    pub(super) lifetime: u64,
}

/// One cached token.
pub(super) struct Slot {
    planner: RefCell<Planner<Rc<Token>>>,
    flight: Cell<Option<(FlightId, Promise)>>,
}

impl Slot {
    pub(super) fn new(renews_early: bool) -> Rc<Self> {
        Rc::new(Self { planner: RefCell::new(Planner::new(renews_early)), flight: Cell::new(None) })
    }

    /// Asks the planner, which is never borrowed across an `await` or a call into JavaScript.
    pub(super) fn with<R>(&self, ask: impl FnOnce(&mut Planner<Rc<Token>>) -> R) -> R {
        ask(&mut self.planner.borrow_mut())
    }

    /// Begins a flight, in the care of the request that runs now.
    pub(super) fn launch(
        self: &Rc<Self>,
        due_by: u64,
        fly: impl FnOnce(FlightId) -> Work<'static, Result<Landed, Error>>,
    ) {
        let id = self.with(|planner| planner.begin(due_by));
        self.fly(id, fly(id));
    }

    fn fly(self: &Rc<Self>, id: FlightId, fly: Work<'static, Result<Landed, Error>>) {
        let slot = Rc::clone(self);
        let promise = future_to_promise(async move {
            let result = fly.await;
            let now = now();
            slot.with(|planner| match result {
                Ok(landed) => {
                    planner.land(id, &now, landed.sent, landed.lifetime, landed.token, random());
                }
                Err(error) => planner.fail(id, &now, error, random()),
            });
            Ok(JsValue::UNDEFINED)
        });
        wait_until(&promise);
        self.flight.set(Some((id, promise)));
    }

    /// Waits for what the planner says. `alive` is told until when this waits, for a flight that waits in turn.
    pub(super) async fn acquire(
        self: &Rc<Self>,
        mut need: Need,
        launch: &dyn Fn(bool),
        alive: &dyn Fn(u64),
    ) -> Result<Rc<Token>, Error> {
        loop {
            let moment = now();
            let decision = self.with(|planner| planner.decide(&moment, &need));
            match decision {
                Decision::Serve { value, renew } => {
                    if renew {
                        launch(true);
                    }
                    return Ok(value);
                }
                Decision::Begin => launch(false),
                Decision::Join { flight, until } => {
                    alive(until + GRACE);
                    need.joined = Some(flight);
                    self.join(flight, until.saturating_sub(moment.elapsed)).await;
                }
                Decision::Wait { until } => {
                    alive(until + GRACE);
                    // One more, since timers may fire within the ms before they are due.
                    Wait::sleep(until.saturating_sub(moment.elapsed) + 1).await;
                }
                Decision::Fail(error) => return Err(error),
            }
        }
    }

    /// Waits for a flight that another request may have begun, by a timer of this request.
    async fn join(&self, flight: FlightId, ms: u64) {
        let current = self.flight.take();
        self.flight.set(current.clone());
        let promise = current.filter(|(id, _)| *id == flight).map(|(_, promise)| promise);
        let Some(promise) = promise else { return Wait::sleep(ms + 1).await };
        if let Some(Err(_)) = within(Box::pin(JsFuture::from(promise)), Wait::sleep(ms + 1)).await {
            // The platform says that the request that began it has ended.
            self.with(|planner| planner.lose(flight));
        }
    }
}
