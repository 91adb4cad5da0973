//! Who is signed in, by what the storage says, and the sessions that live on it.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::exchange::{Exchange, Proof};
use super::{Client, Grant};
use crate::clock::Now;
use crate::error::{Code, Error};
use crate::fields::Fields;
use crate::http::REQUEST_TIMEOUT;
use crate::json::{self, Value};
use crate::operation::Operation;
use crate::secret::{Secret, redact};
use crate::session::Session;
use crate::shared::{Rc, RefCell, Weak};
use crate::text::concat;

/// Time limit of a refresh with all its retries, in ms: shorter than callers wait by default, so that they hear why.
pub const REFRESH: u64 = 20_000;

/// The sign-in of one person after the other, as a client of one workspace.
pub struct SignIn {
    /// The client.
    pub client: Client,
    request_timeout: u64,
    /// Of its own requests. Each end brings another, so that what is under way ends with the one before.
    own: RefCell<Rc<Session>>,
    /// Those that get their tokens here.
    sessions: RefCell<Vec<Weak<Session>>>,
    holder: RefCell<Holder>,
    /// An access token that the workspace refused.
    refused: RefCell<Option<Secret>>,
    /// Why no token was had, until it is told.
    trouble: RefCell<Option<Error>>,
}

/// Who is signed in, by the id of the sign-in.
enum Holder {
    Nobody,
    Person(Secret),
    /// It ended by itself. What was got with it stays good for as long as it lives.
    Lapsed(Secret),
}

/// What there is for one who asks for an access token.
pub enum Offer {
    /// One, as a token endpoint would answer with it.
    Token(Secret),
    /// This brings the next grant, which is stored before it is used.
    Refresh(Box<Operation>),
}

impl SignIn {
    /// Reads the options of a [`Client`], and `requestTimeout` (ms).
    pub fn from_options(fields: &Fields) -> Result<Self, Error> {
        let client = Client::from_options(fields)?;
        let request_timeout = fields.number("requestTimeout", 1, 600_000)?.unwrap_or(REQUEST_TIMEOUT);
        let own = Rc::new(Session::of_client(&client, request_timeout)?);
        Ok(Self {
            client,
            request_timeout,
            own: RefCell::new(own),
            sessions: RefCell::default(),
            holder: RefCell::new(Holder::Nobody),
            refused: RefCell::default(),
            trouble: RefCell::default(),
        })
    }

    /// The session of its own requests.
    pub fn own(&self) -> Rc<Session> {
        Rc::clone(&self.own.borrow())
    }

    /// Gives this session its tokens, if it is one of the workspace that the person signs in to.
    pub fn bind(self: &Rc<Self>, session: &Rc<Session>) -> Result<(), Error> {
        let origin = session.address.origin();
        if !self.client.serves(origin) {
            let message =
                concat(&["the session is one of ", self.client.authorize.origin(), ", not of ", origin]);
            return Err(Error::new(Code::WorkspaceMismatch, message));
        }
        let mut sessions = self.sessions.borrow_mut();
        sessions.retain(|other| other.strong_count() > 0);
        sessions.push(Rc::downgrade(session));
        session.live_on(self);
        Ok(())
    }

    /// The exchange of a code, for a sign-in of this id.
    pub fn exchange(self: &Rc<Self>, code: Secret, verifier: Secret, id: Secret, deadline: u64) -> Operation {
        let exchange = Exchange::new(Rc::clone(self), Proof::Code { code, verifier, id });
        Operation::exchange(&self.own(), exchange, deadline)
    }

