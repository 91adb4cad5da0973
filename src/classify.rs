//! From a response to the error it means: by `error_code` first, then by HTTP status.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::error::{Code, Error};
use crate::http::Response;
use crate::json::{self, Value};
use crate::secret::redact;
use crate::text::{concat, contains, number, split_once};
use crate::time::{parse_http_date, parse_retry_after};

/// Which of the two hops answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop {
    /// The token endpoint, which speaks OAuth.
    Token,
    /// The workspace API.
    Api,
}

impl Hop {
    /// Who answers, as messages say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "the token endpoint",
            Self::Api => "the workspace",
        }
    }
}

/// The error that a response means; `None` for a success. `secrets` are what the server could quote of what
/// it was sent.
pub fn classify(response: &Response, hop: Hop, secrets: &[&str]) -> Option<Error> {
    let status = response.status;
    if (200..300).contains(&status) {
        return None;
    }
    let said = Said::read(&response.body);
    let code = match hop {
        // A status 0 is a redirect that browsers do not show.
        _ if status < 400 => Code::WorkspaceRedirect,
        Hop::Token => token_code(status, &said),
        Hop::Api => api_code(status, &said),
    };
    let what = hop.name();
    let mut message = match status {
        _ if code == Code::WorkspaceRedirect => {
            concat(&[what, " answered with a redirect, which is never followed"])
        }
        _ => concat(&[what, " answered ", &number(status.into())]),
    };
    let detail = redact(&concat(&[&said.code, " ", &said.message]), secrets);
    if !detail.is_empty() && code != Code::WorkspaceRedirect {
        message.push_str(": ");
        message.push_str(&detail);
    }
    let mut error = Error::new(code, message);
    error.status = (status != 0).then_some(status);
    if error.retryable {
        let date = response.date.as_deref().and_then(parse_http_date);
        error.retry_after = response.retry_after.as_deref().and_then(|value| parse_retry_after(value, date));
    }
    // Client errors come back the same however often they are asked for.
    if code == Code::UnexpectedResponse && (400..500).contains(&status) {
        error.retryable = false;
    }
    Some(error)
}

/// Whether a response says that the access token, and not the identity, is refused.
///
/// An expired token has been seen as 401, as 403, and as 400 with `ExpiredJwtException`.
pub fn refuses_token(response: &Response) -> bool {
    matches!(response.status, 401 | 403)
        || response.status == 400 && contains(&response.body, "ExpiredJwtException")
}

/// The error code and message in a body of any of the known shapes.
struct Said {
    code: String,
    message: String,
}

impl Said {
    fn read(body: &str) -> Self {
        let Some(json) = json::parse(body) else { return Self::of_text(body) };
        let mut code = first(&json, &["error_code", "errorCode", "error"]);
        let mut message = first(&json, &["message", "error_description", "errorSummary", "detail"]);
        if let (Some(inner @ Value::Object(_)), true) = (json.get("error"), code.is_empty()) {
            code = first(inner, &["code", "error_code"]);
            message = first(inner, &["message"]);
        }
        Self { code, message }
    }

    /// `CODE: text`, or HTML with the message in `<pre>` or `<title>`.
    fn of_text(body: &str) -> Self {
        let body = body.trim_ascii();
        let (code, message) = if let Some(text) = between(body, "<pre>", "</pre>") {
            ("", text.trim_ascii())
        } else if let Some(text) = between(body, "<title>", "</title>") {
            ("", text.trim_ascii())
        } else if body.starts_with('<') {
            ("", "an HTML page")
        } else {
            split_once(body, ": ").filter(|(code, _)| is_code(code)).unwrap_or(("", body))
        };
        Self { code: code.to_owned(), message: message.to_owned() }
    }
}

/// The first of these members that there is, if it is a string or a number.
fn first(json: &Value, names: &[&str]) -> String {
    for name in names {
        match json.get(name) {
            None => {}
            Some(Value::String(text)) => return text.clone(),
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            Some(Value::Number(value)) => return number(*value as u64),
            Some(_) => break,
        }
    }
    String::new()
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (_, rest) = split_once(text, open)?;
    let (inner, _) = split_once(rest, close)?;
    Some(inner)
}

fn is_code(text: &str) -> bool {
    text.len() > 3 && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
}

fn token_code(status: u16, said: &Said) -> Code {
    match said.code.as_str() {
        "invalid_client" | "unauthorized_client" => Code::InvalidClient,
        "invalid_grant" => Code::InvalidGrant,
        "invalid_scope" => Code::InvalidScope,
        "temporarily_unavailable" | "server_error" => Code::WorkspaceUnavailable,
        // An empty 400 has been seen for an unknown client.
        _ if matches!(status, 400 | 401 | 403) && said.code.is_empty() && said.message.is_empty() => {
            Code::InvalidClient
        }
        _ => api_code(status, said),
    }
}

