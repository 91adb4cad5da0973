//! The rules of the planner, each by one clear test with a paused clock.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, reason = "a test says so when it fails")]

use lakebase_credentials::clock::Now;
use lakebase_credentials::planner::{
    CEILING, Decision, FLOOR, FlightId, MIN_REMAINING, Need, Planner, REFUSAL, RETRY_AFTER_MAX, State,
};
use lakebase_credentials::{Code, Error};

const HOUR: u64 = 3_600_000;
/// When a flight counts as lost without a sign of life, in ms after it began.
const PATIENCE: u64 = 10_500;

/// What a decision comes to, in a form that can be compared.
#[derive(Debug, PartialEq)]
enum Told {
    Serve(&'static str),
    ServeAndRenew(&'static str),
    Begin,
    Join(FlightId, u64),
    Wait(u64),
    Fail(Code),
}
use Told::{Begin, Fail, Join, Serve, ServeAndRenew, Wait};

/// A planner and a clock that stands still until it is moved.
struct Bench {
    planner: Planner<&'static str>,
    now: Now,
}

impl Bench {
    fn new() -> Self {
        Self::of(Planner::new(true))
    }

    /// The planner of a workspace token.
    fn of_workspace_token() -> Self {
        Self::of(Planner::new(false))
    }

    fn of(planner: Planner<&'static str>) -> Self {
        Self { planner, now: Now { elapsed: 1_000_000, leap: 0, wall: 1_800_000_000_000 } }
    }

    /// One that holds a token, minted just now.
    fn holding(token: &'static str, lifetime: u64) -> Self {
        let mut bench = Self::new();
        bench.mint(token, lifetime);
        bench
    }

    fn pass(&mut self, ms: u64) -> &mut Self {
        self.now.elapsed += ms;
        self
    }

    /// The machine sleeps, or its wall clock is set forward.
    fn leap(&mut self, ms: u64) -> &mut Self {
        self.now.leap += ms;
        self
    }

    fn answer(&mut self, need: &Need) -> Decision<&'static str> {
        self.planner.decide(&self.now, need)
    }

    fn decide(&mut self, need: &Need) -> Told {
        match self.answer(need) {
            Decision::Serve { value, renew: false } => Serve(value),
            Decision::Serve { value, renew: true } => ServeAndRenew(value),
            Decision::Begin => Begin,
            Decision::Join { flight, until } => Join(flight, until - self.now.elapsed),
            Decision::Wait { until } => Wait(until - self.now.elapsed),
            Decision::Fail(error) => Fail(error.code),
        }
    }

    /// What a caller with 30 s is told.
    fn ask(&mut self) -> Told {
        let need = self.need();
        self.decide(&need)
    }

    /// The error that a caller is told.
    fn error(&mut self, need: &Need) -> Error {
        let Decision::Fail(error) = self.answer(need) else { panic!("no error") };
        error
    }

    fn need(&self) -> Need {
        self.need_within(30_000)
    }

    fn need_within(&self, timeout: u64) -> Need {
        Need { min_remaining: None, deadline: self.now.elapsed + timeout, joined: None }
    }

    fn need_of(&self, min_remaining: u64) -> Need {
        Need { min_remaining: Some(min_remaining), ..self.need() }
    }

    fn joined(&self, flight: FlightId) -> Need {
        Need { joined: Some(flight), ..self.need() }
    }

    fn begin(&mut self) -> FlightId {
        self.planner.begin(&self.now, self.now.elapsed + PATIENCE)
    }

    fn land(&mut self, flight: FlightId, token: &'static str, lifetime: u64) -> bool {
        let now = self.now;
        self.planner.land(flight, &now, &now, lifetime, token, 0.0)
    }

    fn mint(&mut self, token: &'static str, lifetime: u64) {
        let flight = self.begin();
        assert!(self.land(flight, token, lifetime));
    }

    fn fail(&mut self, flight: FlightId, error: Error) {
        self.planner.fail(flight, &self.now, error, 0.0);
    }

    fn invalidate(&mut self, token: &'static str) -> bool {
        self.planner.invalidate(&self.now, |held| *held == token)
    }
}

fn outage() -> Error {
    Error::new(Code::WorkspaceUnavailable, "the workspace answered 503")
}

fn refusal() -> Error {
    Error::new(Code::PermissionDenied, "the workspace answered 403")
}

#[test]
fn an_empty_planner_begins_one_flight_and_everybody_joins_it() {
    let mut bench = Bench::new();
    assert_eq!(bench.ask(), Begin);
    assert_eq!(bench.ask(), Begin, "deciding begins nothing by itself");
    let flight = bench.begin();
    for _ in 0..1_000 {
        assert_eq!(bench.ask(), Join(flight, PATIENCE));
    }
    bench.land(flight, "a", HOUR);
    assert_eq!(bench.ask(), Serve("a"));
}

#[test]
fn a_token_is_served_while_it_lives_for_longer_than_the_caller_needs() {
    // (lifetime, minRemaining, age at which it is no longer served)
    let table = [
        (HOUR, None, HOUR - MIN_REMAINING),
        (60_000, None, 45_000),
        (HOUR, Some(0), HOUR),
        (HOUR, Some(600_000), HOUR - 600_000),
    ];
    for (lifetime, min_remaining, end) in table {
        let mut bench = Bench::holding("a", lifetime);
        bench.pass(end - 1);
        let need = Need { min_remaining, ..bench.need() };
        assert!(
            matches!(bench.decide(&need), Serve("a") | ServeAndRenew("a")),
            "{lifetime} {min_remaining:?}"
        );
        bench.pass(1);
        let need = Need { min_remaining, ..bench.need() };
        assert_eq!(bench.decide(&need), Begin, "{lifetime} {min_remaining:?}");
    }
}

#[test]
fn renewal_is_due_with_a_sixth_to_a_half_of_the_life_left() {
    for (random, age) in [(0.0, HOUR - HOUR / 6), (1.0, HOUR / 2), (0.5, HOUR - HOUR / 3)] {
        let mut bench = Bench::new();
        let (flight, now) = (bench.begin(), bench.now);
        bench.planner.land(flight, &now, &now, HOUR, "a", random);
        bench.pass(age - 1);
        assert_eq!((bench.ask(), bench.planner.state(&bench.now)), (Serve("a"), State::Fresh));
        bench.pass(1);
        assert_eq!((bench.ask(), bench.planner.state(&bench.now)), (ServeAndRenew("a"), State::Stale));
    }
}

#[test]
fn one_renewal_is_under_way_at_a_time_and_nobody_waits_for_it() {
    let mut bench = Bench::holding("a", HOUR);
    bench.pass(HOUR * 9 / 10);
    assert_eq!(bench.ask(), ServeAndRenew("a"));
    let flight = bench.begin();
    assert_eq!(bench.ask(), Serve("a"));
    bench.land(flight, "b", HOUR);
    assert_eq!(bench.ask(), Serve("b"));
}

#[test]
fn a_workspace_token_is_not_renewed_early() {
    let mut bench = Bench::of_workspace_token();
    bench.mint("a", HOUR);
    bench.pass(HOUR - 40_001);
    let need = bench.need_of(40_000);
    assert_eq!(bench.decide(&need), Serve("a"));
    bench.pass(1);
    let need = bench.need_of(40_000);
    assert_eq!(bench.decide(&need), Begin);
}

#[test]
fn states_follow_the_life_of_a_token() {
    let mut bench = Bench::new();
    assert_eq!(bench.planner.state(&bench.now), State::Empty);
    bench.mint("a", HOUR);
    for (pass, state) in [
        (0, State::Fresh),
        (HOUR - HOUR / 6, State::Stale),
        (HOUR / 6 - 1, State::Stale),
        (1, State::Expired),
    ] {
        bench.pass(pass);
        assert_eq!(bench.planner.state(&bench.now), state);
    }
    assert_eq!(bench.planner.held(), Some(&"a"));
    assert!(bench.invalidate("a"));
    assert_eq!((bench.planner.state(&bench.now), bench.planner.held()), (State::Empty, None));
}

#[test]
fn a_failing_workspace_is_not_the_problem_of_a_caller_whose_token_will_do() {
    let mut bench = Bench::holding("a", HOUR);
    bench.pass(HOUR * 9 / 10);
    let flight = bench.begin();
    bench.fail(flight, outage());
    assert_eq!(bench.ask(), Serve("a"), "and no other renewal begins yet");
    bench.pass(FLOOR);
    assert_eq!(bench.ask(), ServeAndRenew("a"));
}

#[test]
fn what_is_left_of_a_token_is_better_than_an_error() {
    let mut bench = Bench::holding("a", HOUR);
    bench.pass(HOUR - 5_000);
    assert_eq!(bench.ask(), Begin, "5 s are too few while a new token can be had");
    let flight = bench.begin();
    bench.fail(flight, outage());
    let need = bench.joined(flight);
    assert_eq!(bench.decide(&need), Serve("a"));
    let need = Need { min_remaining: Some(4_000), ..need };
    assert_eq!(bench.decide(&need), Serve("a"));
    let need = Need { min_remaining: Some(5_000), ..need };
    assert_eq!(bench.decide(&need), Fail(Code::WorkspaceUnavailable));
    bench.pass(5_000);
    let need = bench.joined(flight);
    assert_eq!(
        bench.decide(&need),
        Fail(Code::WorkspaceUnavailable),
        "a token past its life is never served"
    );
}

#[test]
fn what_is_left_of_a_token_is_served_at_the_callers_deadline() {
    let mut bench = Bench::holding("a", HOUR);
    bench.pass(HOUR - 5_000);
    let flight = bench.begin();
    let need = bench.need_within(1_000);
    assert_eq!(bench.decide(&need), Join(flight, 1_000));
    bench.pass(1_000);
    assert_eq!(bench.decide(&need), Serve("a"));
}

#[test]
fn a_flight_that_shows_no_sign_of_life_is_replaced() {
    let mut bench = Bench::new();
    let flight = bench.begin();
    bench.pass(PATIENCE - 1);
    assert_eq!(bench.ask(), Join(flight, 1));
    bench.planner.touch(flight, bench.now.elapsed + 5_000);
    assert_eq!(bench.ask(), Join(flight, 5_000), "a sign of life gives it more time");
    bench.pass(5_000);
    assert_eq!(bench.ask(), Begin);
}

#[test]
fn a_flight_known_to_be_lost_is_replaced_at_once_but_not_again_and_again() {
    let mut bench = Bench::new();
    let first = bench.begin();
    bench.pass(10).planner.lose(first);
    assert_eq!(bench.ask(), Begin);
    let second = bench.begin();
    bench.pass(10).planner.lose(second);
    assert_eq!(bench.ask(), Wait(FLOOR - 10));
    bench.pass(FLOOR - 10);
    bench.mint("a", HOUR);
    bench.pass(HOUR);
    let fourth = bench.begin();
    bench.pass(10).planner.lose(fourth);
    assert_eq!(bench.ask(), Begin, "a token in between makes it the first loss again");
}

#[test]
fn only_the_flight_under_way_is_touched_lost_or_failed() {
    let mut bench = Bench::new();
    let old = bench.begin();
    bench.pass(PATIENCE);
    assert_eq!(bench.ask(), Begin);
    let new = bench.begin();
    bench.planner.touch(old, bench.now.elapsed + HOUR);
    bench.planner.set_back(old, outage(), bench.now.elapsed + HOUR);
    bench.planner.lose(old);
    bench.fail(old, refusal());
    assert_eq!(bench.ask(), Join(new, PATIENCE));
}

#[test]
fn a_late_answer_never_overwrites_a_newer_token() {
    let mut bench = Bench::new();
    let old = bench.begin();
    bench.planner.lose(old);
    let new = bench.begin();
    assert!(bench.land(new, "new", HOUR));
    assert!(!bench.land(old, "old", HOUR));
    assert_eq!(bench.ask(), Serve("new"));
}

#[test]
fn a_late_answer_serves_while_there_is_nothing_newer() {
    let mut bench = Bench::new();
    let old = bench.begin();
    bench.planner.lose(old);
    let new = bench.begin();
    assert!(bench.land(old, "old", HOUR));
    assert_eq!(bench.ask(), Serve("old"));
    assert!(bench.land(new, "new", HOUR));
    assert_eq!(bench.ask(), Serve("new"));
}

#[test]
fn a_transient_failure_is_told_to_those_who_waited_for_it_and_the_others_wait() {
    let mut bench = Bench::new();
    let flight = bench.begin();
    bench.fail(flight, outage());
    let waited = bench.joined(flight);
    assert_eq!(bench.decide(&waited), Fail(Code::WorkspaceUnavailable));
    assert_eq!(bench.ask(), Wait(FLOOR));
    bench.pass(FLOOR);
    assert_eq!(bench.ask(), Begin);
}

#[test]
fn pauses_grow_with_full_jitter_up_to_a_minute_and_a_token_resets_them() {
    let mut bench = Bench::new();
    // (random, pauses after the first, second, … failure)
    for (random, pauses) in [
        (0.0, [FLOOR; 8]),
        (1.0, [3_000, 5_000, 9_000, 17_000, 33_000, CEILING, CEILING, CEILING]),
        (0.5, [2_000, 3_000, 5_000, 9_000, 17_000, 30_500, 30_500, 30_500]),
    ] {
        for pause in pauses {
            let flight = bench.begin();
            bench.planner.fail(flight, &bench.now, outage(), random);
            let need = bench.need_within(HOUR);
            assert_eq!(bench.decide(&need), Wait(pause), "random {random}");
            bench.pass(pause);
            let need = bench.need_within(HOUR);
            assert_eq!(bench.decide(&need), Begin);
        }
        bench.mint("a", 1);
        bench.pass(FLOOR);
    }
}

#[test]
fn retry_after_is_obeyed_with_a_spread_and_a_limit() {
    // (Retry-After, random, pause)
    let table = [
        (20_000, 0.0, 20_000),
        (20_000, 1.0, 22_000),
        (10, 0.0, FLOOR),
        (24 * HOUR, 0.0, RETRY_AFTER_MAX),
        (24 * HOUR, 1.0, RETRY_AFTER_MAX * 11 / 10),
    ];
    for (asked, random, pause) in table {
        let mut bench = Bench::new();
        let flight = bench.begin();
        let mut error = outage();
        error.retry_after = Some(asked);
        bench.planner.fail(flight, &bench.now, error, random);
        let need = bench.need_within(HOUR);
        assert_eq!(bench.decide(&need), Wait(pause));
    }
}

#[test]
fn a_caller_whose_time_ends_before_the_next_try_is_told_at_once() {
    let mut bench = Bench::new();
    let flight = bench.begin();
    let mut error = outage();
    error.retry_after = Some(60_000);
    bench.fail(flight, error);
    bench.pass(10_000);
    let need = bench.need_within(50_000);
    let error = bench.error(&need);
    assert_eq!((error.code, error.retry_after), (Code::WorkspaceUnavailable, Some(50_000)));
    let need = bench.need_within(50_001);
    assert_eq!(bench.decide(&need), Wait(50_000));
}

#[test]
fn a_flight_that_pauses_for_longer_than_a_caller_has_does_not_hold_that_caller() {
    let mut bench = Bench::new();
    let flight = bench.begin();
    let next = bench.now.elapsed + 40_000;
    bench.planner.set_back(flight, outage(), next);
    bench.planner.touch(flight, next + 500);
    let need = bench.need_within(40_000);
    let error = bench.error(&need);
    assert_eq!((error.code, error.retry_after), (Code::WorkspaceUnavailable, Some(40_000)));
    let need = bench.need_within(41_000);
    assert_eq!(bench.decide(&need), Join(flight, 40_500));
}

#[test]
fn a_timeout_tells_what_went_wrong_last() {
    let mut bench = Bench::new();
    let need = bench.need_within(100);
    let flight = bench.begin();
    bench.pass(100);
    let error = bench.error(&need);
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::Timeout, "no token was had within the time given")
    );
    let mut why = outage();
    why.status = Some(503);
    why.retry_after = Some(1);
    bench.planner.set_back(flight, why, bench.now.elapsed);
    let error = bench.error(&need);
    assert_eq!(
        (error.code, error.status, error.retryable, error.retry_after),
        (Code::Timeout, Some(503), true, None)
    );
    assert!(
        error.message.ends_with("WORKSPACE_UNAVAILABLE, the workspace answered 503"),
        "{}",
        error.message
    );
    // The failure of a flight counts until the next one has something to say.
    bench.fail(flight, outage());
    bench.pass(FLOOR);
    bench.begin();
    let need = bench.need_within(0);
    assert!(bench.error(&need).message.contains("503"));
}

