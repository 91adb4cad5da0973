//! The workspace's address: the only place that a secret or token is ever sent to.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::error::{Code, Error};
use crate::text;

/// Origin of a workspace, and its id where the pasted address carried one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    origin: String,
    workspace_id: Option<String>,
}

impl Address {
    /// Reads a host as people paste it: with or without `https://`, a trailing slash, `?o=123` or `?w=123`.
    ///
    /// Plain http is taken for loopback only ([`Code::InsecureHost`]). User info, paths, fragments, other schemes and
    /// port 0 are refused ([`Code::InvalidArgument`]).
    pub fn parse(pasted: &str) -> Result<Self, Error> {
        let (address, loopback) =
            read(pasted.trim_ascii()).map_err(|reason| Error::argument("host", reason))?;
        if address.origin.starts_with("http:") && !loopback {
            let message = "`host` uses plain http, which would show the secret to the network";
            return Err(Error::new(Code::InsecureHost, message));
        }
        Ok(address)
    }

    /// Scheme, host and port, without a trailing slash.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The workspace id, where the address carried one.
    pub fn workspace_id(&self) -> Option<&str> {
        self.workspace_id.as_deref()
    }

    /// The URL of a path, which begins with a slash.
    pub fn url(&self, path: &str) -> String {
        text::concat(&[&self.origin, path])
    }
}

/// The address, and whether it is on loopback; or why it is none.
fn read(pasted: &str) -> Result<(Address, bool), &'static str> {
    if pasted.is_empty() {
        return Err("is empty");
    }
    if pasted.len() > 512 {
        return Err("is too long");
    }
    if !pasted.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("must be visible ASCII characters without spaces");
    }
    let (place, query) = text::split_once(pasted, "?").unwrap_or((pasted, ""));
    let place = place.to_ascii_lowercase();
    let (scheme, authority) = text::split_once(&place, "://").unwrap_or(("https", &place));
    if scheme != "https" && scheme != "http" {
        return Err("must begin with https://");
    }
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    if text::contains(authority, "@") {
        return Err("may not hold user information");
    }
    if text::contains_any(authority, b"/\\#%") {
        return Err("is the address of the workspace alone, without a path");
    }
    let host = split_port(authority).ok_or("has a port that is no port")?;
    let loopback = check_host(host).ok_or("is no host name")?;
    let workspace_id = read_query(query).ok_or("may carry the query ?o=<workspace id> only")?;
    let workspace_id = if workspace_id.is_empty() { None } else { Some(workspace_id.to_owned()) };
    // As URL parsers do: origins are compared.
    let authority =
        if scheme == "https" { authority.strip_suffix(":443").unwrap_or(authority) } else { authority };
    Ok((Address { origin: text::concat(&[scheme, "://", authority]), workspace_id }, loopback))
}

/// The workspace id, empty if there is none; `None` if there is anything else.
fn read_query(query: &str) -> Option<&str> {
    let mut id = "";
    for pair in text::split(query, "&") {
        if let Some(value) = pair.strip_prefix("o=").or_else(|| pair.strip_prefix("w=")) {
            text::parse_number(value)?;
            id = value;
        } else if !pair.is_empty() {
            return None;
        }
    }
    if id.len() > 20 { None } else { Some(id) }
}

/// The host before the port; `None` if the port is none. Port 0 cannot be connected to.
fn split_port(authority: &str) -> Option<&str> {
    // The colons of an IPv6 address stand within brackets.
    let end = match text::find(authority, "]") {
        Some(bracket) => bracket + 1,
        None => text::find(authority, ":").unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(end)?;
    if !port.is_empty() {
        let digits = port.strip_prefix(':')?;
        let number = text::parse_number(digits)?;
        if number == 0 || number > 65_535 || digits.starts_with('0') {
            return None;
        }
    }
    Some(host)
}

/// `None` if this is no host; otherwise whether it is loopback.
fn check_host(host: &str) -> Option<bool> {
    if let Some(inner) = host.strip_prefix('[') {
        let inner = inner.strip_suffix(']')?;
        let plain = inner.len() >= 2 && inner.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
        return plain.then_some(inner == "::1");
    }
    let labels = text::split(host, ".");
    if host.len() > 253 || !labels.iter().all(|label| is_label(label)) {
        return None;
    }
    // URL parsers read a last label of digits as an IPv4 address, in octal or hex too; only the plain form is taken.
    let last = labels.last()?;
    if text::parse_number(last).is_some() || last.starts_with("0x") {
        let plain = labels.len() == 4 && labels.iter().all(|label| is_octet(label));
        return plain.then_some(host.starts_with("127."));
    }
    Some(host == "localhost")
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= 63
        && text::is_plain(label, b"-_")
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// A number of 0 to 255 without leading zeros, which some parsers take for octal.
fn is_octet(part: &str) -> bool {
    text::parse_number(part).is_some_and(|number| number <= 255) && (part == "0" || !part.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_addresses_are_read() {
        let table = [
            ("adb-12.azuredatabricks.net", "https://adb-12.azuredatabricks.net", None),
            ("https://x.cloud.databricks.com/", "https://x.cloud.databricks.com", None),
            (" HTTPS://X.cloud.Databricks.com/?o=123 ", "https://x.cloud.databricks.com", Some("123")),
            ("x.cloud.databricks.com?w=9", "https://x.cloud.databricks.com", Some("9")),
            ("https://x.example:8443", "https://x.example:8443", None),
            ("https://x.example:443/", "https://x.example", None),
            ("https://[::1]:443", "https://[::1]", None),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", None),
            ("http://localhost:1", "http://localhost:1", None),
            ("http://[::1]:5000", "http://[::1]:5000", None),
        ];
        for (pasted, origin, id) in table {
            let address = Address::parse(pasted).unwrap();
            assert_eq!((address.origin(), address.workspace_id()), (origin, id), "{pasted}");
        }
    }

    #[test]
    fn what_is_no_workspace_is_refused() {
        let bad = [
            "",
            " ",
            "ftp://x.example",
            "javascript://x",
            "https://",
            "https:///",
            "https://u:p@x.example",
            "u@x.example",
            "https://x.example/path",
            "https://x.example/?next=1",
            "https://x.example#f",
            "x.example:0",
            "x.example:",
            "x.example:65536",
            "x.example:+1",
            "x.example:80:80",
            "a b.example",
            "x.example\r\nHost: y",
            "-x.example",
            "x..example",
            "x.example.",
            "bücher.example",
            "https://x.example\\@y",
            "https://%65xample.com",
            "[::1",
            "[::g]",
            "https://1.2.3.4.5",
            "https://0x7f.1",
            "https://127.1",
            "https://0177.0.0.1",
            "//x.example",
            "?o=1",
            "https://x.example?o=1%0a",
            "https://x.example?o=",
            "https://x.example?o=abc",
            "x.example,y.example",
        ];
        for pasted in bad {
            let error = Address::parse(pasted).expect_err(pasted);
            assert_eq!(error.code, Code::InvalidArgument, "{pasted}");
        }
        assert!(Address::parse(&"x".repeat(600)).is_err());
        for pasted in [
            "http://x.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://10.0.0.1",
        ] {
            assert_eq!(Address::parse(pasted).expect_err(pasted).code, Code::InsecureHost);
        }
    }
}
