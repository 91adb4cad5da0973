//! One identity at one workspace: its calls, and the workspace token that they share.

use std::rc::Rc;

use super::fetch::send;
use super::platform::{now, random};
use super::slot::{GRACE, Landed, Slot, Token};
use super::wait::{Wait, Work};
use crate::address::Address;
use crate::call::{Call, Verdict};
use crate::error::{Code, Error};
use crate::http::{Authorization, Request, Response};
use crate::identity::{Identity, WorkspaceToken};
use crate::lifetime::{ASSUMED, LONGEST};
use crate::planner::{FlightId, Need};

/// A mint never starts on a workspace token with less to live, in ms: Azure refuses those with less than 30 s.
const WORKSPACE_TOKEN_MIN: u64 = 40_000;
/// Time limit of one flight with all its retries, in ms.
pub(super) const FLIGHT: u64 = 60_000;

/// What a call tells while it is under way.
pub(super) trait Watch {
    /// The call will show the next sign of life by then (elapsed ms).
    fn alive(&self, _until: u64) {}
    /// An attempt failed, and another follows after `delay` ms.
    fn retry(&self, _attempt: u32, _delay: u64, _error: &Error) {}
}

/// A call that only its caller waits for.
pub(super) struct Unwatched;

impl Watch for Unwatched {}

/// A flight of the workspace token's slot.
struct TokenFlight {
    slot: Rc<Slot>,
    id: FlightId,
}

impl Watch for TokenFlight {
    fn alive(&self, until: u64) {
        self.slot.with(|planner| planner.touch(self.id, until));
    }
}

/// A successful answer, and what it took.
pub(super) struct Answer {
    pub(super) response: Response,
    /// When the answered request was sent, in elapsed ms.
    pub(super) sent: u64,
    pub(super) attempts: u32,
}

pub(super) struct Session {
    pub(super) address: Address,
    pub(super) identity: Identity,
    pub(super) request_timeout: u64,
    token: Rc<Slot>,
    /// Every form in which a server could echo the identity's secret.
    secrets: Vec<String>,
}

impl Session {
    pub(super) fn new(address: Address, identity: Identity, request_timeout: u64) -> Rc<Self> {
        let secrets = identity.secret_forms();
        Rc::new(Self { address, identity, request_timeout, token: Slot::new(false), secrets })
    }

    /// Makes one call, with retries, within `deadline` (elapsed ms).
    pub(super) fn call<'a>(
        self: &'a Rc<Self>,
        request: Request,
        deadline: u64,
        watch: &'a dyn Watch,
    ) -> Work<'a, Result<Answer, Error>> {
        Box::pin(self.attempts(request, deadline, watch))
    }

    async fn attempts(
        self: &Rc<Self>,
        request: Request,
        deadline: u64,
        watch: &dyn Watch,
    ) -> Result<Answer, Error> {
        let mut call = Call::new(request, deadline);
        loop {
            let token = match call.request.authorization {
                Authorization::Workspace => {
                    Some(self.workspace_token(deadline, watch).await.map_err(|e| self.name(e))?)
                }
                _ => None,
            };
            let sent = now().elapsed;
            let limit = self.request_timeout.min(deadline.saturating_sub(sent));
            watch.alive(sent + limit + GRACE);
            let outcome = send(&call.request, token.as_ref().map(|token| &token.secret), limit).await;
            let mut secrets: Vec<&str> = self.secrets.iter().map(String::as_str).collect();
            secrets.extend(token.as_ref().map(|token| token.secret.expose()));
            let renewable = self.identity.ready_token().is_none();
            match call.judge(&now(), outcome, random(), &secrets, renewable) {
                Verdict::Done(response) => {
                    return Ok(Answer { response, sent, attempts: call.attempts() + 1 });
                }
                Verdict::RenewToken => {
                    let moment = now();
                    self.token.with(|planner| {
                        planner.invalidate(&moment, |held| {
                            token.as_ref().is_some_and(|used| Rc::ptr_eq(held, used))
                        })
                    });
                }
                Verdict::Retry { delay, error } => {
                    watch.retry(call.attempts(), delay, &error);
                    watch.alive(now().elapsed + delay + GRACE);
                    Wait::sleep(delay).await;
                }
                Verdict::Fail(error) => return Err(self.name(error)),
            }
        }
    }

    async fn workspace_token(self: &Rc<Self>, deadline: u64, watch: &dyn Watch) -> Result<Rc<Token>, Error> {
        if let Some(token) = self.identity.ready_token() {
            return Ok(Token::new(token.clone(), 0));
        }
        let need = Need { min_remaining: Some(WORKSPACE_TOKEN_MIN), deadline, joined: None };
        let launch = |_| self.launch_token();
        self.token.acquire(need, &launch, &|until| watch.alive(until)).await.map_err(|error| {
            match error.code {
                Code::LifetimeTooShort => Error::new(
                    Code::ShortLivedToken,
                    "the token endpoint gave a workspace token that lives for less than 40 s",
                ),
                _ => error,
            }
        })
    }

    fn launch_token(self: &Rc<Self>) {
        let (session, begun) = (Rc::clone(self), now().elapsed);
        self.token.launch(begun + self.request_timeout + GRACE, |id| {
            Box::pin(async move {
                let Some(request) = session.identity.token_request(&session.address) else {
                    return Err(Error::new(Code::Unauthenticated, "a ready token cannot be renewed"));
                };
                let watch = TokenFlight { slot: Rc::clone(&session.token), id };
                let answer = session.call(request, begun + FLIGHT, &watch).await?;
                let token =
                    WorkspaceToken::from_response(&answer.response).map_err(|error| session.name(error))?;
                let lifetime = token.lifetime.unwrap_or(ASSUMED).min(LONGEST);
                Ok(Landed { token: Token::new(token.token, 0), sent: answer.sent, lifetime })
            })
        });
    }

    /// Says who asked.
    pub(super) fn name(&self, mut error: Error) -> Error {
        error.identity.get_or_insert_with(|| self.identity.name().to_owned());
        error
    }
}