#[test]
fn a_refusal_is_remembered_and_told_to_everybody() {
    let mut bench = Bench::new();
    let flight = bench.begin();
    bench.fail(flight, refusal());
    for _ in 0..3 {
        assert_eq!(bench.ask(), Fail(Code::PermissionDenied));
        bench.pass(REFUSAL / 3);
    }
    assert_eq!(bench.ask(), Begin);
    let error = bench.begin();
    bench.pass(10_000).fail(error, refusal());
    let need = bench.need_within(0);
    assert_eq!(bench.decide(&need), Fail(Code::PermissionDenied), "also at the deadline");
}

#[test]
fn a_refusal_keeps_renewals_back_too() {
    let mut bench = Bench::holding("a", HOUR);
    bench.pass(HOUR * 9 / 10);
    for _ in 0..5 {
        assert_eq!(bench.ask(), ServeAndRenew("a"));
        let flight = bench.begin();
        bench.fail(flight, refusal());
        bench.pass(REFUSAL - 1);
        assert_eq!(bench.ask(), Serve("a"));
        bench.pass(1);
    }
}

#[test]
fn an_instance_that_is_not_available_may_become_so_and_is_asked_for_again() {
    let mut bench = Bench::new();
    let flight = bench.begin();
    bench.fail(flight, Error::new(Code::InstanceNotAvailable, "STARTING"));
    assert_eq!(bench.ask(), Wait(FLOOR));
}

