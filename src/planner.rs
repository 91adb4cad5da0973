//! Decides when a held token is served, renewed or fetched: the rule both hops follow.
//!
//! It does no I/O and reads no clock. Whoever drives it asks [`Planner::decide`] what to do for one caller, does that,
//! and asks again. Fetches are *flights*: one at a time, each with a time by which it must show a sign of life, since a
//! flight begun by a request that has ended may never come back.

use crate::call::{fraction, spread, timed_out};
use crate::clock::Now;
use crate::error::{Code, Error};
use crate::text::{concat, number};

/// Default of `minRemaining`, in ms: a slow TLS handshake and a cold start.
pub const MIN_REMAINING: u64 = 30_000;
/// How long a permanent refusal is remembered, in ms.
pub const REFUSAL: u64 = 30_000;
/// Shortest time between two flights, in ms. The first after a token was dropped or a flight was lost need not wait.
pub const FLOOR: u64 = 1_000;
/// Longest time between two flights while callers ask, in ms, unless `Retry-After` says more; and the time after a token
/// was dropped for a refused login in which no other is.
pub const CEILING: u64 = 60_000;
/// Longest `Retry-After` that is obeyed, in ms: a mistaken one must not silence a process for good.
pub const RETRY_AFTER_MAX: u64 = 600_000;

/// How long a login may take, in ms: for so long it may still be refused with a token that another was refused with.
pub const LOGIN: u64 = 30_000;

/// The number of a flight; later flights have higher ones.
pub type FlightId = u64;

/// What a caller needs.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// How long the token must still live, in ms; the default depends on how long it lives in all.
    pub min_remaining: Option<u64>,
    /// When this caller gives up, in elapsed ms.
    pub deadline: u64,
    /// The flight that this caller waited for last.
    pub joined: Option<FlightId>,
}

/// What to do for a caller now.
#[derive(Debug)]
pub enum Decision<T> {
    /// Hand this out.
    Serve {
        /// The token.
        value: T,
        /// Begin a flight too, for which nobody waits.
        renew: bool,
    },
    /// Begin a flight, then ask again.
    Begin,
    /// Wait for this flight, but not beyond `until` (elapsed ms); then ask again.
    Join {
        /// The flight.
        flight: FlightId,
        /// When to look again.
        until: u64,
    },
    /// Wait until then (elapsed ms), and ask again.
    Wait {
        /// When to look again.
        until: u64,
    },
    /// Tell the caller.
    Fail(Error),
}

/// How fresh what is held is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing is held.
    Empty,
    /// No renewal is due.
    Fresh,
    /// Valid, and a renewal is due.
    Stale,
    /// Past its life.
    Expired,
}

impl State {
    /// The word that `provider.state` gives.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Expired => "expired",
        }
    }
}

struct Held<T> {
    value: T,
    flight: FlightId,
    /// When its request was sent, which is when it began to live at the latest.
    sent: Now,
    /// When it came, in elapsed ms.
    landed: u64,
    lifetime: u64,
    /// The age, in ms, at which a renewal is due.
    renew_age: u64,
}

impl<T> Held<T> {
    /// In ms. What the wall clock leapt counts: the machine may have slept.
    fn age(&self, now: &Now) -> u64 {
        now.elapsed.saturating_sub(self.sent.elapsed) + now.leap.saturating_sub(self.sent.leap)
    }

    fn remaining(&self, now: &Now) -> u64 {
        self.lifetime.saturating_sub(self.age(now))
    }
}

struct Flight {
    id: FlightId,
    begun: u64,
    due_by: u64,
    /// Why its last attempt failed, and when the next one comes, in elapsed ms.
    setback: Option<(Error, u64)>,
}

struct Failure {
    flight: FlightId,
    error: Error,
    /// Until when it is told to new callers without a flight, in elapsed ms.
    until: u64,
}

