//! The one error of this crate: a stable code, what it concerns, whether a retry can help, and the next step.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use core::ops::{Deref, DerefMut};

use crate::text;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $(#[cfg($when:meta)])? $name:ident $text:literal $retryable:literal $hint:literal,)*) => {
        /// Stable error codes. A caller may match on them; their texts never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])* $(#[cfg($when)])? $name,)* }

        impl Code {
            /// Every code there is, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$($(#[cfg($when)])? Self::$name,)*];

            /// The code as it stands in `LakebaseError.code`.
            pub const fn as_str(self) -> &'static str {
                match self { $($(#[cfg($when)])? Self::$name => $text,)* }
            }

            /// Whether the same call may succeed later with nothing changed.
            pub const fn retryable(self) -> bool {
                match self { $($(#[cfg($when)])? Self::$name => $retryable,)* }
            }

            /// What a person does next.
            pub const fn hint(self) -> &'static str {
                match self { $($(#[cfg($when)])? Self::$name => $hint,)* }
            }
        }
    };
}

codes! {
    /// An option has the wrong type, is missing, empty, too long, or holds what it may not.
    InvalidArgument "INVALID_ARGUMENT" false
        "Correct the option that is named.",
    /// A workspace address with `http://` that is not on loopback.
    InsecureHost "INSECURE_HOST" false
        "Use https://. Plain http is taken for loopback addresses only.",
    /// A TLS setting under which a token could reach a server that is not verified.
    InsecureTls "INSECURE_TLS" false
        "Leave the setting out, or give the certificate authority as `ca`.",
    /// The token endpoint refused the client id or secret (RFC 6749, section 5.2).
    InvalidClient "INVALID_CLIENT" false
        "Check the client id and secret, that the secret has not expired, and that the service principal belongs to this workspace.",
    /// The token endpoint refused the grant: a code, refresh token or subject token that is used, expired or not for this client.
    InvalidGrant "INVALID_GRANT" false
        "Sign in again, or get a new token from the platform, and check the federation policy.",
    /// The token endpoint refused the scopes.
    InvalidScope "INVALID_SCOPE" false
        "Ask for scopes that the client may have; the usual one is all-apis.",
    /// A redirect that completes no sign-in that was begun here.
    #[cfg(feature = "admin")]
    SignInFailed "SIGN_IN_FAILED" false
        "Begin the sign-in again, and complete it in the same browser within 10 minutes.",
    /// Nobody is signed in, or no longer the person for whom it was asked.
    #[cfg(feature = "admin")]
    SignedOut "SIGNED_OUT" false
        "Sign in, and make a new Workspace with the session.",
    /// The workspace refused the access token.
    Unauthenticated "UNAUTHENTICATED" false
        "Get a new token for this workspace; a token of another workspace is refused too.",
    /// The identity may not do this.
    PermissionDenied "PERMISSION_DENIED" false
        "Give the identity access to the workspace and CAN USE on the database instance.",
    /// No such instance, endpoint or route.
    NotFound "NOT_FOUND" false
        "Check the name and the workspace: instances are seen from their own workspace only.",
    /// The workspace refused the request as malformed.
    InvalidRequest "INVALID_REQUEST" false
        "Correct the request as the message says.",
    /// The instance or endpoint is in a state in which no credential is given.
    InstanceNotAvailable "INSTANCE_NOT_AVAILABLE" false
        "Wait until it is available (waitUntilAvailable), or start it.",
    /// The feature is not turned on in this workspace.
    FeatureDisabled "FEATURE_DISABLED" false
        "Ask a workspace admin to turn Lakebase on.",
    /// 429, or a quota.
    RateLimited "RATE_LIMITED" true
        "Try again after `retryAfter`; share one Workspace, which asks once for all callers.",
    /// The workspace answered with a server error.
    WorkspaceUnavailable "WORKSPACE_UNAVAILABLE" true
        "Try again later.",
    /// A redirect, which is never followed: no workspace is there, or a private link is needed.
    WorkspaceRedirect "WORKSPACE_REDIRECT" false
        "Check that the host is the workspace's own address and may be reached from this network.",
    /// An answer that is no answer of this API: HTML, cut short, of wrong types, too large.
    UnexpectedResponse "UNEXPECTED_RESPONSE" true
        "Check that the host is a Databricks workspace and that no proxy answers for it.",
    /// The workspace could not be reached.
    Network "NETWORK" true
        "Check the host name, the network and the certificate of the workspace.",
    /// No answer within the time that the caller gave.
    Timeout "TIMEOUT" true
        "Try again, or give more time with `timeout`.",
    /// The caller's `AbortSignal` ended the wait.
    Aborted "ABORTED" true
        "Call again when the answer is wanted.",
    /// The token endpoint gave a token too short-lived to start a mint on.
    ShortLivedToken "SHORT_LIVED_TOKEN" true
        "With federation, give a subject token that lives longer.",
    /// No credential can live for as long as `minRemaining` asks.
    LifetimeTooShort "LIFETIME_TOO_SHORT" false
        "Ask for less with `minRemaining`, or for a longer `ttl`.",
    /// The answer came from another workspace than the one configured.
    WorkspaceMismatch "WORKSPACE_MISMATCH" false
        "Use the address of the workspace that owns the instance.",
    /// Postgres refused the login (SQLSTATE 28P01 or 28000). Retryable where the next login has another token.
    LoginRefused "LOGIN_REFUSED" false
        "Connect again if that is retryable. Otherwise create the identity's Postgres role (databricks_create_role), and check `user`. A personal access token is never the password.",
}

/// What went wrong. None of its fields holds a secret.
///
/// The fields are boxed: results that carry one stay small, which shows in the size of the WebAssembly.
#[derive(Clone, Debug, PartialEq)]
pub struct Error(Box<Details>);

/// The fields of an [`Error`].
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// The stable code.
    pub code: Code,
    /// What happened, for a person.
    pub message: String,
    /// Whether the same call may succeed later with nothing changed.
    pub retryable: bool,
    /// HTTP status of the answer, where there was one.
    pub status: Option<u16>,
    /// How long to wait before the next try, in ms, where it is known.
    pub retry_after: Option<u64>,
    /// The request id of the call (`request_id` on the wire).
    pub request_id: Option<String>,
    /// Who asked: the service principal's client id, or the kind of token.
    pub identity: Option<String>,
    /// The instance or endpoint concerned.
    pub target: Option<String>,
    /// The option at fault, for [`Code::InvalidArgument`].
    pub option: Option<String>,
}

impl Error {
    /// An error of this code, as retryable as the code says.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            code,
            message: message.into(),
            retryable: code.retryable(),
            status: None,
            retry_after: None,
            request_id: None,
            identity: None,
            target: None,
            option: None,
        }))
    }

    /// [`Code::InvalidArgument`], naming the option.
    pub fn argument(option: &str, reason: &str) -> Self {
        let mut error = Self::new(Code::InvalidArgument, text::concat(&["`", option, "` ", reason]));
        error.option = Some(option.to_owned());
        error
    }

    /// All of it in one text: the code, what happened, whom it concerns, and the next step.
    pub fn describe(&self) -> String {
        let mut out = text::concat(&[self.code.as_str(), ": ", &self.message]);
        let mut before = " [";
        for (label, value) in self.context() {
            if let Some(value) = value {
                out.push_str(&text::concat(&[before, label, " ", value]));
                before = ", ";
            }
        }
        out.push_str(if before == ", " { "]. " } else { ". " });
        out.push_str(self.hint());
        out
    }

    /// Whom it concerns, each by its name in JavaScript.
    pub fn context(&self) -> [(&'static str, Option<&str>); 3] {
        [
            ("identity", self.identity.as_deref()),
            ("target", self.target.as_deref()),
            ("requestId", self.request_id.as_deref()),
        ]
    }

    /// The next step for a person.
    pub fn hint(&self) -> &'static str {
        self.code.hint()
    }
}

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_each_says_what_to_do() {
        for (i, code) in Code::ALL.iter().enumerate() {
            assert!(code.as_str().chars().all(|c| c.is_ascii_uppercase() || c == '_'));
            assert!(code.hint().ends_with('.'), "{code:?}");
            assert!(Code::ALL.iter().skip(i + 1).all(|other| other.as_str() != code.as_str()));
        }
    }
}
