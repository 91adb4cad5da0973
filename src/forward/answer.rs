//! What the caller is answered: a refusal, or what the workspace answered, cleaned.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Code;
use crate::json::ObjectText;
use crate::text;

/// An answer to the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, all of them.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub content: Content,
}

/// The body of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// None.
    Empty,
    /// The body that the workspace sent.
    Passed,
    /// This text.
    Text(String),
}

/// What the workspace answered, but for the body.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    /// HTTP status; 0 for a redirect that the platform hides.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Date`.
    pub date: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// `X-Databricks-Org-Id`.
    pub workspace_id: Option<String>,
}

// Codes of the workspace's API, as `classify` and its other clients know them: a page's client takes a refusal for what
// it is, and tries again only where that can help.
const BAD_REQUEST: &str = "BAD_REQUEST";
const UNAVAILABLE: &str = "TEMPORARILY_UNAVAILABLE";

impl Answer {
    /// A JSON error as the workspace's API has it.
    fn refuse(status: u16, error_code: &str, message: &str) -> Self {
        Self::json(status, &[("error_code", error_code), ("message", message)])
    }

    /// The same again will be refused again.
    pub(super) fn bad_request(status: u16, message: &str) -> Self {
        Self::refuse(status, BAD_REQUEST, message)
    }

    pub(super) fn no_route() -> Self {
        Self::refuse(404, "ENDPOINT_NOT_FOUND", "no route of this path is forwarded")
    }

    pub(super) fn unauthenticated(message: &str) -> Self {
        Self::refuse(401, "UNAUTHENTICATED", message)
    }

    fn json(status: u16, members: &[(&str, &str)]) -> Self {
        let mut body = ObjectText::new();
        for (name, value) in members {
            body.put_text(name, value);
        }
        Self::new(status, "application/json", Content::Text(body.finish()))
    }

    fn new(status: u16, content_type: &str, content: Content) -> Self {
        let answer = Self { status, headers: Vec::new(), content };
        answer
            .with("content-type", content_type)
            // It may hold a token.
            .with("cache-control", "no-store")
            .with("x-content-type-options", "nosniff")
            .with("cross-origin-resource-policy", "same-origin")
            // Whoever opens it as a document sees text.
            .with("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
    }

    /// The answer with another header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The route takes these methods only.
    pub(super) fn wrong_method(allowed: &str) -> Self {
        Self::bad_request(405, "no request of this method is forwarded").with("allow", allowed)
    }

    /// The body of the request is longer than is passed on.
    pub fn too_large() -> Self {
        Self::bad_request(413, "the body is too large")
    }

    /// The body of the request broke off, or is no text where it must be.
    pub fn unreadable() -> Self {
        Self::bad_request(400, "the body could not be read")
    }

    /// `authorize` did not say yes.
    pub fn unauthorized() -> Self {
        Self::refuse(403, "PERMISSION_DENIED", "the caller may not have this database credential")
    }

    /// `authorize` threw. Its words stay here.
    pub fn undecided() -> Self {
        Self::refuse(500, "INTERNAL_ERROR", "it could not be found out whether the caller may have this")
    }

    /// The time limit has passed.
    pub fn late() -> Self {
        Self::refuse(504, UNAVAILABLE, "the request did not end within the time limit")
    }

    /// The workspace could not be reached. The platform's own words for it stay here: they may name inner hosts.
    pub fn unreachable() -> Self {
        Self::refuse(502, UNAVAILABLE, "the workspace could not be reached, or broke off its answer")
    }

    /// The workspace's answer is too large.
    pub fn too_much() -> Self {
        Self::bad_request(502, "the workspace's answer is too large")
    }

    /// There is no database credential to hand out. `code` is that of the provider's error; its message, which names
    /// the service principal, stays here.
    pub fn no_credential(code: &str, retry_after: Option<u64>) -> Self {
        let code = Code::ALL
            .iter()
            .copied()
            .find(|known| known.as_str() == code)
            .unwrap_or(Code::UnexpectedResponse);
        // Never 401 or 403: it is not the caller who was refused.
        let status = match code {
            Code::Timeout | Code::Aborted => 504,
            _ if code.retryable() => 503,
            _ => 502,
        };
        let answer = Self::refuse(status, code.as_str(), "no database credential could be had");
        match retry_after {
            Some(ms) => answer.with("retry-after", &text::number(ms.div_ceil(1000))),
            None => answer,
        }
    }

    /// The service principal's database credential.
    pub fn credential(token: &str, expiration_time: &str) -> Self {
        Self::json(200, &[("token", token), ("expirationTime", expiration_time)])
    }

    pub(super) fn pass(passed: &Passed, workspace_id: Option<&str>) -> Self {
        let wrong = |message| Self::bad_request(502, message);
        match passed.status {
            0 | 300..=399 => {
                return wrong(
                    "the workspace answered with a redirect, which is never followed: `host` must be the workspace's \
                     own address, and reachable from this network",
                );
            }
            200..=299 | 400..=599 => {}
            _ => return wrong("the workspace's answer has no valid status"),
        }
        if let (Some(configured), Some(found)) = (workspace_id, &passed.workspace_id)
            && configured != found
        {
            return wrong("another workspace answered than the one configured");
        }
        let content = if matches!(passed.status, 204 | 205) { Content::Empty } else { Content::Passed };
        let content_type = content_type(passed.content_type.as_deref());
        let mut answer = Self::new(passed.status, content_type, content);
        for (name, value) in [
            ("date", &passed.date),
            ("retry-after", &passed.retry_after),
            ("x-databricks-org-id", &passed.workspace_id),
        ] {
            if let Some(value) = value.as_ref().filter(|value| fits_header(value)) {
                answer = answer.with(name, value);
            }
        }
        answer
    }
}

/// JSON stays JSON. All else is text: an HTML page of the workspace, or of a proxy before it, must not run as one of
/// the page's own origin.
fn content_type(given: Option<&str>) -> &'static str {
    let media_type = media_type(given).to_ascii_lowercase();
    let json = media_type
        .strip_prefix("application/")
        .is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"));
    if json { "application/json" } else { "text/plain; charset=utf-8" }
}

/// `Content-Type` without its parameters.
pub(super) fn media_type(content_type: Option<&str>) -> &str {
    let value = content_type.unwrap_or_default();
    text::split_once(value, ";").map_or(value, |(media_type, _)| media_type).trim_ascii()
}

fn fits_header(value: &str) -> bool {
    value.len() <= 128 && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}

#[cfg(test)]
impl Answer {
    /// The text of the body.
    pub(super) fn text(&self) -> &str {
        if let Content::Text(text) = &self.content { text } else { "" }
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }
}
