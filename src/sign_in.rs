//! Signing a person in: authorization code with PKCE (RFC 6749, section 4.1; RFC 7636) as a public client, and refresh
//! tokens that are rotated.
//!
//! What must outlive the page is given out as text, to be stored: the sign-ins that were [`Begun`] until each is
//! completed, then a [`Grant`]. Who stores and reads them does so for one caller at a time, in all pages that share the
//! storage: a refresh token is good for one use. [`SignIn`] says what the texts mean.

mod begun;
mod exchange;
#[cfg(test)]
mod flow_tests;
mod grant;
mod holder;
mod redirect;
#[cfg(test)]
mod test_page;

pub use begun::{Begun, Pending};
pub use exchange::Exchange;
pub use grant::Grant;

pub use holder::{Offer, REFRESH, SignIn, signed_out, storage_failed};
pub use redirect::Redirect;

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::access::Access;
use crate::address::Address;
use crate::error::{Code, Error};
use crate::fields::{Fields, NAME_MAX};
use crate::http::{Authorization, Request, base64, form};
use crate::text::{concat, contains, replace, split_once};

/// A public client of one workspace.
#[derive(Clone, Debug)]
#[allow(clippy::struct_field_names, reason = "`client_id` is its name in OAuth")]
pub struct Client {
    /// Where token requests go: the workspace, or what forwards to it.
    pub address: Address,
    /// The workspace's own address, where people sign in.
    pub authorize: Address,
    client_id: String,
    redirect_uri: String,
    /// What workspace tokens are asked for.
    pub access: Access,
}

impl Client {
    /// Reads `host`, `authorizeHost` (by default the same), `clientId`, `redirectUri`, and the options of [`Access`].
    pub fn from_options(fields: &Fields) -> Result<Self, Error> {
        let address = Address::parse(fields.required("host", NAME_MAX)?)?;
        let authorize = match fields.text("authorizeHost", NAME_MAX)? {
            Some(host) => Address::parse(host).map_err(|mut error| {
                if let Some(option) = &mut error.option {
                    "authorizeHost".clone_into(option);
                }
                error.message = replace(&error.message, "`host`", "`authorizeHost`");
                error
            })?,
            None => address.clone(),
        };
        let redirect_uri = fields.header("redirectUri", 2 * NAME_MAX)?;
        check_redirect_uri(redirect_uri)?;
        Ok(Self {
            address,
            authorize,
            client_id: fields.header("clientId", NAME_MAX)?.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            access: Access::from_options(fields, "all-apis offline_access")?,
        })
    }

    /// The name under which its texts are stored: another workspace or client has its own.
    pub fn key(&self) -> String {
        concat(&["lakebase-credentials ", &self.client_id, " ", self.authorize.origin()])
    }

    /// Whether a workspace at this origin may be given its tokens.
    pub fn serves(&self, origin: &str) -> bool {
        origin == self.address.origin() || origin == self.authorize.origin()
    }

    /// Where the person goes to sign in. `digest` is the SHA-256 of the verifier.
    pub fn authorization_url(&self, state: &str, digest: &[u8]) -> String {
        let challenge = base64_url(digest);
        let mut fields = alloc::vec![
            ("response_type", "code"),
            ("client_id", &*self.client_id),
            ("redirect_uri", &*self.redirect_uri),
            ("state", state),
            ("code_challenge", &*challenge),
            ("code_challenge_method", "S256"),
        ];
        self.access.push_to(&mut fields);
        concat(&[&self.authorize.url("/oidc/v1/authorize?"), form(&fields).expose()])
    }

    /// The exchange of the code (RFC 6749, section 4.1.3; RFC 7636, section 4.5).
    pub fn code_request(&self, code: &str, verifier: &str) -> Request {
        self.token_request(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", &self.redirect_uri),
            ("client_id", &self.client_id),
        ])
    }

    /// The exchange of a refresh token (RFC 6749, section 6).
    pub fn refresh_request(&self, refresh_token: &str) -> Request {
        self.token_request(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token),
            ("client_id", &self.client_id),
        ])
    }

    fn token_request(&self, fields: &[(&str, &str)]) -> Request {
        Request::form(&self.address.url("/oidc/v1/token"), Authorization::None, fields)
    }
}

/// Base64 without padding, in the alphabet for URLs (RFC 4648, section 5).
pub(crate) fn base64_url(bytes: &[u8]) -> String {
    let text = replace(&replace(&base64(bytes), "+", "-"), "/", "_");
    text.trim_end_matches('=').to_owned()
}

/// [`Code::SignInFailed`].
pub(crate) fn failed(what: &str) -> Error {
    Error::new(Code::SignInFailed, what)
}