#[test]
fn only_the_token_meant_is_dropped() {
    let mut bench = Bench::holding("a", HOUR);
    assert!(!bench.invalidate("b"));
    assert_eq!(bench.ask(), Serve("a"));
    assert!(bench.invalidate("a"));
    assert!(!bench.invalidate("a"));
}

#[test]
fn the_first_young_token_that_is_dropped_is_replaced_at_once_and_more_of_them_slow_down() {
    let mut bench = Bench::holding("t", HOUR);
    assert!(bench.invalidate("t"));
    assert_eq!(bench.ask(), Begin);
    for pause in [2_000, 4_000, 8_000, 16_000, 32_000, CEILING, CEILING] {
        bench.mint("t", HOUR);
        bench.pass(500);
        assert!(bench.invalidate("t"));
        let need = bench.need_within(HOUR);
        assert_eq!(bench.decide(&need), Wait(pause - 500), "counted from when the token came");
        bench.pass(pause - 500);
    }
    let need = bench.need_within(1_000);
    assert_eq!(bench.decide(&need), Begin);
}

#[test]
fn of_refused_tokens_one_in_a_minute_is_dropped() {
    let mut bench = Bench::holding("a", HOUR);
    assert!(bench.planner.refuse(&bench.now, None));
    assert_eq!(bench.ask(), Begin, "the next login need not wait");
    bench.mint("b", HOUR);
    bench.pass(CEILING - 1);
    assert!(!bench.planner.refuse(&bench.now, None));
    assert_eq!(bench.ask(), Serve("b"));
    bench.pass(1);
    assert!(bench.planner.refuse(&bench.now, None));
    assert_eq!(bench.ask(), Begin);
}

