//! What the workspace sends the person back with.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Client, Pending, failed};
use crate::error::{Code, Error};
use crate::fields::check_header;
use crate::secret::{Secret, form_decode, redact};
use crate::text::{concat, split, split_once};

/// Longest redirect that is read, in bytes.
const LONGEST: usize = 16 * 1024;
/// Longest code that is taken, in bytes.
const CODE_MAX: usize = 4 * 1024;

impl Client {
    /// The code in a redirect that answers this sign-in; or why there is none. `wall` is the time, in ms since the Unix
    /// epoch.
    pub fn code(&self, redirect: &Redirect, pending: &Pending, wall: i64) -> Result<Secret, Error> {
        if !pending.state.is(&redirect.state) {
            return Err(failed("the redirect's `state` is that of another sign-in"));
        }
        if pending.is_over(wall) {
            return Err(failed("the sign-in was begun more than 10 minutes ago"));
        }
        // RFC 9207: with several workspaces, one must not pass another's code off as its own.
        if !redirect.issuer.is_empty() && !self.issues(&redirect.issuer) {
            return Err(failed("the redirect names another issuer (`iss`) than the workspace"));
        }
        if !redirect.error.is_empty() {
            return Err(redirect.refusal(pending));
        }
        if check_header("code", &redirect.code, CODE_MAX).is_err() {
            return Err(failed("the redirect carries no usable `code`"));
        }
        Ok(Secret::new(&*redirect.code))
    }

    fn issues(&self, issuer: &str) -> bool {
        let path = issuer.strip_prefix(self.authorize.origin());
        path.is_some_and(|path| path.is_empty() || path.starts_with('/'))
    }
}

/// The parameters of a redirect that count, each empty if it is absent.
#[derive(Default)]
pub struct Redirect {
    state: String,
    code: String,
    error: String,
    description: String,
    issuer: String,
}

impl Redirect {
    /// Reads a URL that carries a `state` (RFC 6749, section 4.1.2).
    pub fn parse(url: &str) -> Result<Self, Error> {
        if url.len() > LONGEST {
            return Err(failed("the redirect is too long"));
        }
        let (url, _) = split_once(url, "#").unwrap_or((url, ""));
        let (_, query) = split_once(url, "?").unwrap_or_default();
        let mut redirect = Self::default();
        let mut seen = Vec::new();
        for pair in split(query, "&") {
            let (name, value) = split_once(pair, "=").unwrap_or((pair, ""));
            let place = match name {
                "state" => &mut redirect.state,
                "code" => &mut redirect.code,
                "error" => &mut redirect.error,
                "error_description" => &mut redirect.description,
                "iss" => &mut redirect.issuer,
                _ => continue,
            };
            // RFC 6749, section 3.1: each once at the most.
            if seen.contains(&name) {
                return Err(failed(&concat(&["the redirect carries `", name, "` twice"])));
            }
            seen.push(name);
            *place = String::from_utf8_lossy(&form_decode(value.as_bytes())).into_owned();
        }
        if redirect.state.is_empty() {
            return Err(failed("the redirect carries no `state`"));
        }
        Ok(redirect)
    }

    /// By which the sign-in is known that this answers (RFC 6749, section 10.12).
    pub fn state(&self) -> &str {
        &self.state
    }

    /// RFC 6749, section 4.1.2.1. The same redirect fails again, whatever the reason.
    fn refusal(&self, pending: &Pending) -> Error {
        let code = match self.error.as_str() {
            "invalid_scope" => Code::InvalidScope,
            "unauthorized_client" | "invalid_client" => Code::InvalidClient,
            "server_error" | "temporarily_unavailable" => Code::WorkspaceUnavailable,
            _ => Code::SignInFailed,
        };
        let secrets = [pending.state.expose(), pending.verifier.expose()];
        let said = redact(&concat(&[&self.error, " ", &self.description]), &secrets);
        let message = concat(&["the workspace sent the person back without a code: ", &said]);
        let mut error = Error::new(code, message);
        error.retryable = false;
        error
    }
}

#[cfg(test)]
mod tests {
    use super::super::begun::tests::pending;
    use super::super::tests::client;
    use super::*;

    const WALL: i64 = 1_790_000_000_000;

    fn code(query: &str, later: i64) -> Result<String, Error> {
        let pending = pending(WALL);
        let query = query.replace("STATE", pending.state.expose());
        let redirect = Redirect::parse(&["https://page.example/callback?a=b&", &query].concat())?;
        let client = client(&[("clientId", "c")]).unwrap();
        client.code(&redirect, &pending, WALL + later).map(|code| code.expose().to_owned())
    }

    #[test]
    fn a_code_is_taken_with_its_state_alone() {
        assert_eq!(code("code=c%2B1&state=STATE", 0).unwrap(), "c+1");
        assert_eq!(
            code("state=STATE&code=c-1&iss=https%3A%2F%2Fx.example%2Foidc#frag", 599_000).unwrap(),
            "c-1"
        );
        let table = [
            ("", "no `state`"),
            ("code=c", "no `state`"),
            ("code=c&state=", "no `state`"),
            ("code=c&state=STATEx", "another sign-in"),
            ("code=c&state=state", "another sign-in"),
            ("code=c&state=STATE&state=STATE", "`state` twice"),
            ("code=c&code=d&state=STATE", "`code` twice"),
            ("state=STATE", "no usable `code`"),
            ("state=STATE&code=a%20b", "no usable `code`"),
            ("state=STATE&code=%00", "no usable `code`"),
            ("state=STATE&code=c&iss=https%3A%2F%2Fevil.example", "another issuer"),
            ("state=STATE&code=c&iss=https%3A%2F%2Fx.example.evil", "another issuer"),
            ("#code=c&state=STATE", "no `state`"),
        ];
        for (query, words) in table {
            let error = code(query, 0).expect_err(query);
            assert_eq!((error.code, error.retryable), (Code::SignInFailed, false));
            assert!(error.message.contains(words), "{query}: {}", error.message);
        }
        assert!(code("code=c&state=STATE", 600_001).unwrap_err().message.contains("10 minutes"));
        let long = ["code=", &"c".repeat(20_000), "&state=STATE"].concat();
        assert!(code(&long, 0).unwrap_err().message.contains("too long"));
    }

    #[test]
    fn refusals_are_told_without_what_does_not_belong_into_a_text() {
        let table = [
            ("access_denied", Code::SignInFailed),
            ("invalid_scope", Code::InvalidScope),
            ("unauthorized_client", Code::InvalidClient),
            ("temporarily_unavailable", Code::WorkspaceUnavailable),
        ];
        for (said, expected) in table {
            let error = code(&["error=", said, "&state=STATE"].concat(), 0).unwrap_err();
            assert_eq!((error.code, error.retryable), (expected, false));
            assert!(error.message.ends_with(said), "{}", error.message);
        }
        let query = "error=access_denied&error_description=no%0d%0aX-Evil%3A+1&state=STATE";
        assert!(code(query, 0).unwrap_err().message.ends_with("access_denied no  X-Evil: 1"));
        let query = ["error=x&error_description=", &"y".repeat(9_000), "&state=STATE"].concat();
        assert!(code(&query, 0).unwrap_err().message.len() < 400);
        let echo = "error=x&error_description=STATE&state=STATE";
        assert!(code(echo, 0).unwrap_err().message.contains("withheld"));
        // Without the state, the words may be anybody's.
        let forged = code("error=x&error_description=Call+this+number&state=forged", 0).unwrap_err();
        assert!(!forged.message.contains("number"));
    }
}
