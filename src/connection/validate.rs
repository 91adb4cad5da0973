//! What each field may hold. A reason completes a sentence that begins with the field's name.

use crate::text::{contains, contains_any, has_control, is_plain, parse_number, split};

/// Longest user name, in bytes: that of an e-mail address (RFC 5321).
const USER_MAX: usize = 254;
/// Longest name of a database, in bytes: Postgres cuts names off there (`NAMEDATALEN` - 1).
const DATABASE_MAX: usize = 63;
const PATH_MAX: usize = 4096;

/// Checks a host: one DNS name in ASCII, with nothing before or after it.
pub fn validate_host(host: &str) -> Result<(), &'static str> {
    let labels = split(host, ".");
    let reason = if host.is_empty() {
        "is empty"
    } else if host.len() > 253 {
        "is too long"
    } else if has_control(host) {
        "holds control characters"
    } else if contains(host, "://") {
        "holds a scheme; give the host name alone"
    } else if contains(host, "@") {
        // libpq takes a leading @ for a socket of the abstract namespace, and a leading / for a folder of sockets.
        "holds an @; give the host name alone"
    } else if host.starts_with('/') {
        "is a path; a Unix socket has no TLS"
    } else if contains_any(host, b"/\\?#") {
        "holds a path; give the host name alone"
    } else if contains(host, ",") {
        // libpq and postgres.js would try each of them.
        "names more than one host"
    } else if contains(host, " ") {
        "holds whitespace"
    } else if is_address(host) {
        "is an IP address; the server is found by its name (TLS SNI)"
    } else if contains(host, ":") {
        "holds a port; give it as `port`"
    } else if !host.is_ascii() {
        "holds letters outside ASCII; give the name in its xn-- form"
    } else if !is_plain(host, b"-_.") {
        "holds characters that no host name has"
    } else if labels.iter().any(|label| label.is_empty()) {
        "begins or ends with a dot, or has two in a row"
    } else if labels.iter().any(|label| label.len() > 63 || label.starts_with('-') || label.ends_with('-')) {
        "has a part that is longer than 63 bytes, or begins or ends with a hyphen"
    } else {
        return Ok(());
    };
    Err(reason)
}

/// Anything that a resolver or a URL parser takes for an address, `127.1` and `0x7f000001` too: no top-level domain
/// is a number.
fn is_address(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let last = split(&host, ".").into_iter().rfind(|label| !label.is_empty()).unwrap_or_default();
    let hex = last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    hex || parse_number(last).is_some() || host.starts_with('[') || split(&host, ":").len() > 2
}

/// Checks a user name.
///
/// A name may be longer than the 63 bytes of a Postgres identifier, since identities are e-mail addresses of up to
/// 254: the server cuts it as it cut the role's name.
pub fn validate_user(user: &str) -> Result<(), &'static str> {
    if user.len() > USER_MAX {
        return Err("is too long");
    }
    not_empty_nor_control(user)
}

/// Checks the name of a database.
///
/// No database has a name of more than 63 bytes; the server would cut a longer one and open another database.
pub fn validate_database(database: &str) -> Result<(), &'static str> {
    if database.len() > DATABASE_MAX {
        return Err("is too long");
    }
    not_empty_nor_control(database)
}

/// Checks a TCP port.
pub fn validate_port(port: u64) -> Result<(), &'static str> {
    if (1..=65_535).contains(&port) { Ok(()) } else { Err("must lie between 1 and 65535") }
}

/// Checks the path of a file with certificate authorities.
pub fn validate_sslrootcert(path: &str) -> Result<(), &'static str> {
    if path.len() > PATH_MAX {
        return Err("is too long");
    }
    not_empty_nor_control(path)
}

fn not_empty_nor_control(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        Err("is empty")
    } else if has_control(text) {
        Err("holds control characters")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_pass() {
        let long = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
        for host in [
            "localhost",
            "instance-1f2e.database.cloud.databricks.com",
            "ep-x.database.eu-west-1.cloud.databricks.com",
            "INSTANCE.azuredatabricks.net",
            "a_b.example",
            "xn--bcher-kva.example",
            "1.example",
            "0x7g",
            "a-1",
            long.as_str(),
        ] {
            assert_eq!(validate_host(host), Ok(()), "{host}");
        }
    }

    #[test]
    fn what_is_no_host_name_is_refused_with_its_reason() {
        let long = "a.".repeat(127);
        let label = "a".repeat(64);
        let table = [
            ("", "is empty"),
            (long.as_str(), "is too long"),
            ("a\0b", "control"),
            ("a\r\nb", "control"),
            ("a\u{85}b", "control"),
            ("https://h.example", "scheme"),
            ("postgresql://u:p@h.example:1/d", "scheme"),
            ("u@h.example", "an @"),
            ("@abstract", "an @"),
            ("/var/run/postgresql", "Unix socket"),
            ("h.example/d", "a path"),
            ("h.example?sslmode=disable", "a path"),
            ("h.example#x", "a path"),
            ("h\\x", "a path"),
            ("h.example,evil.example", "more than one"),
            ("h.example:5432,evil.example", "more than one"),
            (" h.example", "whitespace"),
            ("h.example ", "whitespace"),
            ("h\u{a0}x", "outside ASCII"),
            ("h\u{3000}x", "outside ASCII"),
            ("10.0.0.1", "IP address"),
            ("127.1", "IP address"),
            ("2130706433", "IP address"),
            ("0x7f000001", "IP address"),
            ("0X7F.1", "IP address"),
            ("0x", "IP address"),
            ("h.123", "IP address"),
            ("10.0.0.1.", "IP address"),
            ("::1", "IP address"),
            ("[::1]", "IP address"),
            ("[::1]:5432", "IP address"),
            ("fe80::1%eth0", "IP address"),
            ("h.example:5432", "a port"),
            ("h.example:", "a port"),
            ("b\u{fc}cher.example", "xn--"),
            ("h\u{ff0e}example", "xn--"),
            ("h.example'", "no host name"),
            ("h=x", "no host name"),
            ("h%2fx", "no host name"),
            ("$(id)", "no host name"),
            (".h", "a dot"),
            ("h.", "a dot"),
            ("a..b", "a dot"),
            (".", "a dot"),
            ("-h.example", "a part"),
            ("h-.example", "a part"),
            (label.as_str(), "a part"),
        ];
        for (host, reason) in table {
            let error = validate_host(host).expect_err(host);
            assert!(error.contains(reason), "{host}: {error}");
        }
    }

    #[test]
    fn users_databases_paths_and_ports_keep_to_their_bounds() {
        type Check = fn(&str) -> Result<(), &'static str>;
        for (check, longest) in [
            (validate_user as Check, 254),
            (validate_database as Check, 63),
            (validate_sslrootcert as Check, 4096),
        ] {
            assert_eq!(check(&"x".repeat(longest)), Ok(()));
            assert_eq!(check("a@b c/d?e#f%g'h\"i\\j\u{e9}\u{1f418}"), Ok(()));
            // Bytes are counted, not characters.
            for bad in ["", "\0", "a\0b", "a\nb", "a\u{7f}", "\u{9b}x", &"\u{e9}".repeat(longest / 2 + 1)] {
                assert!(check(bad).is_err(), "{bad:?}");
            }
        }
        for (port, good) in
            [(0, false), (1, true), (5432, true), (65_535, true), (65_536, false), (u64::MAX, false)]
        {
            assert_eq!(validate_port(port).is_ok(), good, "{port}");
        }
    }
}
