//! The workspace token: its flight, and what it is got with where that must be asked for.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;

#[cfg(feature = "admin")]
use super::Output;
use super::{FLIGHT, GRACE, Input, Operation, Platform, Step, Work};
use crate::clock::Now;
#[cfg(feature = "admin")]
use crate::error::Code;
use crate::error::Error;
use crate::fields::{SECRET_MAX, check_header};
use crate::http::{Outcome, Response};
use crate::identity::WorkspaceToken;
use crate::lifetime::{ASSUMED, LONGEST};
use crate::planner::FlightId;
use crate::secret::redact;
use crate::shared::Rc;
#[cfg(feature = "admin")]
use crate::sign_in::signed_out;
use crate::text::concat;
use crate::token::Token;

impl Operation {
    pub(super) fn token_flight(&self, now: &Now) -> Step {
        let id = self
            .session
            .token
            .with(|planner| planner.begin(now, now.elapsed + self.session.request_timeout + GRACE));
        let mint = self.minting().map(Rc::clone);
        let work = Work::Token { id, asked: String::new(), mint };
        Step::Launch(Box::new(Self::new(&self.session, "", now.elapsed + FLIGHT, work)))
    }

    /// Whether the request to come is to carry a text that is still to be asked for.
    pub(super) fn asks(&self) -> bool {
        let Work::Token { asked, .. } = &self.work else { return false };
        asked.is_empty() && self.session.identity.asks() && self.session.discovery.is_done()
    }

    /// Lands the token that the sign-in gives, once it has been asked for it. What failed was tried again there.
    #[cfg(feature = "admin")]
    pub(super) fn signed_in(
        &mut self,
        id: FlightId,
        input: Input,
        platform: &Platform,
    ) -> Result<Step, Error> {
        let now = &platform.now;
        let Input::Outcome(outcome) = input else {
            self.sent = *now;
            self.alive(self.deadline + GRACE);
            return Ok(Step::Ask(self.deadline.saturating_sub(now.elapsed)));
        };
        match outcome {
            Outcome::Response(response) => {
                self.land(id, &response, now, (platform.random)())?;
                Ok(Step::Done(Output::None))
            }
            Outcome::TimedOut => Err(Error::new(Code::Timeout, "the sign-in gave no token in time")),
            Outcome::Unreachable(why) => Err(match self.session.sign_in() {
                Some(sign_in) => sign_in.trouble(&why),
                None => signed_out("nobody is signed in"),
            }),
            _ => Err(signed_out("nobody is signed in")),
        }
    }

    /// Takes the platform's token. If there is none, that counts as a failed attempt.
    pub(super) fn told(&mut self, outcome: Outcome, platform: &Platform) -> Result<Step, Error> {
        let why = match outcome {
            Outcome::Response(response) => {
                match (check_header("", &response.body, SECRET_MAX), &mut self.work) {
                    (Ok(_), Work::Token { asked, .. }) => {
                        *asked = response.body;
                        self.call = None;
                        return self.advance(Input::None, platform);
                    }
                    _ => "it gave no token".to_owned(),
                }
            }
            Outcome::Unreachable(why) => redact(&why, &[]),
            _ => "it took too long".to_owned(),
        };
        let mut error = Error::argument("subjectToken", &concat(&["failed: ", &why]));
        error.retryable = true;
        self.judge(Outcome::Unsent(error), platform)
    }

    /// Takes a workspace token.
    #[inline]
    pub(super) fn land(
        &self,
        id: FlightId,
        response: &Response,
        now: &Now,
        random: f64,
    ) -> Result<(), Error> {
        let granted = WorkspaceToken::from_response(response)?;
        let lifetime = granted.lifetime.unwrap_or(ASSUMED).min(LONGEST);
        let token = Rc::new(Token { secret: granted.token, expires_at: 0 });
        self.session.token.with(|planner| planner.land(id, now, &self.sent, lifetime, token, random));
        Ok(())
    }
}
