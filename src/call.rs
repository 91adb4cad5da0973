//! One call to the workspace: sent, judged, tried again within bounds.

use crate::classify::{Hop, classify, refuses_token};
use crate::clock::Now;
use crate::error::{Code, Error};
use crate::http::{Authorization, Outcome, Request, Response};
use crate::json;
use crate::secret::redact;
use crate::shared::Rc;
use crate::text::concat;

/// How often one call is sent at the most, a dropped workspace token not counted.
pub const ATTEMPTS: u32 = 4;
const BASE: u64 = 400;
const CAP: u64 = 8_000;
/// Shortest pause before a retry, in ms.
const FLOOR: u64 = 100;

/// A call under way. The shell sends [`Call::request`], and gives what came of it to [`Call::judge`].
pub struct Call {
    /// What is sent, each time the same: the request id makes a repetition recognisable.
    pub request: Rc<Request>,
    hop: Hop,
    deadline: u64,
    attempts: u32,
    renewed: bool,
    /// Why the attempt before failed.
    last: Option<Error>,
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
        Self { request: Rc::new(request), hop, deadline, attempts: 0, renewed: false, last: None }
    }

    /// Attempts made so far.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// When this call gives up, in elapsed ms.
    pub const fn deadline(&self) -> u64 {
        self.deadline
    }

    /// Judges an attempt. `random` lies in 0..1; `secrets` are what the request carried; `can_renew`
    /// tells whether another workspace token can be had.
    pub fn judge(
        &mut self,
        now: &Now,
        outcome: Outcome,
        random: f64,
        secrets: &[&str],
        can_renew: bool,
    ) -> Verdict {
        let what = self.hop.name();
        let error = match outcome {
            Outcome::Response(response) => match classify(&response, self.hop, secrets) {
                Some(error) => {
                    if self.hop == Hop::Api && can_renew && !self.renewed && refuses_token(&response) {
                        self.renewed = true;
                        return Verdict::RenewToken;
                    }
                    error
                }
                None => match self.mismatch(&response) {
                    Some(error) => return Verdict::Fail(error),
                    None if is_cut_short(&response) => {
                        Error::new(Code::UnexpectedResponse, concat(&[what, "'s answer was cut short"]))
                    }
                    None => return Verdict::Done(response),
                },
            },
            Outcome::Unreachable(why) => {
                let why = redact(&why, secrets);
                Error::new(Code::Network, concat(&[what, " could not be reached: ", &why]))
            }
            Outcome::TimedOut => {
                let message = concat(&[what, " did not answer within the time of one request"]);
                timed_out(&message, self.last.as_ref().filter(|last| last.code != Code::Timeout))
            }
            Outcome::Unsent(error) => error,
            Outcome::TooLarge => {
                Error::new(Code::UnexpectedResponse, concat(&[what, "'s answer is too large"]))
            }
        };
        self.attempts += 1;
        let delay =
            backoff(self.attempts, random).max(error.retry_after.map_or(0, |wait| spread(wait, random)));
        if !error.retryable || self.attempts >= ATTEMPTS || now.elapsed + delay >= self.deadline {
            return Verdict::Fail(error);
        }
        self.last = Some(error.clone());
        Verdict::Retry { delay, error }
    }

    /// The error of an answer from another workspace.
    fn mismatch(&self, response: &Response) -> Option<Error> {
        let (wanted, found) = (self.request.workspace_id.as_ref()?, response.workspace_id.as_ref()?);
        (wanted != found).then(|| {
            let message =
                concat(&["workspace ", &redact(found, &[]), " answered, but ", wanted, " is configured"]);
            Error::new(Code::WorkspaceMismatch, message)
        })
    }
}

/// A success without the whole of its body: the next may be whole. An HTML page is not of this API, and stays so.
fn is_cut_short(response: &Response) -> bool {
    let body = response.body.trim_ascii_start();
    (200..300).contains(&response.status) && !body.starts_with('<') && json::parse(body).is_none()
}

/// [`Code::Timeout`], with the words of what went wrong before: it is what can be mended.
pub(crate) fn timed_out(message: &str, last: Option<&Error>) -> Error {
    let Some(last) = last else { return Error::new(Code::Timeout, message) };
    let mut error = last.clone();
    error.message = concat(&[message, "; the last try: ", last.code.as_str(), ", ", &last.message]);
    error.code = Code::Timeout;
    error.retryable = true;
    error.retry_after = None;
    error
}

/// Full-jitter exponential back-off, in ms.
pub fn backoff(attempt: u32, random: f64) -> u64 {
    let ceiling = (BASE << attempt.min(8)).min(CAP);
    FLOOR + fraction(ceiling, random)
}

/// `Retry-After` plus up to a tenth, so that those who were told the same do not come at once.
pub(crate) fn spread(wait: u64, random: f64) -> u64 {
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
    fn a_success_that_is_cut_short_is_tried_again_and_a_page_is_not() {
        for (body, again) in [(r#"{"token":"ab"#, true), ("", true), ("{}", false), (" <html>", false)] {
            let verdict = call().judge(&at(0), answer(200, body), 0.0, &[], true);
            assert_eq!(matches!(verdict, Verdict::Retry { .. }), again, "{body}");
            assert_eq!(matches!(verdict, Verdict::Done(_)), !again, "{body}");
        }
    }

    #[test]
    fn a_timeout_says_what_went_wrong_before() {
        let mut call = call();
        assert!(matches!(call.judge(&at(0), answer(503, "down"), 0.0, &[], true), Verdict::Retry { .. }));
        let Verdict::Fail(error) = call.judge(&at(29_999), Outcome::TimedOut, 0.0, &[], true) else {
            panic!("the time is over")
        };
        assert_eq!((error.code, error.status, error.retryable), (Code::Timeout, Some(503), true));
        assert!(error.message.contains("WORKSPACE_UNAVAILABLE"), "{}", error.message);
    }

    #[test]
    fn another_workspace_is_an_error() {
        for (id, ok) in [(None, true), (Some("7"), true), (Some("8"), false)] {
            let workspace_id = id.map(Into::into);
            let response = Response { status: 200, workspace_id, body: "{}".into(), ..Response::default() };
            let verdict = call().judge(&at(0), Outcome::Response(response), 0.0, &[], true);
            assert_eq!(matches!(verdict, Verdict::Done(_)), ok);
        }
    }
}
