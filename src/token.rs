//! Tokens that are held and shared, and the slot that holds one.

use crate::clock::Now;
use crate::planner::Planner;
use crate::secret::Secret;
use crate::shared::{Rc, RefCell};

/// A token of either hop.
#[derive(Debug)]
pub struct Token {
    /// The token itself.
    pub secret: Secret,
    /// Its end by the workspace's clock, in ms since the Unix epoch; 0 where nobody asks.
    pub expires_at: i64,
}

/// One cached token, shared by all requests of an isolate.
///
/// What is shared is plain data, never a lock: on workerd, work begun by a request that has ended stops without being
/// dropped, and a lock that it held would be held for ever.
pub struct Slot {
    /// Tells this slot from the others of its session.
    pub serial: u32,
    planner: RefCell<Planner<Rc<Token>>>,
}

impl Slot {
    /// An empty slot; `renews_early` as in [`Planner::new`].
    pub fn new(serial: u32, renews_early: bool) -> Self {
        Self { serial, planner: RefCell::new(Planner::new(renews_early)) }
    }

    /// Drops this token if it is the one held; tells whether it was.
    pub fn invalidate(&self, now: &Now, token: &str) -> bool {
        self.with(|planner| planner.invalidate(now, |held| held.secret.is(token)))
    }

    /// Asks the planner. The question may not ask this slot again.
    pub fn with<R>(&self, ask: impl FnOnce(&mut Planner<Rc<Token>>) -> R) -> R {
        ask(&mut self.planner.borrow_mut())
    }
}