#[test]
fn logins_that_succeed_beside_one_that_never_does_are_not_held_up() {
    let mut bench = Bench::new();
    let mut drops = 0;
    for _ in 0..600 {
        match bench.ask() {
            Begin => bench.mint("t", HOUR),
            Wait(ms) => assert!(ms <= 2 * FLOOR, "{ms}"),
            told => assert_eq!(told, Serve("t")),
        }
        if bench.ask() == Serve("t") {
            bench.planner.accept();
            drops += u32::from(bench.planner.refuse(&bench.now, Some(true)));
        }
        bench.pass(FLOOR);
    }
    assert!(drops <= 12, "{drops} tokens dropped in ten minutes");
}

#[test]
fn a_token_that_was_good_for_a_minute_ends_the_slowing_down() {
    for dropped in [true, false] {
        let mut bench = Bench::holding("t", HOUR);
        bench.invalidate("t");
        bench.mint("t", HOUR);
        bench.pass(CEILING);
        if dropped {
            bench.invalidate("t");
            assert_eq!(bench.ask(), Begin);
        }
        bench.mint("t", HOUR);
        bench.invalidate("t");
        assert_eq!(bench.ask(), Begin);
    }
}

#[test]
fn dropped_workspace_tokens_are_a_second_apart_and_never_slow_down() {
    let mut bench = Bench::of_workspace_token();
    bench.mint("t", HOUR);
    bench.invalidate("t");
    assert_eq!(bench.ask(), Begin);
    for _ in 0..20 {
        bench.mint("t", HOUR);
        bench.pass(300).invalidate("t");
        assert_eq!(bench.ask(), Wait(FLOOR - 300));
        bench.pass(FLOOR - 300);
        bench.mint("t", HOUR);
        bench.pass(FLOOR).invalidate("t");
        assert_eq!(bench.ask(), Begin);
    }
}

