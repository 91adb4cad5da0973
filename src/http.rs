//! Requests and responses as plain data: the core says what to send, and the shell sends it.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::address::Address;
use crate::error::Error;
use crate::secret::Secret;
use crate::text::{is_one_of, push_hex};

/// How the request proves who asks.
#[derive(Clone, Debug)]
pub enum Authorization {
    /// None: the body tells, or nothing does.
    None,
    /// HTTP Basic (RFC 7617), base64 already applied.
    Basic(Secret),
    /// The workspace token that the session holds when the request is sent.
    Workspace,
}

/// A request to the workspace.
#[derive(Clone, Debug)]
pub struct Request {
    /// `GET`, `POST` or `PATCH`.
    pub method: &'static str,
    /// The whole URL, always below the configured workspace.
    pub url: String,
    /// How it is authorized.
    pub authorization: Authorization,
    /// Content type of the body.
    pub content_type: &'static str,
    /// The body, if any. It may hold secrets.
    pub body: Option<Secret>,
    /// The workspace id, for `X-Databricks-Workspace-Id` and to check the answer's.
    pub workspace_id: Option<String>,
}

impl Request {
    /// A `GET` with the workspace token.
    pub fn get(address: &Address, path: &str) -> Self {
        Self {
            method: "GET",
            url: address.url(path),
            authorization: Authorization::Workspace,
            content_type: "",
            body: None,
            workspace_id: address.workspace_id().map(ToOwned::to_owned),
        }
    }

    /// A form for the token endpoint.
    pub fn form(url: &str, authorization: Authorization, fields: &[(&str, &str)]) -> Self {
        Self {
            method: "POST",
            url: url.to_owned(),
            authorization,
            content_type: "application/x-www-form-urlencoded",
            body: Some(form(fields)),
            workspace_id: None,
        }
    }

    /// A request with a JSON body and the workspace token.
    pub fn json(method: &'static str, address: &Address, path: &str, body: String) -> Self {
        Self {
            method,
            content_type: "application/json",
            body: Some(Secret::new(body)),
            ..Self::get(address, path)
        }
    }
}

/// The parts of a response that rules depend on.
#[derive(Clone, Default)]
pub struct Response {
    /// HTTP status; 0 for a redirect that the platform hides.
    pub status: u16,
    /// `Date`.
    pub date: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// `x-databricks-org-id`: the id of the workspace that answered.
    pub workspace_id: Option<String>,
    /// The body.
    pub body: String,
}

/// What came of sending a request.
pub enum Outcome {
    /// A response, whole.
    Response(Response),
    /// No response: the platform's own words for it.
    Unreachable(String),
    /// No whole response within the time limit.
    TimedOut,
    /// A body longer than is taken.
    TooLarge,
    /// It could not be sent yet.
    Unsent(Error),
}

/// Time limit of one request unless told otherwise, in ms.
pub const REQUEST_TIMEOUT: u64 = 10_000;
/// Longest body that is taken, in bytes.
pub const BODY_MAX: usize = 4 * 1024 * 1024;

/// Percent-encodes all but RFC 3986 unreserved characters: right for a path segment and, since it never writes `+`, for
/// `application/x-www-form-urlencoded`.
pub fn percent_encode(text: &str) -> String {
    let mut out = String::new();
    push_percent_encoded(&mut out, text, b"-._~");
    out
}

/// Percent-encodes all but ASCII letters, digits and the bytes in `plain`.
pub(crate) fn push_percent_encoded(out: &mut String, text: &str, plain: &[u8]) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || is_one_of(byte, plain) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            push_hex(out, byte);
        }
    }
}

/// A form body of these fields.
pub fn form(fields: &[(&str, &str)]) -> Secret {
    let mut out = String::new();
    for (name, value) in fields {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(&percent_encode(value));
    }
    Secret::new(out)
}

/// Base64 with padding (RFC 4648, section 4).
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| chunk.get(at).copied().map_or(0, usize::from);
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let letter = ALPHABET.get(word >> (18 - 6 * i) & 63).copied().unwrap_or(b'=');
            out.push(if i <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_follow_their_standards() {
        for (plain, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(percent_encode("a b+c/é~"), "a%20b%2Bc%2F%C3%A9~");
        assert_eq!(form(&[("a", "1&2"), ("b", "x y")]).expose(), "a=1%262&b=x%20y");
    }
}