/// One cached token, and the flight that renews it.
pub struct Planner<T> {
    renews_early: bool,
    held: Option<Held<T>>,
    flight: Option<Flight>,
    last_flight: FlightId,
    /// The newest flight that brought a token.
    landed: FlightId,
    failure: Option<Failure>,
    failures: u32,
    /// Whether the last flight was lost.
    lost: bool,
    /// Tokens dropped in a row soon after they came.
    quick_drops: u32,
    /// Until when a token is kept that a login is refused with, in elapsed ms.
    keeps_refused: u64,
    /// How often what is held was served, with never [`LOGIN`] between, less the refusals; and when last, in elapsed ms.
    served: u32,
    served_last: u64,
    /// How many logins with the token that was dropped may still be refused.
    late: u32,
    not_before: u64,
}

impl<T: Clone> Planner<T> {
    /// A planner that holds nothing. With `renews_early` it asks for renewals well before the end, and slows down when
    /// its tokens are dropped again and again; without, each call may drop a token, but only once.
    pub const fn new(renews_early: bool) -> Self {
        Self {
            renews_early,
            held: None,
            flight: None,
            last_flight: 0,
            landed: 0,
            failure: None,
            failures: 0,
            lost: false,
            quick_drops: 0,
            keeps_refused: 0,
            served: 0,
            served_last: 0,
            late: 0,
            not_before: 0,
        }
    }

    /// What to do now for a caller with this need.
    pub fn decide(&mut self, now: &Now, need: &Need) -> Decision<T> {
        if let Some(held) = &self.held
            && let min = need.min_remaining.unwrap_or_else(|| MIN_REMAINING.min(held.lifetime / 4))
            && held.remaining(now) > min
        {
            let (value, renew) = (held.value.clone(), self.may_renew(now, held));
            if !renew {
                if now.elapsed >= self.served_last + LOGIN {
                    self.served = 0;
                }
                self.served_last = now.elapsed;
                self.served = self.served.saturating_add(1);
            }
            return Decision::Serve { value, renew };
        }
        let told = |failure: &&Failure| need.joined == Some(failure.flight) || now.elapsed < failure.until;
        if let Some(failure) = self.failure.as_ref().filter(told) {
            return self.last_resort(now, need, failure.error.clone());
        }
        if now.elapsed >= need.deadline {
            return self.last_resort(
                now,
                need,
                timed_out("no token was had within the time given", self.trouble().map(|(error, _)| error)),
            );
        }
        if let Some(flight) = &self.flight {
            if now.elapsed < flight.due_by {
                return match &flight.setback {
                    Some((error, next)) if *next >= need.deadline || self.can_spare(now, need) => {
                        self.last_resort(now, need, later(error.clone(), now, *next))
                    }
                    _ => Decision::Join { flight: flight.id, until: flight.due_by.min(need.deadline) },
                };
            }
            self.lose(flight.id);
        }
        if let Some(error) = self.unsatisfiable(now, need) {
            return Decision::Fail(error);
        }
        let not_before = self.not_before();
        if now.elapsed >= not_before {
            return Decision::Begin;
        }
        let can_spare = self.failure.is_some() && self.can_spare(now, need);
        if not_before < need.deadline && !can_spare {
            return Decision::Wait { until: not_before };
        }
        let error = match &self.failure {
            Some(failure) => failure.error.clone(),
            None => timed_out("the next try comes after the time given", None),
        };
        self.last_resort(now, need, later(error, now, not_before))
    }

    /// What is left of a token is better than nothing, unless the caller said how much it needs.
    fn last_resort(&self, now: &Now, need: &Need, error: Error) -> Decision<T> {
        match &self.held {
            Some(held) if self.can_spare(now, need) => {
                Decision::Serve { value: held.value.clone(), renew: false }
            }
            _ => Decision::Fail(error),
        }
    }

    /// Whether what is held would do, if there is nothing better.
    fn can_spare(&self, now: &Now, need: &Need) -> bool {
        self.held.as_ref().is_some_and(|held| held.remaining(now) > need.min_remaining.unwrap_or(0))
    }

