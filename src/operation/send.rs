//! Sending a call, and judging what came of it.

use alloc::vec;

use super::{GRACE, Notice, Operation, Output, Platform, Step, WORKSPACE_TOKEN_MIN, Work};
use crate::call::Verdict;
use crate::clock::Now;
use crate::error::{Code, Error};
use crate::http::{Authorization, Outcome};
use crate::planner::{Decision, Need};
use crate::shared::Rc;

impl Operation {
    /// Sends the call, once it has the workspace token that it wants.
    pub(super) fn send(&mut self, platform: &Platform) -> Result<Step, Error> {
        let Some(call) = &self.call else { return Ok(Step::Done(Output::None)) };
        let (now, request) = (&platform.now, Rc::clone(&call.request));
        let timeout = self.session.request_timeout.min(self.deadline.saturating_sub(now.elapsed));
        if self.asks() {
            self.alive(now.elapsed + timeout + GRACE);
            return Ok(Step::Ask(timeout));
        }
        let token = match (&request.authorization, self.session.identity.ready_token()) {
            (Authorization::Workspace, Some(token)) => Some(Rc::clone(token)),
            (Authorization::Workspace, None) => {
                let need = Need {
                    min_remaining: Some(WORKSPACE_TOKEN_MIN),
                    deadline: self.deadline,
                    joined: self.joined,
                };
                match self.session.token.with(|planner| planner.decide(now, &need)) {
                    Decision::Serve { value, .. } => Some(value),
                    Decision::Begin => return Ok(self.token_flight(now)),
                    Decision::Fail(error) if error.code == Code::LifetimeTooShort => {
                        let message =
                            "the token endpoint gave a workspace token that lives for less than 40 s";
                        return Err(Error::new(Code::ShortLivedToken, message));
                    }
                    waiting => {
                        // Who waits for this flight waits for that one, which another may have begun.
                        self.session.token.with(|planner| {
                            planner.trouble().map(|(error, next)| self.set_back(error, next))
                        });
                        return self.wait(self.session.token.serial, waiting, now);
                    }
                }
            }
            _ => None,
        };
        self.sent = *now;
        self.used.clone_from(&token);
        self.alive(now.elapsed + timeout + GRACE);
        Ok(Step::Send { request, token, timeout })
    }

    /// Judges what came of a request.
    pub(super) fn judge(&mut self, outcome: Outcome, platform: &Platform) -> Result<Step, Error> {
        let Some(call) = &mut self.call else { return Ok(Step::Done(Output::None)) };
        let mut secrets = vec![self.session.identity.secret()];
        if let Some(token) = &self.used {
            secrets.push(token.secret.expose());
        }
        if let Work::Token { asked, .. } = &self.work {
            secrets.push(asked);
        }
        #[cfg(feature = "admin")]
        if let Work::Exchange(exchange) = &self.work {
            secrets.append(&mut exchange.secrets());
        }
        let renewable = self.session.identity.ready_token().is_none();
        match call.judge(&platform.now, outcome, (platform.random)(), &secrets, renewable) {
            Verdict::Done(response) => self.answered(&response, platform),
            Verdict::RenewToken => {
                if let Some(used) = self.used.take() {
                    #[cfg(feature = "admin")]
                    if let Some(sign_in) = self.session.sign_in() {
                        sign_in.refuse(&used.secret);
                    }
                    self.session.token.invalidate(&platform.now, used.secret.expose());
                }
                self.joined = None;
                self.send(platform)
            }
            Verdict::Retry { delay, error } => {
                let attempts = call.attempts();
                if let Some(flight) = self.minting() {
                    (platform.notify)(Notice::Retry { flight, attempts, delay, error: &error });
                }
                self.set_back(&error, platform.now.elapsed + delay);
                Ok(self.pause(delay, &platform.now))
            }
            #[cfg(feature = "admin")]
            Verdict::Fail(error) if error.code == Code::NotFound && self.leave_out() => {
                self.list_on(platform)
            }
            Verdict::Fail(error) => Err(error),
        }
    }

    pub(super) fn pause(&self, ms: u64, now: &Now) -> Step {
        self.alive(now.elapsed + ms + GRACE);
        Step::Sleep(ms)
    }
}
