//! libpq's `keyword=value` strings.

use alloc::string::String;

use super::Connection;
use super::shell::is_safe_word;
use crate::text::{number, replace};

impl Connection {
    /// The connection as a libpq keyword string: `host=… port=5432 user=… dbname=… sslmode=verify-full
    /// sslrootcert=system`.
    ///
    /// A value that is empty or holds anything but letters, digits and `-_.@:/+,%` stands in quotes, with a backslash
    /// before each quote and backslash. psql, psycopg and everything else on libpq reads it.
    pub fn libpq_keywords(&self, password: Option<&str>) -> String {
        let mut out = String::new();
        push(&mut out, "host", &self.host);
        push(&mut out, "port", &number(self.port.into()));
        push(&mut out, "user", &self.user);
        push(&mut out, "dbname", &self.database);
        if let Some(password) = password {
            push(&mut out, "password", password);
        }
        push(&mut out, "sslmode", "verify-full");
        push(&mut out, "sslrootcert", self.trusted_roots());
        out
    }
}

fn push(out: &mut String, keyword: &str, value: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(keyword);
    out.push('=');
    if is_safe_word(value) {
        out.push_str(value);
        return;
    }
    out.push('\'');
    out.push_str(&replace(&replace(value, "\\", "\\\\"), "'", "\\'"));
    out.push('\'');
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::odd::odd_texts;
    use super::*;

    /// Reads a keyword string by the rules of libpq's documentation, knowing nothing of the code above.
    pub(crate) fn parse(text: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut letters = text.chars().peekable();
        loop {
            while letters.next_if(char::is_ascii_whitespace).is_some() {}
            if letters.peek().is_none() {
                return pairs;
            }
            let mut keyword = String::new();
            while let Some(letter) = letters.next_if(|letter| *letter != '=') {
                keyword.push(letter);
            }
            assert_eq!(letters.next(), Some('='), "{text}");
            let quoted = letters.next_if_eq(&'\'').is_some();
            let mut value = String::new();
            loop {
                match letters.next() {
                    Some('\'') if quoted => break,
                    Some('\\') => value.extend(letters.next()),
                    Some(letter) if !quoted && letter.is_ascii_whitespace() => break,
                    Some(letter) => value.push(letter),
                    None if quoted => panic!("an open quote: {text}"),
                    None => break,
                }
            }
            pairs.push((keyword, value));
        }
    }

    #[test]
    fn known_strings() {
        let plain = Connection::new("h.example", "a@b.example");
        assert_eq!(
            plain.libpq_keywords(None),
            "host=h.example port=5432 user=a@b.example dbname=databricks_postgres sslmode=verify-full sslrootcert=system"
        );
        let odd = Connection {
            user: "o'neil\\x".into(),
            database: String::new(),
            sslrootcert: Some("/a b/ca.pem".into()),
            ..plain
        };
        assert_eq!(
            odd.libpq_keywords(Some("p w")),
            r"host=h.example port=5432 user='o\'neil\\x' dbname='' password='p w' sslmode=verify-full sslrootcert='/a b/ca.pem'"
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        let texts = odd_texts();
        for (i, text) in texts.iter().enumerate() {
            let other = &texts[(i * 7 + 3) % texts.len()];
            let connection = Connection {
                host: other.clone(),
                user: text.clone(),
                database: text.clone(),
                sslrootcert: Some(text.clone()),
                ..Connection::new("", "")
            };
            let expected = [
                ("host", other.as_str()),
                ("port", "5432"),
                ("user", text),
                ("dbname", text),
                ("password", other),
                ("sslmode", "verify-full"),
                ("sslrootcert", text),
            ];
            let expected = expected.map(|(keyword, value)| (keyword.to_owned(), value.to_owned()));
            let written = connection.libpq_keywords(Some(other));
            assert_eq!(parse(&written), expected, "{written}");
        }
    }
}
