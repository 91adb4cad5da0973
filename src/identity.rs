//! Who asks: a service principal with its secret, or the holder of a ready token.

use alloc::borrow::ToOwned;
use alloc::rc::Rc;
use alloc::string::String;

use crate::address::Address;
use crate::answer;
use crate::classify::Hop;
use crate::error::Error;
use crate::fields::{Fields, NAME_MAX, SECRET_MAX};
use crate::http::{Authorization, Request, Response, base64, form, percent_encode};
use crate::json::Value;
use crate::secret::Secret;
use crate::text::concat;
use crate::token::Token;

/// Who asks the workspace.
#[derive(Clone, Debug)]
pub enum Identity {
    /// Machine to machine: OAuth client credentials.
    ServicePrincipal {
        /// The application (client) id; also the Postgres user.
        client_id: String,
        /// The OAuth secret.
        client_secret: Secret,
    },
    /// A ready workspace token: a personal access token, or a user's token that was forwarded.
    Token(Rc<Token>),
}

impl Identity {
    /// Reads `{clientId, clientSecret}` or `{token}`; exactly one of the two.
    pub fn from_options(fields: &Fields) -> Result<Self, Error> {
        let client = fields.get("clientId").is_some() || fields.get("clientSecret").is_some();
        match (client, fields.get("token").is_some()) {
            (true, true) => {
                Err(Error::argument("token", "and `clientId` exclude each other: give one identity"))
            }
            (false, false) => Err(Error::argument("clientId", "and `clientSecret`, or `token`, are missing")),
            (true, false) => Ok(Self::ServicePrincipal {
                client_id: fields.header("clientId", NAME_MAX)?.to_owned(),
                client_secret: Secret::new(fields.required("clientSecret", SECRET_MAX)?),
            }),
            (false, true) => {
                let token = fields.header("token", SECRET_MAX)?;
                Ok(Self::Token(Rc::new(Token { secret: Secret::new(token), expires_at: 0 })))
            }
        }
    }

    /// The name that errors give.
    pub fn name(&self) -> &str {
        match self {
            Self::ServicePrincipal { client_id, .. } => client_id,
            Self::Token(_) => "the holder of the given token",
        }
    }

    /// The Postgres user, where it is known without asking.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::ServicePrincipal { client_id, .. } => Some(client_id),
            Self::Token(_) => None,
        }
    }

    /// The ready token, if that is what this is.
    pub fn ready_token(&self) -> Option<&Rc<Token>> {
        match self {
            Self::Token(token) => Some(token),
            Self::ServicePrincipal { .. } => None,
        }
    }

    /// The token request (RFC 6749, section 4.4); `None` with a ready token.
    pub fn token_request(&self, address: &Address) -> Option<Request> {
        let Self::ServicePrincipal { client_id, client_secret } = self else { return None };
        Some(Request {
            method: "POST",
            url: address.url("/oidc/v1/token"),
            authorization: Authorization::Basic(Secret::new(basic(client_id, client_secret.expose()))),
            content_type: "application/x-www-form-urlencoded",
            body: Some(form(&[("grant_type", "client_credentials"), ("scope", "all-apis")])),
            workspace_id: None,
        })
    }

    /// The secret that this identity is proved by.
    pub fn secret(&self) -> &str {
        match self {
            Self::ServicePrincipal { client_secret, .. } => client_secret.expose(),
            Self::Token(token) => token.secret.expose(),
        }
    }
}

/// What stands after `Basic` (RFC 7617). Both are form-encoded before they are joined (RFC 6749, section 2.3.1).
fn basic(client_id: &str, client_secret: &str) -> String {
    let pair = concat(&[&percent_encode(client_id), ":", &percent_encode(client_secret)]);
    base64(pair.as_bytes())
}

/// A workspace access token, as the token endpoint gave it.
#[derive(Clone, Debug)]
pub struct WorkspaceToken {
    /// `access_token`.
    pub token: Secret,
    /// `expires_in`, in ms; `None` if it was absent or made no sense.
    pub lifetime: Option<u64>,
}

impl WorkspaceToken {
    /// Reads the token endpoint's answer (RFC 6749, section 5.1).
    pub fn from_response(response: &Response) -> Result<Self, Error> {
        let body = answer::object(response, Hop::Token)?;
        let token = answer::token(&body, "access_token", Hop::Token)?;
        let seconds = body.get("expires_in").and_then(Value::as_number).filter(|s| (1.0..=1e9).contains(s));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let lifetime = seconds.map(|s| (s * 1000.0) as u64);
        Ok(Self { token, lifetime })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn identity(options: &Value) -> Result<Identity, Error> {
        Identity::from_options(&Fields::of(Some(options)).unwrap())
    }

    #[test]
    fn exactly_one_identity_is_taken() {
        let s = Value::from;
        let bad = [
            (Value::object([]), "clientId"),
            (Value::object([("clientId", s("a"))]), "clientSecret"),
            (Value::object([("clientSecret", s("a"))]), "clientId"),
            (Value::object([("clientId", s("a")), ("clientSecret", s("b")), ("token", s("c"))]), "token"),
            (Value::object([("token", s("a\r\nX-Evil: 1"))]), "token"),
            (Value::object([("token", s("two words"))]), "token"),
            (Value::object([("clientId", s("a")), ("clientSecret", Value::Number(1.0))]), "clientSecret"),
        ];
        for (options, option) in bad {
            assert_eq!(identity(&options).unwrap_err().option, Some(option));
        }
    }

    #[test]
    fn the_token_request_is_form_encoded_before_basic() {
        let options =
            Value::object([("clientId", Value::from("id:1")), ("clientSecret", Value::from("p@ss word"))]);
        let address = Address::parse("x.example").unwrap();
        let request = identity(&options).unwrap().token_request(&address).unwrap();
        assert_eq!(request.url, "https://x.example/oidc/v1/token");
        let Authorization::Basic(basic) = request.authorization else { panic!("basic") };
        assert_eq!(basic.expose(), base64(b"id%3A1:p%40ss%20word"));
        assert_eq!(request.body.unwrap().expose(), "grant_type=client_credentials&scope=all-apis");
    }

    #[test]
    fn odd_token_answers() {
        let read = |body: &str| {
            WorkspaceToken::from_response(&Response { body: body.into(), ..Response::default() })
        };
        assert_eq!(read(r#"{"access_token":"t","expires_in":3600}"#).unwrap().lifetime, Some(3_600_000));
        assert_eq!(read(r#"{"access_token":"t","expires_in":"3600"}"#).unwrap().lifetime, Some(3_600_000));
        for odd in [
            r#"{"access_token":"t"}"#,
            r#"{"access_token":"t","expires_in":-5}"#,
            r#"{"access_token":"t","expires_in":{}}"#,
        ] {
            assert_eq!(read(odd).unwrap().lifetime, None);
        }
        for bad in [
            "",
            "<html>",
            "[]",
            "null",
            r#"{"access_token":7}"#,
            r#"{"access_token":""}"#,
            r#"{"access_token":"a b"}"#,
        ] {
            assert_eq!(read(bad).unwrap_err().code, Code::UnexpectedResponse, "{bad}");
        }
    }
}
