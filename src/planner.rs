//! Decides when a held token is served, renewed or fetched: the rule both hops follow.
//!
//! It does no I/O and reads no clock. Whoever drives it asks [`Planner::decide`] what to do for one caller, does that,
//! and asks again. Fetches are *flights*: one at a time, each with a time by which it must show a sign of life, since a
//! flight begun by a request that has ended may never come back.

use crate::call::fraction;
use crate::clock::Now;
use crate::error::{Code, Error};

/// Default of `minRemaining`, in ms: a slow TLS handshake and a cold start.
pub const MIN_REMAINING: u64 = 30_000;
/// How long a permanent refusal is remembered, in ms.
pub const REFUSAL: u64 = 30_000;
/// Shortest time between two flights, in ms.
pub const FLOOR: u64 = 1_000;
/// Longest time between two flights while callers ask, in ms, unless `Retry-After` says more.
pub const CEILING: u64 = 60_000;
/// Longest `Retry-After` that is obeyed, in ms: a mistaken one must not silence a process for good.
pub const RETRY_AFTER_MAX: u64 = 600_000;

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
    minted: u64,
    leap: u64,
    lifetime: u64,
    /// Elapsed ms at which a renewal is due.
    renew_at: u64,
}

impl<T> Held<T> {
    /// Time left, in ms, with a sleep of the machine counted as passed or not.
    fn remaining(&self, now: &Now, count_leap: bool) -> u64 {
        let slept = if count_leap { now.leap.saturating_sub(self.leap) } else { 0 };
        (self.minted + self.lifetime).saturating_sub(now.elapsed + slept)
    }
}

#[derive(Clone, Copy)]
struct Flight {
    id: FlightId,
    due_by: u64,
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
    failure: Option<Failure>,
    failures: u32,
    quick_drops: u32,
    not_before: u64,
}

impl<T: Clone> Planner<T> {
    /// A planner that holds nothing. With `renews_early` it asks for renewals well before the end.
    pub const fn new(renews_early: bool) -> Self {
        Self {
            renews_early,
            held: None,
            flight: None,
            last_flight: 0,
            failure: None,
            failures: 0,
            quick_drops: 0,
            not_before: 0,
        }
    }

    /// What to do now for a caller with this need.
    pub fn decide(&mut self, now: &Now, need: &Need) -> Decision<T> {
        if let Some(held) = &self.held
            && let min = need.min_remaining.unwrap_or_else(|| MIN_REMAINING.min(held.lifetime / 4))
            && held.remaining(now, true) > min
        {
            return Decision::Serve { value: held.value.clone(), renew: self.may_renew(now, held) };
        }
        if now.elapsed >= need.deadline {
            return self.last_resort(
                now,
                need,
                Error::new(Code::Timeout, "no token was had within the time given"),
            );
        }
        if let Some(flight) = self.flight {
            if now.elapsed < flight.due_by {
                return Decision::Join { flight: flight.id, until: flight.due_by.min(need.deadline) };
            }
            self.flight = None;
        }
        let told = self
            .failure
            .as_ref()
            .filter(|failure| need.joined == Some(failure.flight) || now.elapsed < failure.until);
        if let Some(failure) = told {
            return self.last_resort(now, need, failure.error.clone());
        }
        if let Some(error) = self.unsatisfiable(now, need) {
            return Decision::Fail(error);
        }
        if now.elapsed < self.not_before {
            if self.not_before < need.deadline {
                return Decision::Wait { until: self.not_before };
            }
            let mut error = self.failure.as_ref().map_or_else(
                || Error::new(Code::Timeout, "the next try comes after the time given"),
                |f| f.error.clone(),
            );
            error.retry_after = Some(self.not_before - now.elapsed);
            return self.last_resort(now, need, error);
        }
        Decision::Begin
    }

    /// A token that the machine may have slept through is better than none, once the workspace has failed.
    fn last_resort(&self, now: &Now, need: &Need, error: Error) -> Decision<T> {
        match &self.held {
            Some(held) if held.remaining(now, false) > need.min_remaining.unwrap_or(0) => {
                Decision::Serve { value: held.value.clone(), renew: false }
            }
            _ => Decision::Fail(error),
        }
    }

