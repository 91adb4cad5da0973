//! Which pages a request may come from.

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
            error.option = Some("origin");
            error
        }
        _ => wrong(),
    })?;
    let default_port = if scheme.eq_ignore_ascii_case("http") { ":80" } else { ":443" };
    Ok(address.origin().strip_suffix(default_port).unwrap_or(address.origin()).to_owned())
}

/// Refuses what a page of another origin sent, or made the browser send.
pub(super) fn check(asked: &Asked, origins: &[String]) -> Result<(), Answer> {
    let refused = |message| Err(Answer::refuse(403, Code::PermissionDenied, message));
    if asked.fetch_site.is_some_and(|site| site != "same-origin") {
        return refused("the request comes from another site, or from no page at all");
    }
    match asked.origin {
        Some(origin) if !is_own(origin, asked.url, origins) => {
            refused("the request comes from another origin")
        }
        // Browsers name the origin of whatever is not a GET.
        None if asked.method != "GET" && asked.fetch_site.is_none() => {
            refused("the request names no origin: the Origin header is missing")
        }
        _ => Ok(()),
    }
}

fn is_own(origin: &str, url: &str, origins: &[String]) -> bool {
    if !origins.is_empty() {
        return origins.iter().any(|own| own == origin);
    }
    text::split_once(origin, "://").is_some_and(|(_, host)| !host.is_empty() && !text::contains(host, "/"))
        && url.strip_prefix(origin).is_some_and(|rest| rest.starts_with('/'))
}
