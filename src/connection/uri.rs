//! `postgresql://` URIs.

use alloc::string::String;

use super::Connection;
use crate::http::push_percent_encoded;
use crate::text::{contains, push_number};

/// What RFC 3986 never needs escaped.
const UNRESERVED: &[u8] = b"-._~";
/// What it lets stand in a path as well. postgres.js decodes nothing in a path, and node-postgres decodes it without
/// these, so that an escape too many would become part of the name.
const PATH: &[u8] = b"-._~!$&'()*+,;=:@/";
const QUERY: &[u8] = b"-._~/:";

impl Connection {
    /// The connection as a URI: `postgresql://user@host:5432/database?sslmode=verify-full`.
    ///
    /// libpq, Bun, node-postgres and postgres.js read user, password, host and port back as they were. Names of
    /// databases differ: libpq and Bun read every one; node-postgres reads those without `?` and `#`; postgres.js
    /// reads letters, digits and what a path may hold as it is, not spaces or letters outside ASCII. A part
    /// that is `.` or `..` is read by libpq alone. Where such a name may occur, use separate fields.
    ///
    /// `sslrootcert` stands in it only if there is one: node-postgres takes `system` for a file, and postgres.js sends
    /// it to the server, which refuses it. Without it, libpq wants `PGSSLROOTCERT` or `~/.postgresql/root.crt`.
    pub fn uri(&self, password: Option<&str>) -> String {
        let mut uri = String::from("postgresql://");
        push_percent_encoded(&mut uri, &self.user, UNRESERVED);
        if let Some(password) = password {
            uri.push(':');
            push_percent_encoded(&mut uri, password, UNRESERVED);
        }
        uri.push('@');
        if contains(&self.host, ":") {
            uri.push('[');
            push_percent_encoded(&mut uri, &self.host, b"-._~:");
            uri.push(']');
        } else {
            push_percent_encoded(&mut uri, &self.host, UNRESERVED);
        }
        uri.push(':');
        push_number(&mut uri, self.port.into());
        uri.push('/');
        push_percent_encoded(&mut uri, &self.database, PATH);
        uri.push_str("?sslmode=verify-full");
        if let Some(path) = &self.sslrootcert {
            uri.push_str("&sslrootcert=");
            push_percent_encoded(&mut uri, path, QUERY);
        }
        uri
    }
}

#[cfg(test)]
mod tests {
    use super::super::odd::odd_texts;
    use super::*;

    /// Decodes as libpq does: every `%` begins an escape, and `%00` is refused.
    fn decode(text: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((&first, tail)) = rest.split_first() {
            rest = tail;
            if first == b'%' {
                let digits = std::str::from_utf8(&rest[..2]).unwrap();
                let byte = u8::from_str_radix(digits, 16).unwrap();
                assert_ne!(byte, 0);
                bytes.push(byte);
                rest = &rest[2..];
            } else {
                assert!(first.is_ascii_graphic(), "{text}");
                bytes.push(first);
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    /// Reads a URI by the grammar of libpq's documentation, knowing nothing of the code above.
    fn parse(uri: &str) -> (Connection, Option<String>) {
        let rest = uri.strip_prefix("postgresql://").unwrap();
        assert!(!rest.contains('#'), "a fragment: {uri}");
        let (authority, rest) = rest.split_once('/').unwrap();
        let (path, query) = rest.split_once('?').unwrap();
        let (userinfo, hostport) = authority.split_once('@').unwrap();
        assert!(!hostport.contains('@'), "{uri}");
        let (user, password) = match userinfo.split_once(':') {
            Some((user, password)) => (user, Some(decode(password))),
            None => (userinfo, None),
        };
        let (host, port) = match hostport.strip_prefix('[') {
            Some(rest) => rest.split_once("]:").unwrap(),
            None => hostport.split_once(':').unwrap(),
        };
        let mut parameters = query.split('&').map(|pair| pair.split_once('=').unwrap());
        assert_eq!(parameters.next(), Some(("sslmode", "verify-full")));
        let sslrootcert = parameters.next().map(|(name, value)| {
            assert_eq!(name, "sslrootcert");
            decode(value)
        });
        assert_eq!(parameters.next(), None);
        let connection = Connection {
            host: decode(host),
            port: port.parse().unwrap(),
            user: decode(user),
            database: decode(path),
            sslrootcert,
        };
        (connection, password)
    }

    #[test]
    fn known_uris() {
        let plain = Connection::new("h.example", "a@b.example");
        let table = [
            (
                plain.clone(),
                None,
                "postgresql://a%40b.example@h.example:5432/databricks_postgres?sslmode=verify-full",
            ),
            (
                Connection { port: 6432, database: "a b/c?d#e%f:@&=+$,;".into(), ..plain.clone() },
                Some("p:w/d@"),
                "postgresql://a%40b.example:p%3Aw%2Fd%40@h.example:6432/a%20b/c%3Fd%23e%25f:@&=+$,;?sslmode=verify-full",
            ),
            (
                Connection { host: "fe80::1%eth0".into(), user: "\u{e9}".into(), ..plain.clone() },
                Some(""),
                "postgresql://%C3%A9:@[fe80::1%25eth0]:5432/databricks_postgres?sslmode=verify-full",
            ),
            (
                Connection { sslrootcert: Some("C:\\a b&c+d/ca.pem".into()), ..plain },
                None,
                "postgresql://a%40b.example@h.example:5432/databricks_postgres?sslmode=verify-full&sslrootcert=C:%5Ca%20b%26c%2Bd/ca.pem",
            ),
        ];
        for (connection, password, uri) in table {
            assert_eq!(connection.uri(password), uri);
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let texts = odd_texts();
        for (i, text) in texts.iter().enumerate() {
            let other = &texts[(i * 7 + 3) % texts.len()];
            let connection = Connection {
                host: if text.contains(':') { "::1".into() } else { text.clone() },
                port: u16::try_from(i % 65_535 + 1).unwrap(),
                user: other.clone(),
                database: text.clone(),
                sslrootcert: (i % 2 == 0).then(|| other.clone()),
            };
            let password = (i % 3 > 0).then_some(text.as_str());
            let uri = connection.uri(password);
            assert!(
                uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)),
                "{uri}"
            );
            assert_eq!(parse(&uri), (connection, password.map(str::to_owned)), "{uri}");
        }
    }
}