    /// What there is, with this text in the storage, for one who needs an access token.
    pub fn offer(self: &Rc<Self>, stored: &str, now: &Now) -> Result<Offer, Error> {
        let Some(grant) = self.look(stored, now.wall) else {
            if matches!(*self.holder.borrow(), Holder::Lapsed(_)) {
                return Err(self.note(signed_out("the sign-in has ended by itself")));
            }
            self.end();
            return Err(self.note(signed_out("nobody is signed in")));
        };
        let refused = self.refused.borrow().as_ref() == Some(grant.access_token());
        if grant.will_do(now.wall) && !refused {
            return Ok(Offer::Token(grant.answer(now.wall)));
        }
        if grant.refresh_token().is_none() {
            self.holder.replace(Holder::Lapsed(grant.id));
            let message = "the sign-in has ended: it brought no refresh token, for which there is the scope offline_access";
            return Err(self.note(signed_out(message)));
        }
        let exchange = Exchange::new(Rc::clone(self), Proof::Refresh(grant));
        let deadline = now.elapsed + REFRESH;
        Ok(Offer::Refresh(Box::new(Operation::exchange(&self.own(), exchange, deadline))))
    }

    /// Looks who is signed in by what is stored. If it is not the one who was, all that lives on that sign-in ends.
    pub fn look(&self, stored: &str, wall: i64) -> Option<Grant> {
        let grant = Grant::parse(stored);
        let over = grant.as_ref().is_some_and(|grant| grant.is_over(wall));
        let ends = match (&*self.holder.borrow(), &grant) {
            (Holder::Person(id) | Holder::Lapsed(id), Some(grant)) => *id != grant.id,
            (Holder::Person(_), None) => true,
            (Holder::Nobody, _) | (Holder::Lapsed(_), None) => false,
        };
        if ends {
            self.end();
        }
        if let Some(grant) = &grant {
            let id = grant.id.clone();
            self.holder.replace(if over { Holder::Lapsed(id) } else { Holder::Person(id) });
        }
        grant.filter(|_| !over)
    }

    /// Whether somebody was signed in at the last look.
    pub fn is_signed_in(&self) -> bool {
        matches!(*self.holder.borrow(), Holder::Person(_))
    }

    /// The refresh token of the `used` text was refused. Tells whether that is what is stored still, and to be removed;
    /// if not, there may be a newer one.
    pub fn lapse(&self, used: &str, stored: &str) -> bool {
        let token = |text: &str| Grant::parse(text)?.refresh_token().cloned();
        let (Some(grant), true) = (Grant::parse(used), token(used) == token(stored)) else { return false };
        self.holder.replace(Holder::Lapsed(grant.id));
        true
    }

    /// Ends all that lives on the sign-in: tokens are dropped, and what is under way fails.
    pub fn end(&self) {
        self.holder.replace(Holder::Nobody);
        self.refused.take();
        for session in self.sessions.take() {
            if let Some(session) = session.upgrade() {
                session.end();
            }
        }
        if let Ok(own) = Session::of_client(&self.client, self.request_timeout) {
            self.own.replace(Rc::new(own)).end();
        }
    }

    /// The workspace refused this access token: it is not offered again.
    pub(crate) fn refuse(&self, token: &Secret) {
        self.refused.replace(Some(token.clone()));
    }

    /// Keeps an error for whoever waits for a token.
    pub fn note(&self, error: Error) -> Error {
        self.trouble.replace(Some(error.clone()));
        error
    }

    /// Why there is no token, for whoever waited for it. `why` is what the platform says.
    pub(crate) fn trouble(&self, why: &str) -> Error {
        self.trouble.take().unwrap_or_else(|| storage_failed(why, ""))
    }
}

/// [`Code::SignedOut`].
pub fn signed_out(what: &str) -> Error {
    Error::new(Code::SignedOut, what)
}

/// The storage did not take this text, or gave none; `why` is what it says.
pub fn storage_failed(why: &str, text: &str) -> Error {
    let value = json::parse(text);
    let mut secrets = Vec::new();
    if let Some(value) = &value {
        push_texts(&mut secrets, value);
    }
    let mut error = Error::argument("storage", &concat(&["failed: ", &redact(why, &secrets)]));
    error.retryable = true;
    error
}

/// The texts in a value.
fn push_texts<'a>(texts: &mut Vec<&'a str>, value: &'a Value) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| push_texts(texts, item)),
        Value::Object(members) => members.iter().for_each(|(_, member)| push_texts(texts, member)),
        _ => {}
    }
}