/// Codes of the workspace API. A table, since comparing in a `match` takes three times the room.
const API_CODES: [(&str, Code); 15] = [
    ("RESOURCE_DOES_NOT_EXIST", Code::NotFound),
    ("NOT_FOUND", Code::NotFound),
    ("ENDPOINT_NOT_FOUND", Code::NotFound),
    ("PERMISSION_DENIED", Code::PermissionDenied),
    ("INVALID_STATE", Code::InstanceNotAvailable),
    ("INVALID_PARAMETER_VALUE", Code::InvalidRequest),
    ("BAD_REQUEST", Code::InvalidRequest),
    ("MALFORMED_REQUEST", Code::InvalidRequest),
    ("FEATURE_DISABLED", Code::FeatureDisabled),
    ("RESOURCE_EXHAUSTED", Code::RateLimited),
    ("REQUEST_LIMIT_EXCEEDED", Code::RateLimited),
    ("TEMPORARILY_UNAVAILABLE", Code::WorkspaceUnavailable),
    ("WORKSPACE_TEMPORARILY_UNAVAILABLE", Code::WorkspaceUnavailable),
    ("INTERNAL_ERROR", Code::WorkspaceUnavailable),
    ("UNAUTHENTICATED", Code::Unauthenticated),
];

fn api_code(status: u16, said: &Said) -> Code {
    for (name, code) in API_CODES {
        if said.code == name {
            return code;
        }
    }
    match status {
        401 => Code::Unauthenticated,
        400 if contains(&said.message, "ExpiredJwtException") => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::NotFound,
        429 => Code::RateLimited,
        408 | 425 | 500.. => Code::WorkspaceUnavailable,
        400..=499 => Code::InvalidRequest,
        _ => Code::UnexpectedResponse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(hop: Hop, status: u16, body: &str) -> Error {
        let response =
            Response { status, body: body.into(), retry_after: Some("2".into()), ..Response::default() };
        classify(&response, hop, &["hunter22"]).unwrap()
    }

    #[test]
    fn every_known_shape_finds_its_code() {
        use Hop::{Api, Token};
        let table = [
            (
                Token,
                401,
                r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
                Code::InvalidClient,
            ),
            (Token, 400, r#"{"errorCode":"invalid_grant","errorSummary":"x"}"#, Code::InvalidGrant),
            (Token, 400, r#"{"error":"invalid_scope"}"#, Code::InvalidScope),
            (Token, 400, r#"{"error":"temporarily_unavailable"}"#, Code::WorkspaceUnavailable),
            (Token, 400, "", Code::InvalidClient),
            (Token, 503, "<html><title>Down</title>", Code::WorkspaceUnavailable),
            (Token, 404, "<html>", Code::NotFound),
            (
                Api,
                404,
                r#"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no such instance"}"#,
                Code::NotFound,
            ),
            (Api, 403, r#"{"error_code":"PERMISSION_DENIED","message":"no"}"#, Code::PermissionDenied),
            (Api, 400, r#"{"error_code":"INVALID_STATE","message":"STOPPED"}"#, Code::InstanceNotAvailable),
            (Api, 400, r#"{"error_code":"INVALID_PARAMETER_VALUE"}"#, Code::InvalidRequest),
            (Api, 400, r#"{"error_code":"FEATURE_DISABLED"}"#, Code::FeatureDisabled),
            (Api, 400, r#"{"error_code":"REQUEST_LIMIT_EXCEEDED"}"#, Code::RateLimited),
            (Api, 429, "", Code::RateLimited),
            (Api, 500, r#"{"error_code":500,"message":"oops"}"#, Code::WorkspaceUnavailable),
            (Api, 400, "WORKSPACE_TEMPORARILY_UNAVAILABLE: try later", Code::WorkspaceUnavailable),
            (Api, 401, r#"{"error":{"code":401,"message":"x"}}"#, Code::Unauthenticated),
            (Api, 400, "io.jsonwebtoken.ExpiredJwtException: JWT expired", Code::Unauthenticated),
            (Api, 403, r#"{"detail":"no","status":"403"}"#, Code::PermissionDenied),
            (Api, 418, "", Code::InvalidRequest),
            (Api, 302, "", Code::WorkspaceRedirect),
            (Api, 0, "", Code::WorkspaceRedirect),
        ];
        for (hop, status, body, code) in table {
            assert_eq!(error(hop, status, body).code, code, "{status} {body}");
        }
        assert_eq!(error(Api, 429, "").retry_after, Some(2000));
        assert_eq!(error(Api, 404, "").retry_after, None);
    }

    #[test]
    fn messages_carry_the_servers_words_without_secrets() {
        assert_eq!(
            error(
                Hop::Api,
                403,
                r#"{"error_code":"PERMISSION_DENIED","message":"User u may not use orders"}"#
            )
            .message,
            "the workspace answered 403: PERMISSION_DENIED User u may not use orders"
        );
        assert_eq!(
            error(Hop::Api, 500, "<html><pre> stack </pre>").message,
            "the workspace answered 500: stack"
        );
        assert_eq!(
            error(Hop::Token, 400, "bad secret hunter22").message,
            "the token endpoint answered 400: (its words quote a secret, and are withheld)"
        );
        assert!(classify(&Response { status: 200, ..Response::default() }, Hop::Api, &[]).is_none());
    }
}