    /// A token just minted for this caller, or a moment ago, that lives for less than asked: the next would too.
    fn unsatisfiable(&self, now: &Now, need: &Need) -> Option<Error> {
        let held = self.held.as_ref()?;
        let min = need.min_remaining?;
        let recent =
            need.joined == Some(held.flight) || now.elapsed < held.minted + CEILING.min(held.lifetime / 2);
        (recent && held.lifetime <= min).then(|| {
            let life = (held.lifetime / 1000).to_string();
            Error::new(
                Code::LifetimeTooShort,
                ["a token lives for ", &life, " s, which is less than `minRemaining` asks"].concat(),
            )
        })
    }

    fn may_renew(&self, now: &Now, held: &Held<T>) -> bool {
        let airborne = self.flight.is_some_and(|flight| now.elapsed < flight.due_by);
        let slept = now.leap.saturating_sub(held.leap);
        self.renews_early
            && now.elapsed + slept >= held.renew_at
            && now.elapsed >= self.not_before
            && !airborne
    }

    /// Begins a flight that shows a sign of life by `due_by` (elapsed ms) or counts as lost.
    pub fn begin(&mut self, due_by: u64) -> FlightId {
        self.last_flight += 1;
        self.flight = Some(Flight { id: self.last_flight, due_by });
        self.last_flight
    }

    /// The flight is alive, and will show another sign by `due_by`.
    pub fn touch(&mut self, id: FlightId, due_by: u64) {
        if let Some(flight) = self.flight.as_mut().filter(|flight| flight.id == id) {
            flight.due_by = due_by;
        }
    }

    /// The flight is known to be lost; nothing happens if another has taken its place.
    pub fn lose(&mut self, id: FlightId) {
        self.flight = self.flight.filter(|flight| flight.id != id);
    }

    /// The flight brought a token that lives for `lifetime` ms from `sent` (elapsed ms). Returns whether it is kept: one
    /// that comes after a newer flight's is not. `random` in 0..1 spreads the renewals of many processes.
    pub fn land(&mut self, id: FlightId, now: &Now, sent: u64, lifetime: u64, value: T, random: f64) -> bool {
        self.lose(id);
        if self.held.as_ref().is_some_and(|held| held.flight > id) {
            return false;
        }
        // Renewal is due with a sixth to a half of the life left: for one hour, a window of twenty minutes.
        let early = if self.renews_early { lifetime / 6 + fraction(lifetime / 3, random) } else { 0 };
        let renew_at = sent + lifetime - early;
        self.held = Some(Held { value, flight: id, minted: sent, leap: now.leap, lifetime, renew_at });
        self.failure = None;
        self.failures = 0;
        self.not_before = self.not_before.max(now.elapsed + FLOOR);
        true
    }

    /// The flight failed. A permanent refusal is remembered; anything else makes the next flight wait.
    pub fn fail(&mut self, id: FlightId, now: &Now, error: Error, random: f64) {
        if self.flight.is_none_or(|flight| flight.id != id) {
            return;
        }
        self.flight = None;
        self.failures = self.failures.saturating_add(1);
        let until = if error.retryable { 0 } else { now.elapsed + REFUSAL };
        let asked = error.retry_after.unwrap_or(0).min(RETRY_AFTER_MAX);
        let pause = FLOOR + fraction((FLOOR << self.failures.min(6)).min(CEILING - FLOOR), random);
        self.not_before = now.elapsed + pause.max(asked);
        self.failure = Some(Failure { flight: id, error, until });
    }

    /// Drops what is held if `is_it` says it is the one meant. Tokens dropped soon after they were minted make the next
    /// mint wait longer each time, since a refusal that has another reason would never end.
    pub fn invalidate(&mut self, now: &Now, is_it: impl FnOnce(&T) -> bool) -> bool {
        let Some(held) = self.held.take_if(|held| is_it(&held.value)) else { return false };
        if now.elapsed < held.minted + CEILING {
            if self.quick_drops > 0 {
                self.not_before =
                    self.not_before.max(now.elapsed + (FLOOR << self.quick_drops.min(6)).min(CEILING));
            }
            self.quick_drops = self.quick_drops.saturating_add(1);
        } else {
            self.quick_drops = 0;
        }
        true
    }

    /// What is held, whatever its state.
    pub fn held(&self) -> Option<&T> {
        self.held.as_ref().map(|held| &held.value)
    }

    /// How fresh what is held is.
    pub fn state(&self, now: &Now) -> State {
        match &self.held {
            None => State::Empty,
            Some(held) if held.remaining(now, true) == 0 => State::Expired,
            Some(held) if now.elapsed + now.leap.saturating_sub(held.leap) >= held.renew_at => State::Stale,
            Some(_) => State::Fresh,
        }
    }
}
