//! Which pages a request may come from.
//!
//! A page reaches this function through its own origin. So the request's address names the origin that the page can
//! have: what was sent to another name, or by a page of another origin, is refused.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::{Answer, Asked};
use crate::address::Address;
use crate::error::{Code, Error};
use crate::text;

/// Reads an origin, and gives it as browsers write it in `Origin`.
pub(super) fn parse(given: &str) -> Result<String, Error> {
    let wrong = || Error::argument("origin", "must be an origin, such as https://admin.example");
    let (scheme, rest) = text::split_once(given, "://").ok_or_else(wrong)?;
    if text::contains_any(rest, b"/?") {
        return Err(wrong());
    }
    let address = Address::parse(given).map_err(|error| match error.code {
        Code::InsecureHost => {
            let mut error = Error::new(
                Code::InsecureHost,
                "`origin` uses plain http, which would show tokens to the network",
            );
            error.option = Some("origin".to_owned());
            error
        }
        _ => wrong(),
    })?;
    let default_port = if scheme.eq_ignore_ascii_case("http") { ":80" } else { ":443" };
    Ok(address.origin().strip_suffix(default_port).unwrap_or(address.origin()).to_owned())
}

/// Refuses what was sent to another host, and what a page of another origin sent or made the browser send.
pub(super) fn check(asked: &Asked, origins: &[String], workspace: Option<&Address>) -> Result<(), Answer> {
    let own = own_origin(asked, origins).ok_or_else(|| {
        Answer::bad_request(
            421,
            "the request was not sent to the page's own origin: `origin` must name it, and the Host header must reach \
             this function unchanged",
        )
    })?;
    // Else a request would go round until its time is over.
    if workspace.is_some_and(|workspace| authority(workspace.origin()) == authority(own)) {
        return Err(Answer::bad_request(421, "`host` is the page's own origin, and not a workspace"));
    }
    let refused = |message| Err(Answer::bad_request(403, message));
    if asked.fetch_site.is_some_and(|site| site != "same-origin") {
        return refused("the request comes from another site, or from no page at all");
    }
    match asked.origin {
        Some(origin) if origin != own => {
            refused("the request comes from another origin than the one that it was sent to")
        }
        // Browsers name the origin of whatever is not a GET.
        None if asked.method != "GET" && asked.fetch_site.is_none() => {
            refused("the request names no origin: the Origin header is missing")
        }
        _ => Ok(()),
    }
}

/// The origin of the pages from which requests may come to this URL.
fn own_origin<'a>(asked: &Asked<'a>, origins: &'a [String]) -> Option<&'a str> {
    let url = asked.url;
    let host = authority(url)?;
    // What the browser was told stands in the header, where there is one: some servers write a name of their own into the
    // URL, as Next.js does, and would make any name that points here a page's own.
    let named = asked.host.unwrap_or(host);
    if !origins.is_empty() {
        // Of the host alone: what ends TLS before this function leaves it a URL of http.
        let is_named = |origin: &&str| authority(origin).is_some_and(|own| own.eq_ignore_ascii_case(named));
        return origins.iter().map(String::as_str).find(is_named);
    }
    if !host.eq_ignore_ascii_case(named) {
        return None;
    }
    let (scheme, _) = text::split_once(url, "://")?;
    let origin = url.get(..scheme.len() + "://".len() + host.len())?;
    // Over plain http, any name may be another site's that points here (DNS rebinding), unless it is loopback's own.
    Address::parse(origin).ok().map(|_| origin)
}

/// Host and port of a URL.
fn authority(url: &str) -> Option<&str> {
    let (_, rest) = text::split_once(url, "://")?;
    let end = rest.bytes().position(|byte| text::is_one_of(byte, b"/?#\\")).unwrap_or(rest.len());
    rest.get(..end)
}
