//! The exchange of a code or refresh token for a grant.

use alloc::vec;
use alloc::vec::Vec;

use super::{Grant, SignIn};
use crate::error::Error;
use crate::http::{Request, Response};
use crate::secret::Secret;
use crate::shared::Rc;

/// An exchange at the token endpoint, part of a sign-in.
pub struct Exchange {
    sign_in: Rc<SignIn>,
    proof: Proof,
}

/// What a request proves itself by.
pub(super) enum Proof {
    /// A code and its verifier, for the sign-in of this id.
    Code { code: Secret, verifier: Secret, id: Secret },
    /// The refresh token of this grant.
    Refresh(Grant),
}

impl Exchange {
    pub(super) const fn new(sign_in: Rc<SignIn>, proof: Proof) -> Self {
        Self { sign_in, proof }
    }

    /// The request.
    pub(crate) fn request(&self) -> Request {
        let client = &self.sign_in.client;
        match &self.proof {
            Proof::Code { code, verifier, .. } => client.code_request(code.expose(), verifier.expose()),
            Proof::Refresh(grant) => client.refresh_request(grant.refresh_token().map_or("", Secret::expose)),
        }
    }

    /// What the server could quote of it.
    pub(crate) fn secrets(&self) -> Vec<&str> {
        match &self.proof {
            Proof::Code { code, verifier, .. } => vec![code.expose(), verifier.expose()],
            Proof::Refresh(grant) => grant.refresh_token().map(Secret::expose).into_iter().collect(),
        }
    }

    /// Reads a successful answer.
    pub(crate) fn granted(&self, response: &Response, wall: i64) -> Result<Grant, Error> {
        match &self.proof {
            Proof::Code { id, .. } => Grant::of_code(response, id, wall),
            Proof::Refresh(grant) => grant.refreshed(response, wall),
        }
    }

    /// The error to tell: a code that was sent is used up, so that the same call fails again, whatever the reason.
    pub(crate) fn failed(&self, mut error: Error) -> Error {
        match self.proof {
            Proof::Code { .. } => {
                error.retryable = false;
                error.retry_after = None;
                error.message.push_str("; the code is used up, so the sign-in must be begun again");
                error
            }
            Proof::Refresh(_) => self.sign_in.note(error),
        }
    }
}
