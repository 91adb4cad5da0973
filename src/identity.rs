//! Who asks: a service principal with its secret, a workload that its platform vouches for, a person who signed in, or
//! the holder of a ready token.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::access::Access;
use crate::answer;
use crate::classify::Hop;
use crate::error::Error;
use crate::fields::{Fields, NAME_MAX, SECRET_MAX, wrong_type};
use crate::http::{Authorization, Request, Response, base64, percent_encode};
use crate::json::Value;
use crate::secret::Secret;
use crate::shared::Rc;
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
    /// Federation: the platform vouches for the workload with a token of its own.
    Federated {
        /// The service principal, under its own policy; empty where the workspace finds the identity.
        client_id: String,
    },
    /// A ready workspace token: a personal access token, or a user's token that was forwarded.
    Token(Rc<Token>),
    /// A person who signed in; the sign-in gives the workspace tokens.
    SignedIn,
}

impl Identity {
    /// Reads `{clientId, clientSecret}`, `{subjectToken, clientId?}`, `{token}` or, of a sign-in, `{session}`: exactly one
    /// of them.
    pub fn from_options(fields: &Fields) -> Result<Self, Error> {
        let given = |name: &str| fields.get(name).is_some();
        #[cfg(feature = "admin")]
        if given("session") {
            let others =
                ["clientId", "clientSecret", "subjectToken", "token", "scopes", "authorizationDetails"];
            if others.into_iter().any(given) {
                let reason =
                    "excludes another identity; `scopes` and `authorizationDetails` are the session's";
                return Err(Error::argument("session", reason));
            }
            return Ok(Self::SignedIn);
        }
        let other = given("subjectToken") || given("clientSecret");
        if given("token") {
            if other || given("clientId") || given("scopes") || given("authorizationDetails") {
                let reason = "excludes another identity, `scopes` and `authorizationDetails`";
                return Err(Error::argument("token", reason));
            }
            let token = fields.header("token", SECRET_MAX)?;
            return Ok(Self::Token(Rc::new(Token { secret: Secret::new(token), expires_at: 0 })));
        }
        if !other && !given("clientId") {
            let reason = "and `clientSecret`, or `subjectToken`, or `token`, are missing";
            return Err(Error::argument("clientId", reason));
        }
        let mut client_id = String::new();
        if given("clientId") || given("clientSecret") {
            fields.header("clientId", NAME_MAX)?.clone_into(&mut client_id);
        }
        let Some(subject) = fields.get("subjectToken") else {
            let client_secret = Secret::new(fields.required("clientSecret", SECRET_MAX)?);
            return Ok(Self::ServicePrincipal { client_id, client_secret });
        };
        if !matches!(subject, Value::Other) || given("clientSecret") {
            return Err(wrong_type("subjectToken", "a function, without `clientSecret`", subject));
        }
        Ok(Self::Federated { client_id })
    }

    /// The name that errors give.
    pub fn name(&self) -> &str {
        match self {
            Self::Federated { client_id } if client_id.is_empty() => "the holder of the platform's token",
            Self::ServicePrincipal { client_id, .. } | Self::Federated { client_id } => client_id,
            Self::Token(_) => "the holder of the given token",
            Self::SignedIn => "the person who signed in",
        }
    }

