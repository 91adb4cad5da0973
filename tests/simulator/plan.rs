//! The parameters of one world, all drawn from its seed.

use fastrand::Rng;

/// How a runtime treats what a request began once that request has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Edge {
    /// It goes on: Node, browsers.
    GoesOn,
    /// It stops, and waiting for it is an error: workerd of today.
    Rejects,
    /// It stops, and waiting for it never ends: workerd of old.
    Hangs,
}

/// What is wrong with the driver, to show that the checker notices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sabotage {
    /// Counts no time that the machine slept through.
    SleepUncounted,
    /// Hands out whatever is held when the core says no.
    HandOutHeld,
    /// Answers with an error although the core gave a token.
    Withhold,
    /// Tells the core that a live flight is lost.
    CryLost,
    /// Waits for flights without a timer.
    JoinForEver,
    /// Retries without the pause.
    NoPause,
    /// Loses failures instead of telling the core.
    ForgetFailure,
    /// Sends a request long after the core said so.
    SendLate,
    /// Gives one target's answer to another.
    MixAnswers,
    /// Lets a late token in under a new flight's number.
    LandLate,
    /// Gives a dropped token again.
    KeepDropped,
}

impl Sabotage {
    pub(crate) const ALL: [Self; 11] = [
        Self::SleepUncounted,
        Self::HandOutHeld,
        Self::Withhold,
        Self::CryLost,
        Self::JoinForEver,
        Self::NoPause,
        Self::ForgetFailure,
        Self::SendLate,
        Self::MixAnswers,
        Self::LandLate,
        Self::KeepDropped,
    ];
}

/// What one world is like.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// How long it lasts, in virtual ms.
    pub(crate) length: u64,
    pub(crate) request_timeout: u64,
    /// Whether the identity is a ready token.
    pub(crate) ready_token: bool,
    pub(crate) providers: usize,
    /// Lives of credentials and workspace tokens, in ms.
    pub(crate) life: u64,
    pub(crate) token_life: u64,
    /// Mean time between callers, in ms, and how many come at once.
    pub(crate) gap: u64,
    pub(crate) burst: usize,
    /// Mean time that fair and foul weather last, in ms.
    pub(crate) climate: (u64, u64),
    pub(crate) edge: Edge,
    /// Share of requests that end before what they began, and of those, of flights that go on later after all.
    pub(crate) ends_early: f64,
    pub(crate) thaws: f64,
    /// Mean time between sleeps of the machine, and between jumps of its wall clock, in ms; 0 for none.
    pub(crate) sleeps: u64,
    pub(crate) jumps: u64,
    /// Error of the wall clock at the start, in ms.
    pub(crate) wall_error: i64,
    /// Share of tokens that the database refuses.
    pub(crate) refused: f64,
    /// Share of callers that give up.
    pub(crate) aborts: f64,
    pub(crate) sabotage: Option<Sabotage>,
}

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;

impl Plan {
    pub(crate) fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let one = |rng: &mut Rng, of: &[u64]| of[rng.usize(0..of.len())];
        let share = |rng: &mut Rng, chance: u8, max: f64| {
            if rng.u8(0..100) < chance { rng.f64() * max } else { 0.0 }
        };
        let (gap, length) = [
            (200, HOUR / 4),
            (SECOND, HOUR),
            (10 * SECOND, 6 * HOUR),
            (MINUTE, 24 * HOUR),
            (10 * MINUTE, 120 * HOUR),
        ][rng.usize(0..5)];
        let edge = [Edge::GoesOn, Edge::Rejects, Edge::Hangs][rng.usize(0..3)];
        Self {
            seed,
            length,
            request_timeout: one(&mut rng, &[1_000, 3_000, 10_000]),
            ready_token: rng.u8(0..5) == 0,
            providers: rng.usize(1..5),
            life: one(&mut rng, &[HOUR, HOUR, HOUR, 15 * MINUTE, 5 * MINUTE, MINUTE]),
            token_life: one(&mut rng, &[HOUR, HOUR, HOUR, 10 * MINUTE, MINUTE, 50 * SECOND]),
            gap,
            burst: if rng.u8(0..3) == 0 { rng.usize(2..40) } else { 1 },
            climate: (
                one(&mut rng, &[5 * MINUTE, HOUR, 6 * HOUR]),
                one(&mut rng, &[10 * SECOND, 3 * MINUTE, 2 * HOUR]),
            ),
            edge,
            ends_early: if edge == Edge::GoesOn { 0.0 } else { rng.f64() * 0.4 },
            thaws: share(&mut rng, 50, 1.0),
            sleeps: if rng.u8(0..3) == 0 { one(&mut rng, &[10 * MINUTE, HOUR, 10 * HOUR]) } else { 0 },
            jumps: if rng.u8(0..3) == 0 { one(&mut rng, &[10 * MINUTE, HOUR, 10 * HOUR]) } else { 0 },
            wall_error: [0, 0, -7_200_000, 7_200_000, -86_400_000][rng.usize(0..5)],
            refused: share(&mut rng, 40, 0.1),
            aborts: share(&mut rng, 40, 0.2),
            sabotage: None,
        }
    }
}