/// A redirect URI is an absolute one (RFC 6749, section 3.1.2), on https, or on http for loopback.
fn check_redirect_uri(uri: &str) -> Result<(), Error> {
    let bad = |reason: &str| Error::argument("redirectUri", reason);
    if contains(uri, "#") {
        return Err(bad("may not hold a fragment"));
    }
    let (before, _) = split_once(uri, "?").unwrap_or((uri, ""));
    let (scheme, rest) = split_once(before, "://").ok_or_else(|| bad("must begin with https://"))?;
    let (authority, _) = split_once(rest, "/").unwrap_or((rest, ""));
    Address::parse(&concat(&[scheme, "://", authority]))
        .map(|_| ())
        .map_err(|_| bad("must be an https:// address, or an http:// one on loopback"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::json::Value;

    pub(super) fn client(changes: &[(&str, &str)]) -> Result<Client, Error> {
        let mut options = vec![
            ("host", "https://page.example"),
            ("authorizeHost", "https://x.example"),
            ("clientId", "client 1"),
            ("redirectUri", "https://page.example/callback?a=b"),
        ];
        for (name, value) in changes {
            options.retain(|(other, _)| other != name);
            if !value.is_empty() {
                options.push((name, value));
            }
        }
        let members = options.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        Client::from_options(&Fields::of(Some(&Value::Object(members.collect()))).unwrap())
    }

    #[test]
    fn the_person_is_sent_to_the_workspace_and_tokens_are_asked_of_the_host() {
        let client = client(&[("clientId", "client-1")]).unwrap();
        let pending = begun::tests::pending(0);
        // RFC 7636, appendix B.
        let digest = [
            19, 211, 30, 150, 26, 26, 216, 236, 47, 22, 177, 12, 76, 152, 46, 8, 118, 168, 120, 173, 109,
            241, 68, 86, 110, 225, 137, 74, 203, 112, 249, 195,
        ];
        let url = client.authorization_url(pending.state.expose(), &digest);
        let expected = [
            "https://x.example/oidc/v1/authorize?response_type=code&client_id=client-1",
            "&redirect_uri=https%3A%2F%2Fpage.example%2Fcallback%3Fa%3Db&state=",
            pending.state.expose(),
            "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
            "&scope=all-apis%20offline_access",
        ];
        assert_eq!(url, expected.concat());
        let request = client.code_request("c&1", "v");
        assert_eq!(request.url, "https://page.example/oidc/v1/token");
        assert!(matches!(request.authorization, Authorization::None));
        assert_eq!(
            request.body.unwrap().expose(),
            "grant_type=authorization_code&code=c%261&code_verifier=v\
             &redirect_uri=https%3A%2F%2Fpage.example%2Fcallback%3Fa%3Db&client_id=client-1"
        );
        let request = client.refresh_request("r");
        assert_eq!(
            request.body.unwrap().expose(),
            "grant_type=refresh_token&refresh_token=r&client_id=client-1"
        );
        assert!(client.serves("https://page.example") && client.serves("https://x.example"));
        assert!(!client.serves("https://y.example"));
    }

    #[test]
    fn wrong_options_are_named() {
        for (option, value) in [
            ("host", ""),
            ("host", "https://x.example/path"),
            ("authorizeHost", "https://x.example/path"),
            ("clientId", ""),
            ("clientId", "a b"),
            ("redirectUri", ""),
            ("redirectUri", "/callback"),
            ("redirectUri", "javascript:alert(1)"),
            ("redirectUri", "http://page.example/"),
            ("redirectUri", "https://user@page.example/"),
            ("redirectUri", "https://page.example/#x"),
            ("redirectUri", "https:///"),
        ] {
            let changes = [("clientId", "client-1"), (option, value)];
            assert_eq!(client(&changes).unwrap_err().option.as_deref(), Some(option), "{value}");
        }
        for uri in ["http://localhost:5173/", "http://127.0.0.1:1?x=y", "https://page.example"] {
            assert!(client(&[("clientId", "c"), ("redirectUri", uri)]).is_ok(), "{uri}");
        }
        let insecure = client(&[("clientId", "c"), ("authorizeHost", "http://x.example")]).unwrap_err();
        assert_eq!(insecure.code, Code::InsecureHost);
        assert!(insecure.message.contains("authorizeHost"));
    }

    #[test]
    fn base64_is_fit_for_urls() {
        assert_eq!(base64_url(&[251, 255, 254]), "-__-");
        assert_eq!(base64_url(&[255]), "_w");
    }

    #[test]
    fn another_workspace_or_client_has_another_key() {
        let key = |changes: &[(&str, &str)]| client(changes).unwrap().key();
        let plain = key(&[("clientId", "c")]);
        assert_ne!(plain, key(&[("clientId", "d")]));
        assert_ne!(plain, key(&[("clientId", "c"), ("authorizeHost", "https://y.example")]));
        assert_eq!(plain, key(&[("clientId", "c"), ("redirectUri", "https://page.example/2")]));
    }
}