#[test]
fn dropping_a_token_does_not_undo_a_pause_that_the_workspace_asked_for() {
    let mut bench = Bench::holding("t", HOUR);
    bench.pass(HOUR * 9 / 10);
    let flight = bench.begin();
    let mut error = outage();
    error.retry_after = Some(20_000);
    bench.fail(flight, error);
    bench.invalidate("t");
    assert_eq!(bench.ask(), Wait(20_000));
}

#[test]
fn a_token_that_comes_too_short_lived_is_not_fetched_in_a_loop() {
    for lifetime in [0, 1, 40] {
        let mut bench = Bench::new();
        let (flight, sent) = (bench.begin(), bench.now);
        bench.pass(50);
        let now = bench.now;
        bench.planner.land(flight, &now, &sent, lifetime, "t", 0.0);
        let need = bench.joined(flight);
        assert_eq!(bench.decide(&need), Wait(FLOOR), "{lifetime} ms");
        bench.pass(FLOOR);
        assert_eq!(bench.ask(), Begin);
    }
}

#[test]
fn asking_for_more_than_a_token_lives_is_an_error_and_not_a_loop() {
    // (lifetime, time on the way, minRemaining)
    for (lifetime, way, min) in [(35_000, 0, 40_000), (HOUR, 0, HOUR), (HOUR, 200, HOUR - 100)] {
        let mut bench = Bench::new();
        let (flight, sent) = (bench.begin(), bench.now);
        bench.pass(way);
        let now = bench.now;
        bench.planner.land(flight, &now, &sent, lifetime, "t", 0.0);
        let need = Need { joined: Some(flight), ..bench.need_of(min) };
        assert_eq!(bench.decide(&need), Fail(Code::LifetimeTooShort), "{lifetime} {way} {min}");
        bench.pass(CEILING.min(lifetime / 2) - 1);
        let need = bench.need_of(min);
        assert_eq!(bench.decide(&need), Fail(Code::LifetimeTooShort), "for the next caller too");
        bench.pass(1);
        let need = bench.need_of(min);
        assert_eq!(bench.decide(&need), Begin, "a minute later it may be otherwise");
        assert!(matches!(bench.ask(), Serve("t")), "who asks for less is served");
    }
}

