//! What must hold at every step of every world.
//!
//! The checker keeps books of its own: it sees what was sent, answered and handed out, and never asks the planner.

use std::collections::{HashSet, VecDeque};

use lakebase_credentials::clock::Now;
use lakebase_credentials::planner::{FLOOR, MIN_REMAINING, REFUSAL, RETRY_AFTER_MAX};
use lakebase_credentials::{Code, Error};

use crate::workspace::{CLIENT_SECRET, Issued};

/// A sleep of up to 2 s is not told from slewing clocks.
const UNSEEN_SLEEP: u64 = 2_000;
/// Flights of one slot that may begin within a minute, however the world behaves: one a second, and one more for each
/// of the few exceptions that are made once in a row.
const BEGINS: usize = 64;
/// How often one operation may send: four attempts, and one more with a new workspace token.
const SENDS: u32 = 5;
/// How long a caller may be late, in ms: timers are set one later than due.
const LATE: u64 = 2;
/// How long nothing must have gone wrong for a caller to be sure of a token: `Retry-After` holds for eleven minutes.
const CALM: u64 = 12 * 60_000;

/// A token that a slot holds.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    /// Its number with the workspace.
    pub(crate) number: usize,
    pub(crate) flight: u64,
    pub(crate) sent: Now,
    /// As the answer told it, in ms.
    pub(crate) lifetime: u64,
}

impl Held {
    fn remaining(&self, now: &Now) -> u64 {
        self.lifetime.saturating_sub((now.elapsed - self.sent.elapsed) + (now.leap - self.sent.leap))
    }
}

/// What is known of one slot.
#[derive(Default)]
pub(crate) struct Book {
    /// The key of its target; nothing for the workspace token's.
    key: Option<String>,
    pub(crate) held: Option<Held>,
    dropped: HashSet<usize>,
    /// The flight under way, as a task that its runtime still runs.
    alive: Option<u64>,
    begins: VecDeque<u64>,
    /// Whether a flight was lost or a token dropped since the last flight began.
    excuse: bool,
    /// No flight may begin before, and why.
    closed: (u64, &'static str),
    refused: Option<(Code, u64)>,
    newest: u64,
    /// When a flight last brought a token to those who waited for it.
    landed: u64,
}

/// What a caller asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) slot: u32,
    pub(crate) min_remaining: Option<u64>,
    pub(crate) arrived: u64,
    pub(crate) deadline: u64,
}

impl Ask {
    /// How long the token held must live, in ms.
    fn enough(&self, held: &Held) -> u64 {
        self.min_remaining.unwrap_or_else(|| MIN_REMAINING.min(held.lifetime / 4))
    }
}

#[derive(Default)]
pub(crate) struct Checker {
    books: Vec<Book>,
    pub(crate) violation: Option<String>,
    /// Until when, in elapsed ms, something went wrong.
    disturbed: u64,
}

impl Checker {
    pub(crate) fn add_slot(&mut self, key: Option<String>) {
        self.books.push(Book { key, ..Book::default() });
    }

