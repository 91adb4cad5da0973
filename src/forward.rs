//! Forwarding for pages: which requests reach the workspace, and as what.
//!
//! Workspaces send no CORS headers, so a page reaches the API through its own origin. What stands there forwards a few
//! routes to one workspace and adds no power of its own: the caller's token is what counts. Nothing of a request is
//! passed on as it came. Method, address and headers are written anew from what was found good.

mod answer;
mod form;
mod headers;
mod native_login;
mod options;
mod origin;
mod route;

pub use answer::{Answer, Content, Passed};

use alloc::string::String;
use alloc::vec::Vec;

use crate::address::Address;
use crate::secret::Secret;
use crate::text;
use route::Route;

/// Longest request body that is passed on, in bytes.
pub const BODY_MAX: usize = 64 * 1024;
/// The route of the service principal's database credential, where others are served beside it.
const CREDENTIAL: &str = "/credential";

/// What is forwarded, where to, and for which pages.
pub struct Forwarder {
    workspace: Option<Address>,
    /// The origins of the pages; empty: the one that the request was sent to.
    origins: Vec<String>,
    timeout: u64,
    hands_out: bool,
}

/// A request as it came in. Header values are as given, absent ones `None`.
#[derive(Clone, Default)]
pub struct Asked<'a> {
    /// The method.
    pub method: &'a str,
    /// The whole URL.
    pub url: &'a str,
    /// `Host`.
    pub host: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
    /// `Authorization`.
    pub authorization: Option<&'a str>,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Content-Encoding`.
    pub content_encoding: Option<&'a str>,
    /// `Content-Length`.
    pub content_length: Option<&'a str>,
    /// `X-Databricks-Workspace-Id`.
    pub workspace_id: Option<&'a str>,
}

/// What to do with a request.
pub enum Decision {
    /// Send this to the workspace.
    Forward(Onward),
    /// Ask whether the caller may have it, then hand out the service principal's database credential.
    HandOut,
}

/// A request as it goes on to the workspace.
pub struct Onward {
    /// The method.
    pub method: &'static str,
    /// The whole URL, below the configured workspace.
    pub url: String,
    /// The caller's own token.
    pub token: Option<Secret>,
    /// For `X-Databricks-Workspace-Id`.
    pub workspace_id: Option<String>,
    /// What the body is, of at most [`BODY_MAX`] bytes.
    pub body: Body,
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    None,
    /// JSON, passed on as it is: what it may ask for is up to the caller's token.
    Json,
    /// The form of the token endpoint.
    Form,
    /// JSON that turns native login on or off, and changes nothing else.
    NativeLogin,
}

impl Body {
    /// Whether it is passed on as [`Body::write`] writes it.
    pub const fn is_rewritten(self) -> bool {
        matches!(self, Self::Form | Self::NativeLogin)
    }

    /// Reads the text and writes it anew, so that what was judged is what is sent.
    pub fn write(self, text: &str) -> Result<Secret, Answer> {
        if self == Self::Form { form::write(text) } else { native_login::write(text) }
    }

    /// The media type, empty if there is no body.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Json | Self::NativeLogin => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

impl Forwarder {
    /// Time limit of a request from end to end, in ms.
    pub const fn timeout(&self) -> u64 {
        self.timeout
    }

    /// Decides what becomes of a request; the refusal is what the caller is answered.
    pub fn judge(&self, asked: &Asked) -> Result<Decision, Answer> {
        // Preflights end here: there is nothing that a page of another origin may send.
        if !matches!(asked.method, "GET" | "POST" | "PATCH") {
            return Err(Answer::wrong_method("GET, POST, PATCH"));
        }
        origin::check(asked, &self.origins, self.workspace.as_ref())?;
        let (path, query) = split_url(asked.url).ok_or_else(Answer::no_route)?;
        let workspace = match &self.workspace {
            Some(workspace) if !self.hands_out || path != CREDENTIAL => workspace,
            _ if asked.method == "POST" => return Ok(Decision::HandOut),
            _ => return Err(Answer::wrong_method("POST")),
        };
        let route = Route::find(asked.method, path)?;
        let query = route.query(query)?;
        let token = headers::token(route.access, asked.authorization)?;
        headers::check_body(route.body, asked)?;
        Ok(Decision::Forward(Onward {
            method: route.method,
            url: workspace.url(&text::concat(&[path, &query])),
            token,
            workspace_id: headers::workspace_id(workspace, asked.workspace_id)?,
            body: route.body,
        }))
    }

    /// What the caller is answered when the workspace answered this.
    pub fn pass(&self, passed: &Passed) -> Answer {
        Answer::pass(passed, self.workspace.as_ref().and_then(Address::workspace_id))
    }
}

/// Path and query of a URL.
fn split_url(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = text::split_once(url, "://")?;
    let rest = text::split_once(rest, "#").map_or(rest, |(rest, _)| rest);
    let (place, query) = text::split_once(rest, "?").unwrap_or((rest, ""));
    Some((place.get(text::find(place, "/")?..)?, query))
}

#[cfg(test)]
mod tests;
