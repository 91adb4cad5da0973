//! What a workspace does to those who ask it.

use fastrand::Rng;

/// How one route of the workspace behaves for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Weather {
    /// As documented.
    Fair,
    /// One of the transient failures, every now and then.
    Flaky,
    /// An error status, with `Retry-After` in seconds (the flag: as a date) or without.
    Down(u16, Option<(u64, bool)>),
    /// Connections are reset.
    Reset,
    /// Requests are never answered.
    Hang,
    /// The answer ends before its end.
    Cut,
    /// A page in HTML, with status 200.
    Page,
    /// A body beyond all bounds.
    TooLarge,
    /// An error that repeats the secrets it was sent.
    Echo,
    /// A refusal that lasts.
    Refusal,
    /// The instance is not available.
    NotAvailable,
    /// Every token is refused, however new.
    Unauthenticated,
    /// Workspace tokens from before are refused.
    Revoked,
    /// A redirect.
    Redirect,
    /// Another workspace answers.
    OtherWorkspace,
    /// An expiry that is absent or makes no sense.
    Odd(Odd),
    /// A `Date` that is off by so many ms, or none.
    Date(Option<i64>),
    /// Tokens live this long, in ms.
    Life(u64),
}

/// Ways in which an expiry makes no sense.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Odd {
    Absent,
    Unparsable,
    Past,
    FarAhead,
    Number,
}

const HOUR: i64 = 3_600_000;

impl Weather {
    /// Transient trouble.
    pub(crate) fn trouble(rng: &mut Rng) -> Self {
        match rng.u8(0..10) {
            0 => Self::Down(503, None),
            1 => Self::Down(503, Some((rng.u64(0..120), rng.bool()))),
            2 => Self::Down(429, Some((rng.u64(1..30), false))),
            3 => Self::Down(429, Some((rng.u64(60..2_000), rng.bool()))),
            4 => Self::Down(500, None),
            5 => Self::Reset,
            6 => Self::Hang,
            7 => Self::Cut,
            8 => Self::Page,
            _ => Self::Echo,
        }
    }

    /// Anything but fair.
    pub(crate) fn foul(rng: &mut Rng) -> Self {
        match rng.u8(0..24) {
            0..=8 => Self::trouble(rng),
            9..=11 => Self::Flaky,
            12 => Self::Refusal,
            13 => Self::NotAvailable,
            14 => Self::Unauthenticated,
            15 => Self::Revoked,
            16 => Self::Redirect,
            17 => Self::OtherWorkspace,
            18 => Self::TooLarge,
            19 => Self::Odd(
                [Odd::Absent, Odd::Unparsable, Odd::Past, Odd::FarAhead, Odd::Number][rng.usize(0..5)],
            ),
            20 => Self::Date(None),
            21 => Self::Date(Some(rng.i64(-3 * HOUR..3 * HOUR))),
            22 => Self::Life([1, 900, 2_500, 12_000, 35_000, 45_000, 70_000][rng.usize(0..7)]),
            _ => Self::Life(rng.u64(60_000..900_000)),
        }
    }
}

/// The weather of one route, which changes by itself.
pub(crate) struct Sky {
    weather: Weather,
    until: u64,
    /// Mean time that fair and foul weather last, in ms.
    fair: u64,
    foul: u64,
}

impl Sky {
    pub(crate) fn new(fair: u64, foul: u64) -> Self {
        Self { weather: Weather::Fair, until: 0, fair, foul }
    }

    /// The weather at this moment (true ms), and whether it began just now.
    pub(crate) fn at(&mut self, truth: u64, rng: &mut Rng) -> (Weather, bool) {
        let mut changed = false;
        while self.until <= truth {
            let fair = self.weather != Weather::Fair || self.until == 0;
            self.weather = if fair { Weather::Fair } else { Weather::foul(rng) };
            self.until =
                self.until.saturating_add(1 + exponential(if fair { self.fair } else { self.foul }, rng));
            changed = true;
        }
        (self.weather, changed)
    }
}

/// An exponentially distributed time with this mean.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn exponential(mean: u64, rng: &mut Rng) -> u64 {
    (-(1.0 - rng.f64()).ln() * mean as f64) as u64
}
