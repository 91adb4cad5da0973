//! What happened in the worlds that were run: a simulation in which nothing happens proves nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

use lakebase_credentials::Error;

#[derive(Clone, Default)]
pub(crate) struct Stats {
    pub(crate) worlds: u64,
    pub(crate) virtual_ms: u64,
    pub(crate) callers: u64,
    pub(crate) served: u64,
    pub(crate) aborted: u64,
    pub(crate) flights: u64,
    pub(crate) landed: u64,
    /// Tokens that came too late to be kept.
    pub(crate) late: u64,
    pub(crate) abandoned: u64,
    pub(crate) dropped: u64,
    pub(crate) requests: u64,
    /// When the first token came, in true ms.
    pub(crate) first_token: Option<u64>,
    /// Errors that callers were told, by code.
    pub(crate) errors: BTreeMap<&'static str, u64>,
}

impl Stats {
    pub(crate) fn count(&mut self, error: &Error) {
        *self.errors.entry(error.code.as_str()).or_default() += 1;
    }
}

impl AddAssign for Stats {
    fn add_assign(&mut self, other: Self) {
        self.worlds += other.worlds;
        self.virtual_ms += other.virtual_ms;
        self.callers += other.callers;
        self.served += other.served;
        self.aborted += other.aborted;
        self.flights += other.flights;
        self.landed += other.landed;
        self.late += other.late;
        self.abandoned += other.abandoned;
        self.dropped += other.dropped;
        self.requests += other.requests;
        for (code, count) in other.errors {
            *self.errors.entry(code).or_default() += count;
        }
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} worlds, {} virtual hours: {} callers, {} served, {} gave up; {} flights, {} landed, {} too late, \
             {} abandoned; {} tokens dropped; {} requests",
            self.worlds,
            self.virtual_ms / 3_600_000,
            self.callers,
            self.served,
            self.aborted,
            self.flights,
            self.landed,
            self.late,
            self.abandoned,
            self.dropped,
            self.requests,
        )?;
        write!(f, "errors told: {:?}", self.errors)
    }
}