    pub(crate) fn book(&mut self, slot: u32) -> &mut Book {
        &mut self.books[slot as usize]
    }

    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds && self.violation.is_none() {
            self.violation = Some(what());
        }
    }

    /// Something happened for which a caller may go without a token for a while.
    pub(crate) fn disturb(&mut self, at: u64) {
        self.disturbed = self.disturbed.max(at);
    }

    pub(crate) fn began(&mut self, slot: u32, task: u64, at: u64) {
        let book = self.book(slot);
        let other = book.alive.replace(task);
        let (closed, why) = book.closed;
        while book.begins.front().is_some_and(|first| first + 60_000 <= at) {
            book.begins.pop_front();
        }
        let last = book.begins.back().copied();
        book.begins.push_back(at);
        let (crowd, excuse) = (book.begins.len(), core::mem::take(&mut book.excuse));
        self.expect(other.is_none(), || format!("two flights at once for slot {slot}"));
        self.expect(at >= closed, || {
            format!("a flight of slot {slot} began {} ms too early after {why}", closed - at)
        });
        self.expect(excuse || last.is_none_or(|last| at >= last + FLOOR), || {
            format!("a flight of slot {slot} began less than a second after the one before")
        });
        self.expect(crowd <= BEGINS, || format!("{crowd} flights of slot {slot} within a minute"));
    }

    /// The runtime no longer runs this flight.
    pub(crate) fn abandoned(&mut self, slot: u32, task: u64, at: u64) {
        let book = self.book(slot);
        if book.alive == Some(task) {
            book.alive = None;
            book.excuse = true;
        }
        self.disturb(at);
    }

    /// A flight ended, with an error unless it landed, and with the time until which `Retry-After` holds.
    pub(crate) fn ended(&mut self, slot: u32, task: u64, at: u64, failure: Option<(&Error, u64)>) {
        let book = self.book(slot);
        if book.alive != Some(task) {
            return;
        }
        book.alive = None;
        let Some((error, not_before)) = failure else {
            (book.refused, book.landed) = (None, at);
            return;
        };
        book.closed = (at + FLOOR, "a failure");
        book.refused = None;
        if !error.retryable && error.code != Code::InstanceNotAvailable {
            book.closed = (at + REFUSAL, "a refusal");
            book.refused = Some((error.code, at + REFUSAL));
        }
        let not_before = not_before.max(at + error.retry_after.unwrap_or(0).min(RETRY_AFTER_MAX));
        if not_before > book.closed.0 {
            book.closed = (not_before, "Retry-After");
        }
        let closed = book.closed.0;
        self.disturb(closed);
    }

    pub(crate) fn landed(&mut self, slot: u32, held: Held) {
        let book = self.book(slot);
        let before = book.held.replace(held);
        self.expect(before.is_none_or(|before| before.flight < held.flight), || {
            format!("a late answer overwrote a newer token of slot {slot}")
        });
    }

    pub(crate) fn dropped(&mut self, slot: u32, at: u64) {
        let book = self.book(slot);
        if let Some(held) = book.held.take() {
            book.dropped.insert(held.number);
        }
        book.excuse = true;
        self.disturb(at);
    }

    /// A request with a workspace token, which may be known, was sent.
    pub(crate) fn sent(&mut self, sends: u32, not_before: u64, at: u64, truth: u64, bearer: Option<&Issued>) {
        self.expect(sends <= SENDS, || format!("one operation sent {sends} requests"));
        self.expect(at >= not_before, || {
            format!("an attempt came {} ms before Retry-After", not_before - at)
        });
        if let Some(token) = bearer {
            let left = (token.ends + UNSEEN_SLEEP).saturating_sub(truth);
            self.expect(!token.honest || left >= 40_000, || {
                format!("a request started on a workspace token with {left} ms to live")
            });
        }
    }

    /// A caller was given a token.
    pub(crate) fn served(
        &mut self,
        ask: &Ask,
        number: Option<usize>,
        issued: &[Issued],
        now: &Now,
        truth: u64,
    ) {
        self.answered(ask, now);
        let book = &self.books[ask.slot as usize];
        let (key, held) = (book.key.clone(), book.held);
        let Some((number, token)) = number.and_then(|number| Some((number, issued.get(number)?))) else {
            return self.expect(false, || "a token was handed out that nobody issued".to_owned());
        };
        let was_dropped = book.dropped.contains(&number);
        self.expect(token.key == key, || {
            format!("slot {} handed out the token of {:?}", ask.slot, token.key)
        });
        self.expect(!was_dropped, || "a token was handed out after it was dropped".to_owned());
        let min = ask.min_remaining.unwrap_or(0);
        self.expect(!token.honest || truth + min < token.ends + UNSEEN_SLEEP, || {
            format!("a token was handed out {} ms past the life that was asked for", truth + min - token.ends)
        });
        self.expect(held.is_some_and(|held| held.number == number), || {
            "a token was handed out that is not the one held".to_owned()
        });
        let landed = self.book(ask.slot).landed;
        let sated = held.is_some_and(|held| held.lifetime > ask.enough(&held) + 10_000);
        self.expect(!sated || now.elapsed <= landed.max(ask.arrived) || landed < ask.arrived, || {
            format!("a caller waited for {} ms after the token came", now.elapsed - landed)
        });
        let (flight, newest) = (held.map_or(0, |held| held.flight), book_newest(self.book(ask.slot), held));
        self.expect(flight >= newest, || "an older token was handed out after a newer one".to_owned());
    }

    /// A caller was told an error.
    pub(crate) fn refused(&mut self, ask: &Ask, error: &Error, now: &Now, satisfiable: bool) {
        self.answered(ask, now);
        let left = self.book(ask.slot).held.map_or(0, |held| held.remaining(now));
        self.expect(left <= ask.min_remaining.unwrap_or(0), || {
            format!("a token with {left} ms to live was withheld: {error}")
        });
        let calm = ask.arrived >= self.disturbed + CALM && ask.deadline - ask.arrived >= 30_000;
        self.expect(!calm || !satisfiable, || format!("no token though all is well: {error}"));
        self.check_text(&error.message);
    }

    /// Nothing that a person may read holds a secret.
    pub(crate) fn check_text(&mut self, text: &str) {
        self.expect(!text.contains(CLIENT_SECRET) && !text.contains("eyJ") && !text.contains("dapi"), || {
            format!("a secret in a text: {text}")
        });
    }

    fn answered(&mut self, ask: &Ask, now: &Now) {
        self.expect(now.elapsed <= ask.deadline + LATE, || {
            format!("a caller was answered {} ms after its deadline", now.elapsed - ask.deadline)
        });
    }

    /// A caller waits, having just asked.
    pub(crate) fn waits(&mut self, ask: &Ask, now: &Now) {
        let book = self.book(ask.slot);
        let withheld = book.held.is_some_and(|held| held.remaining(now) > ask.enough(&held));
        let refused = book.refused.filter(|(_, until)| now.elapsed < *until);
        self.expect(!withheld, || "a caller waits though the token held would do".to_owned());
        self.expect(refused.is_none(), || format!("a caller waits though {refused:?} is known"));
    }

    /// A caller is still waiting at the end of the world.
    pub(crate) fn forgotten(&mut self, ask: &Ask, at: u64) {
        self.expect(at <= ask.deadline + LATE, || format!("a caller was never answered: {ask:?}"));
    }
}

/// The newest flight of which a token was handed out, this one included.
fn book_newest(book: &mut Book, held: Option<Held>) -> u64 {
    let before = book.newest;
    book.newest = before.max(held.map_or(0, |held| held.flight));
    before
}
