//! One call to the workspace: sent, judged, tried again within bounds.

use crate::classify::{Hop, classify, refuses_token};
use crate::clock::Now;
use crate::error::{Code, Error};
use crate::http::{Authorization, Outcome, Request, Response};
use crate::secret::redact;

/// How often one call is sent at the most, a dropped workspace token not counted.
pub const ATTEMPTS: u32 = 4;
const BASE: u64 = 400;
const CAP: u64 = 8_000;
/// Shortest pause before a retry, in ms.
const FLOOR: u64 = 100;

/// A call under way. The shell sends [`Call::request`], and gives what came of it to [`Call::judge`].
pub struct Call {
    /// What is sent, each time the same: the request id makes a repetition recognisable.
    pub request: Request,
    hop: Hop,
    deadline: u64,
    attempts: u32,
    renewed: bool,
}

/// What to do after an attempt.
pub enum Verdict {
    /// The answer is a success.
    Done(Response),
    /// Drop the workspace token that was used, get another, and send again at once.
    RenewToken,
    /// Send again after this pause.
    Retry {
        /// The pause, in ms.
        delay: u64,
        /// Why.
        error: Error,
    },
    /// Give up.
    Fail(Error),
}

impl Call {
    /// A call that ends by `deadline`, in elapsed ms.
    pub fn new(request: Request, deadline: u64) -> Self {
        let hop =
            if matches!(request.authorization, Authorization::Workspace) { Hop::Api } else { Hop::Token };
        Self { request, hop, deadline, attempts: 0, renewed: false }
    }

    /// Attempts made so far.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// When this call gives up, in elapsed ms.
    pub const fn deadline(&self) -> u64 {
        self.deadline
    }

    /// Judges an attempt. `random` lies in 0..1; `secrets` are what the request carried, in every form; `can_renew`
    /// tells whether another workspace token can be had.
    pub fn judge(
        &mut self,
        now: &Now,
        outcome: Outcome,
        random: f64,
        secrets: &[&str],
        can_renew: bool,
    ) -> Verdict {
        let what = if self.hop == Hop::Token { "the token endpoint" } else { "the workspace" };
        let error = match outcome {
            Outcome::Response(response) => {
                let Some(error) = classify(&response, self.hop, secrets) else {
                    return self.check_workspace(response);
                };
                if self.hop == Hop::Api && can_renew && !self.renewed && refuses_token(&response) {
                    self.renewed = true;
                    return Verdict::RenewToken;
                }
                error
            }
            Outcome::Unreachable(why) => {
                let why = redact(&why, secrets);
                Error::new(Code::Network, [what, " could not be reached: ", &why].concat())
            }
            Outcome::TimedOut => {
                Error::new(Code::Timeout, [what, " did not answer within the time of one request"].concat())
            }
            Outcome::TooLarge => {
                Error::new(Code::UnexpectedResponse, [what, "'s answer is too large"].concat())
            }
        };
        self.attempts += 1;
        let delay =
            backoff(self.attempts, random).max(error.retry_after.map_or(0, |wait| spread(wait, random)));
        if !error.retryable || self.attempts >= ATTEMPTS || now.elapsed + delay >= self.deadline {
            return Verdict::Fail(error);
        }
        Verdict::Retry { delay, error }
    }

    fn check_workspace(&self, response: Response) -> Verdict {
        match (&self.request.workspace_id, &response.workspace_id) {
            (Some(wanted), Some(found)) if wanted != found => {
                let message =
                    ["workspace ", &redact(found, &[]), " answered, but ", wanted, " is configured"].concat();
                Verdict::Fail(Error::new(Code::WorkspaceMismatch, message))
            }
            _ => Verdict::Done(response),
        }
    }
}

/// Full-jitter exponential back-off, in ms.
pub fn backoff(attempt: u32, random: f64) -> u64 {
    let ceiling = (BASE << attempt.min(8)).min(CAP);
    FLOOR + fraction(ceiling, random)
}

/// `Retry-After` plus up to a tenth, so that those who were told the same do not come at once.
fn spread(wait: u64, random: f64) -> u64 {
    wait + fraction(wait / 10, random)
}

/// A share of `whole`; anything but 0..1 counts as the nearer end.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn fraction(whole: u64, random: f64) -> u64 {
    (whole as f64 * random.clamp(0.0, 1.0)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;

    fn at(elapsed: u64) -> Now {
        Now { elapsed, leap: 0, wall: 0 }
    }

    fn call() -> Call {
        Call::new(Request::get(&Address::parse("x.example/?o=7").unwrap(), "/api"), 30_000)
    }

    fn answer(status: u16, body: &str) -> Outcome {
        Outcome::Response(Response { status, body: body.into(), ..Response::default() })
    }

    #[test]
    fn attempts_are_bounded_and_pauses_grow_with_jitter() {
        let mut call = call();
        let mut pauses = Vec::new();
        loop {
            match call.judge(&at(0), answer(503, ""), 1.0, &[], true) {
                Verdict::Retry { delay, .. } => pauses.push(delay),
                Verdict::Fail(error) => break assert_eq!(error.code, Code::WorkspaceUnavailable),
                _ => panic!("a 503 is no success"),
            }
        }
        assert_eq!(pauses, [900, 1700, 3300]);
        assert_eq!((backoff(1, 0.0), backoff(99, 1.0)), (100, 8100));
    }

    #[test]
    fn retry_after_is_obeyed_or_the_call_ends() {
        let wait = |seconds: &str| {
            let response = Response { status: 429, retry_after: Some(seconds.into()), ..Response::default() };
            call().judge(&at(0), Outcome::Response(response), 0.0, &[], true)
        };
        assert!(matches!(wait("2"), Verdict::Retry { delay: 2000, .. }));
        let Verdict::Fail(error) = wait("60") else { panic!("60 s pass the deadline") };
        assert_eq!(error.retry_after, Some(60_000));
    }

    #[test]
    fn a_refused_token_is_renewed_once() {
        for (status, body) in [(401, ""), (403, ""), (400, "ExpiredJwtException")] {
            let mut call = call();
            assert!(matches!(call.judge(&at(0), answer(status, body), 0.5, &[], true), Verdict::RenewToken));
            assert!(matches!(call.judge(&at(0), answer(status, body), 0.5, &[], true), Verdict::Fail(_)));
            let mut ready = self::call();
            assert!(matches!(ready.judge(&at(0), answer(status, body), 0.5, &[], false), Verdict::Fail(_)));
        }
    }

    #[test]
    fn permanent_refusals_and_past_deadlines_end_at_once() {
        assert!(matches!(call().judge(&at(0), answer(404, ""), 0.0, &[], true), Verdict::Fail(_)));
        assert!(matches!(call().judge(&at(29_950), answer(503, ""), 0.0, &[], true), Verdict::Fail(_)));
        assert!(matches!(call().judge(&at(0), Outcome::TimedOut, 0.0, &[], true), Verdict::Retry { .. }));
    }

    #[test]
    fn another_workspace_is_an_error() {
        for (id, ok) in [(None, true), (Some("7"), true), (Some("8"), false)] {
            let response = Response { status: 200, workspace_id: id.map(Into::into), ..Response::default() };
            let verdict = call().judge(&at(0), Outcome::Response(response), 0.0, &[], true);
            assert_eq!(matches!(verdict, Verdict::Done(_)), ok);
        }
    }
}