    /// What went wrong last with the flight under way, and when that tries again (elapsed ms); or with the one before.
    pub fn trouble(&self) -> Option<(&Error, u64)> {
        let setback = self.flight.as_ref().and_then(|flight| flight.setback.as_ref());
        setback
            .map(|(error, next)| (error, *next))
            .or(self.failure.as_ref().map(|failure| (&failure.error, 0)))
    }

    /// A token that came for this caller, or a moment ago, with less to live than asked: the next would come so too.
    fn unsatisfiable(&self, now: &Now, need: &Need) -> Option<Error> {
        let held = self.held.as_ref()?;
        let min = need.min_remaining?;
        let recent =
            need.joined == Some(held.flight) || now.elapsed < held.landed + CEILING.min(held.lifetime / 2);
        let offered = held.lifetime.saturating_sub(held.landed.saturating_sub(held.sent.elapsed));
        (recent && offered <= min).then(|| {
            let life = number(offered / 1000);
            Error::new(
                Code::LifetimeTooShort,
                concat(&["a new token has ", &life, " s to live, which is less than `minRemaining` asks"]),
            )
        })
    }

    /// When the next flight may begin. A token that came just now, and is still held, came too short-lived to be of use.
    fn not_before(&self) -> u64 {
        self.not_before.max(self.held.as_ref().map_or(0, |held| held.landed + FLOOR))
    }

    fn may_renew(&self, now: &Now, held: &Held<T>) -> bool {
        let airborne = self.flight.as_ref().is_some_and(|flight| now.elapsed < flight.due_by);
        self.renews_early && held.age(now) >= held.renew_age && now.elapsed >= self.not_before() && !airborne
    }

    /// Begins a flight that shows a sign of life by `due_by` (elapsed ms) or counts as lost.
    pub fn begin(&mut self, now: &Now, due_by: u64) -> FlightId {
        self.last_flight += 1;
        self.flight = Some(Flight { id: self.last_flight, begun: now.elapsed, due_by, setback: None });
        self.last_flight
    }

    /// The flight is alive, and will show another sign by `due_by`.
    pub fn touch(&mut self, id: FlightId, due_by: u64) {
        if let Some(flight) = self.flight.as_mut().filter(|flight| flight.id == id) {
            flight.due_by = due_by;
        }
    }

    /// An attempt of the flight failed, and the next one comes at `next` (elapsed ms). Callers whose time ends before
    /// are told why, and so are those whose time ends later with nothing to show.
    pub fn set_back(&mut self, id: FlightId, error: Error, next: u64) {
        if let Some(flight) = self.flight.as_mut().filter(|flight| flight.id == id) {
            flight.setback = Some((error, next));
        }
    }

    /// The flight is known to be lost; nothing happens if another has taken its place.
    pub fn lose(&mut self, id: FlightId) {
        let Some(flight) = self.flight.take_if(|flight| flight.id == id) else { return };
        if self.lost {
            self.not_before = self.not_before.max(flight.begun + FLOOR);
        }
        self.lost = true;
    }

    /// The flight brought a token that lives for `lifetime` ms from `sent`. Returns whether it is kept: one that comes
    /// after a newer flight's is not, even if that was dropped since. `random` in 0..1 spreads the renewals of many processes.
    pub fn land(
        &mut self,
        id: FlightId,
        now: &Now,
        sent: &Now,
        lifetime: u64,
        value: T,
        random: f64,
    ) -> bool {
        self.flight.take_if(|flight| flight.id == id);
        if self.landed > id {
            return false;
        }
        self.landed = id;
        if self.held.as_ref().is_some_and(|held| held.age(now) >= CEILING) {
            self.quick_drops = 0;
        }
        // Renewal is due with a sixth to a half of the life left: for one hour, a window of twenty minutes.
        let renew_age = lifetime - lifetime / 6 - fraction(lifetime / 3, random);
        self.held = Some(Held { value, flight: id, sent: *sent, landed: now.elapsed, lifetime, renew_age });
        self.served = 0;
        self.failure = None;
        self.failures = 0;
        self.lost = false;
        true
    }

