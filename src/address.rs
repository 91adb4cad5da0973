//! The workspace's address: the only place that a secret or token is ever sent to.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

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
        let text = pasted.trim();
        let bad = |reason: &str| Error::argument("host", reason);
        if text.is_empty() {
            return Err(bad("is empty"));
        }
        if text.len() > 512 {
            return Err(bad("is too long"));
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(bad("must be visible ASCII characters without spaces"));
        }
        let (scheme, rest) = match text::split_once(text, "://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("https".to_owned(), text),
        };
        if scheme != "https" && scheme != "http" {
            return Err(bad("must begin with https://"));
        }
        let (authority, query) =
            rest.split_once('?').map_or((rest, None), |(host, query)| (host, Some(query)));
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        if authority.contains('@') {
            return Err(bad("may not hold user information"));
        }
        if authority.contains(['/', '\\', '#', '%']) {
            return Err(bad("is the address of the workspace alone, without a path"));
        }
        let workspace_id = query.map(parse_query).transpose()?.flatten();
        let (host, port) = split_port(authority).ok_or_else(|| bad("has a port that is no port"))?;
        let host = host.to_ascii_lowercase();
        let loopback = check_host(&host).ok_or_else(|| bad("is no host name"))?;
        if scheme == "http" && !loopback {
            return Err(Error::new(
                Code::InsecureHost,
                "`host` uses plain http, which would show the secret to the network",
            ));
        }
        let port = port.map(|port| [":", &port.to_string()].concat()).unwrap_or_default();
        Ok(Self { origin: [&scheme, "://", &host, &port].concat(), workspace_id })
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
        [&self.origin, path].concat()
    }
}

fn parse_query(query: &str) -> Result<Option<String>, Error> {
    let mut id = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("o" | "w", value))
                if (1..=20).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit()) =>
            {
                id = Some(value.to_owned());
            }
            _ => return Err(Error::argument("host", "may carry the query ?o=<workspace id> only")),
        }
    }
    Ok(id)
}

/// Host and port; `None` if the port is none. Port 0 cannot be connected to.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    // The colons of an IPv6 address stand within brackets.
    let after_bracket = authority.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = authority.get(after_bracket..)?.find(':').map(|at| at + after_bracket) else {
        return Some((authority, None));
    };
    let digits = authority.get(colon + 1..)?;
    let port =
        digits.parse::<u16>().ok().filter(|port| *port != 0 && digits.bytes().all(|b| b.is_ascii_digit()))?;
    Some((authority.get(..colon)?, Some(port)))
}

/// `None` if this is no host; otherwise whether it is loopback.
fn check_host(host: &str) -> Option<bool> {
    if let Some(inner) = host.strip_prefix('[') {
        let inner = inner.strip_suffix(']')?;
        let plain = inner.len() >= 2 && inner.bytes().all(|b| b.is_ascii_hexdigit() || b == b':');
        return plain.then_some(inner == "::1");
    }
    if host.is_empty() || host.len() > 253 {
        return None;
    }
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !host.split('.').all(label_ok) {
        return None;
    }
    // URL parsers read a last label of digits as an IPv4 address, in octal or hex too; only the plain form is taken.
    let last = host.rsplit('.').next()?;
    let numeric = last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x");
    if numeric {
        let parts: Vec<&str> = host.split('.').collect();
        let plain = parts.len() == 4 && parts.iter().all(|part| is_octet(part));
        return plain.then_some(parts.first() == Some(&"127"));
    }
    Some(host == "localhost")
}

/// A number of 0 to 255 without leading zeros, which some parsers take for octal.
fn is_octet(part: &str) -> bool {
    part.parse::<u8>().is_ok() && (part == "0" || !part.starts_with(['0', '+']))
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