    /// The Postgres user, where it is known without asking.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Federated { client_id } if client_id.is_empty() => None,
            Self::ServicePrincipal { client_id, .. } | Self::Federated { client_id } => Some(client_id),
            _ => None,
        }
    }

    /// The ready token, if that is what this is.
    pub fn ready_token(&self) -> Option<&Rc<Token>> {
        match self {
            Self::Token(token) => Some(token),
            _ => None,
        }
    }

    /// Whether a text must be asked for before there can be a token request.
    pub fn asks(&self) -> bool {
        matches!(self, Self::Federated { .. })
    }

    /// The token request: client credentials (RFC 6749, section 4.4), or the exchange of the platform's token, which
    /// `asked` is (RFC 8693, section 2.1); `None` where the token comes without one.
    pub fn token_request(&self, url: &str, access: &Access, asked: &str) -> Option<Request> {
        let mut fields = Vec::new();
        let authorization = match self {
            Self::ServicePrincipal { client_id, client_secret } => {
                fields.push(("grant_type", "client_credentials"));
                Authorization::Basic(Secret::new(basic(client_id, client_secret.expose())))
            }
            Self::Federated { client_id } => {
                fields.push(("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"));
                fields.push(("subject_token", asked));
                fields.push(("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"));
                if !client_id.is_empty() {
                    fields.push(("client_id", client_id));
                }
                Authorization::None
            }
            _ => return None,
        };
        access.push_to(&mut fields);
        Some(Request::form(url, authorization, &fields))
    }

    /// The secret that this identity is proved by.
    pub fn secret(&self) -> &str {
        match self {
            Self::ServicePrincipal { client_secret, .. } => client_secret.expose(),
            Self::Token(token) => token.secret.expose(),
            _ => "",
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

    fn access() -> Access {
        Access::from_options(&Fields::of(None).unwrap(), "all-apis").unwrap()
    }

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
            (Value::object([("token", s("c")), ("scopes", Value::Array(vec![s("sql")]))]), "token"),
            (Value::object([("token", s("c")), ("authorizationDetails", Value::Array(vec![]))]), "token"),
            (Value::object([("token", s("two words"))]), "token"),
            (Value::object([("subjectToken", s("eyJ"))]), "subjectToken"),
            (Value::object([("subjectToken", Value::Null)]), "subjectToken"),
            (Value::object([("subjectToken", Value::Other), ("token", s("c"))]), "token"),
            (Value::object([("subjectToken", Value::Other), ("clientSecret", s("b"))]), "clientId"),
            (
                Value::object([
                    ("subjectToken", Value::Other),
                    ("clientId", s("a")),
                    ("clientSecret", s("b")),
                ]),
                "subjectToken",
            ),
            (Value::object([("subjectToken", Value::Other), ("clientId", s("a\n"))]), "clientId"),
            (Value::object([("clientId", s("a")), ("clientSecret", Value::Number(1.0))]), "clientSecret"),
        ];
        for (options, option) in bad {
            assert_eq!(identity(&options).unwrap_err().option.as_deref(), Some(option));
        }
    }

    #[test]
    fn the_token_request_is_form_encoded_before_basic() {
        let options =
            Value::object([("clientId", Value::from("id:1")), ("clientSecret", Value::from("p@ss word"))]);
        let request =
            identity(&options).unwrap().token_request("https://x.example/t", &access(), "").unwrap();
        assert_eq!(request.url, "https://x.example/t");
        let Authorization::Basic(basic) = request.authorization else { panic!("basic") };
        assert_eq!(basic.expose(), base64(b"id%3A1:p%40ss%20word"));
        assert_eq!(request.body.unwrap().expose(), "grant_type=client_credentials&scope=all-apis");
    }

    #[test]
    fn the_platforms_token_is_exchanged() {
        for id in [None, Some("sp-1")] {
            let mut options = vec![("subjectToken".to_owned(), Value::Other)];
            options.extend(id.map(|id| ("clientId".to_owned(), Value::from(id))));
            let identity = identity(&Value::Object(options)).unwrap();
            assert_eq!((identity.user(), identity.asks()), (id, true));
            let request = identity.token_request("https://x.example/t", &access(), "a.b+c").unwrap();
            assert!(matches!(request.authorization, Authorization::None));
            let client = id.map(|id| ["&client_id=", id].concat()).unwrap_or_default();
            let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=a.b%2Bc\
                        &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt";
            assert_eq!(request.body.unwrap().expose(), [form, &client, "&scope=all-apis"].concat());
        }
    }

    #[cfg(feature = "admin")]
    #[test]
    fn a_sign_in_is_an_identity() {
        let session = ("session", Value::object([]));
        assert!(matches!(identity(&Value::object([session.clone()])).unwrap(), Identity::SignedIn));
        for other in ["clientId", "clientSecret", "subjectToken", "token", "scopes", "authorizationDetails"] {
            let two = Value::object([session.clone(), (other, "c".into())]);
            assert_eq!(identity(&two).unwrap_err().option.as_deref(), Some("session"));
        }
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