    /// The flight failed. A refusal that lasts is remembered; anything else makes the next flight wait.
    pub fn fail(&mut self, id: FlightId, now: &Now, error: Error, random: f64) {
        if self.flight.take_if(|flight| flight.id == id).is_none() {
            return;
        }
        self.lost = false;
        self.failures = self.failures.saturating_add(1);
        // An instance becomes available by itself.
        let lasts = !error.retryable && error.code != Code::InstanceNotAvailable;
        let pause = if lasts {
            REFUSAL
        } else {
            FLOOR + fraction((FLOOR << self.failures.min(6)).min(CEILING - FLOOR), random)
        };
        let asked = error.retry_after.map_or(0, |wait| spread(wait.min(RETRY_AFTER_MAX), random));
        self.not_before = now.elapsed + pause.max(asked);
        let until = if lasts { self.not_before } else { 0 };
        self.failure = Some(Failure { flight: id, error, until });
    }

    /// Drops what is held if `is_it` says it is the one meant. The first token that is dropped soon after it came is
    /// replaced at once; more of them in a row make the next mint wait, since a refusal that has another reason would
    /// never end.
    pub fn invalidate(&mut self, now: &Now, is_it: impl FnOnce(&T) -> bool) -> bool {
        let is_it = self.held.as_ref().is_some_and(|held| is_it(&held.value));
        if is_it {
            self.drop_held(now);
        }
        is_it
    }

    fn drop_held(&mut self, now: &Now) {
        let Some(held) = self.held.take() else { return };
        if held.age(now) >= CEILING {
            self.quick_drops = 0;
            return;
        }
        if self.quick_drops > 0 {
            let growth = if self.renews_early { self.quick_drops.min(6) } else { 0 };
            self.not_before = self.not_before.max(held.landed + (FLOOR << growth).min(CEILING));
        }
        self.quick_drops = self.quick_drops.saturating_add(1);
    }

    /// A login was refused, with what is held or not, if that is known. What is held is dropped, and then none for a while
    /// unless it has expired: a role that is missing is refused with every token, and a pool may try for ever. Returns whether
    /// the next login has another token than this had.
    pub fn refuse(&mut self, now: &Now, held: Option<bool>) -> bool {
        let expired = self.state(now) == State::Expired;
        let keeps = !expired && now.elapsed < self.keeps_refused;
        if self.held.is_none() || !held.unwrap_or(!keeps || self.late == 0) {
            self.late = self.late.saturating_sub(1);
            return true;
        }
        self.served = self.served.saturating_sub(1);
        if !keeps {
            if !expired {
                self.keeps_refused = now.elapsed + CEILING;
            }
            self.late = self.served;
            self.drop_held(now);
        }
        !keeps
    }

    /// A login succeeded: it was the token's fault that one before was refused, and the next may be dropped at once. Not
    /// so where others are refused with good tokens again and again, which would have all wait for mints.
    pub const fn accept(&mut self) {
        self.served = self.served.saturating_sub(1);
        if self.quick_drops < 2 {
            self.keeps_refused = 0;
        }
    }

    /// Drops what is held.
    #[cfg(feature = "admin")]
    pub fn clear(&mut self) {
        self.held = None;
    }

    /// What is held, whatever its state.
    pub fn held(&self) -> Option<&T> {
        self.held.as_ref().map(|held| &held.value)
    }

    /// How fresh what is held is.
    pub fn state(&self, now: &Now) -> State {
        match &self.held {
            None => State::Empty,
            Some(held) if held.remaining(now) == 0 => State::Expired,
            Some(held) if held.age(now) >= held.renew_age => State::Stale,
            Some(_) => State::Fresh,
        }
    }
}

/// The error of a caller whose time ends before the next try.
fn later(mut error: Error, now: &Now, next: u64) -> Error {
    error.retry_after = Some(next.saturating_sub(now.elapsed));
    error
}