#[test]
fn asking_for_more_than_is_left_but_not_more_than_there_can_be_mints() {
    let mut bench = Bench::holding("t", HOUR);
    bench.pass(10_000);
    let need = bench.need_of(HOUR - 5_000);
    assert_eq!(bench.decide(&need), Begin);
}

#[test]
fn time_slept_through_counts_against_a_token_whatever_the_workspace_says() {
    let mut bench = Bench::holding("t", HOUR);
    bench.pass(FLOOR).leap(HOUR - FLOOR - 10_000);
    assert_eq!(bench.planner.state(&bench.now), State::Stale);
    bench.leap(10_000);
    assert_eq!(bench.planner.state(&bench.now), State::Expired);
    assert_eq!(bench.ask(), Begin);
    let flight = bench.begin();
    bench.fail(flight, outage());
    let need = bench.joined(flight);
    assert_eq!(bench.decide(&need), Fail(Code::WorkspaceUnavailable));
}

#[test]
fn time_slept_through_counts_from_when_the_request_was_sent() {
    let mut bench = Bench::new();
    let (flight, sent) = (bench.begin(), bench.now);
    bench.leap(2 * HOUR);
    let now = bench.now;
    bench.planner.land(flight, &now, &sent, HOUR, "t", 0.0);
    assert_eq!(bench.planner.state(&bench.now), State::Expired, "the answer waited with the machine");
    // What the machine slept through before does not count.
    bench.mint("u", HOUR);
    assert_eq!((bench.ask(), bench.planner.state(&bench.now)), (Serve("u"), State::Fresh));
}

#[test]
fn time_slept_through_does_not_end_a_callers_wait() {
    let mut bench = Bench::new();
    let need = bench.need();
    let flight = bench.begin();
    bench.leap(2 * HOUR);
    assert_eq!(bench.decide(&need), Join(flight, PATIENCE));
}

#[test]
fn a_caller_waits_no_longer_than_its_deadline() {
    let mut bench = Bench::new();
    let flight = bench.begin();
    let need = bench.need_within(500);
    assert_eq!(bench.decide(&need), Join(flight, 500));
    bench.pass(500);
    assert_eq!(bench.decide(&need), Fail(Code::Timeout));
    assert_eq!(bench.ask(), Join(flight, PATIENCE - 500), "the flight goes on for the others");
}
