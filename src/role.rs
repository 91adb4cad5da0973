//! Native Postgres roles, for clients that cannot renew a token: the statement that makes one, and its password.

use alloc::string::String;

use crate::error::Error;
use crate::text::{concat, contains, replace};

/// Longest role name, in bytes: Postgres cuts names off there (`NAMEDATALEN` - 1).
const ROLE_MAX: usize = 63;
const PASSWORD_LENGTH: usize = 32;
/// 64 letters that need no quoting in a URI, a shell or a keyword string. As many as a byte's six lower bits tell
/// apart, so that each is as likely as any other.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";

/// `CREATE ROLE "…" LOGIN PASSWORD '…';` for any `role` and `password`, or an error that says why there can be no such
/// role.
///
/// The statement means the same whatever `standard_conforming_strings` and `backslash_quote` say. It holds the
/// password in clear, so keep it out of logs; the server may write it to its own.
pub fn create_role_statement(role: &str, password: &str) -> Result<String, Error> {
    check_role(role).map_err(|reason| Error::argument("role", reason))?;
    check_password(password).map_err(|reason| Error::argument("password", reason))?;
    // A backslash is a letter like any other in '…' or begins an escape there, as the server is set; in E'…' it
    // always begins one.
    let open = if contains(password, "\\") { "E'" } else { "'" };
    let literal = replace(&replace(password, "\\", "\\\\"), "'", "''");
    Ok(concat(&["CREATE ROLE \"", &replace(role, "\"", "\"\""), "\" LOGIN PASSWORD ", open, &literal, "';"]))
}

/// A password of 32 letters, digits, `_` and `.` (192 bits), from the first 32 bytes given.
///
/// The bytes must come from a cryptographic source. `None` if there are fewer, or if all are the same: that source
/// did not run.
pub fn password_from_random(random: &[u8]) -> Option<String> {
    let random = random.get(..PASSWORD_LENGTH)?;
    if random.iter().all(|byte| Some(byte) == random.first()) {
        return None;
    }
    random.iter().map(|byte| ALPHABET.get(usize::from(byte & 63)).copied().map(char::from)).collect()
}

fn check_role(role: &str) -> Result<(), &'static str> {
    check_text(role)?;
    if role.len() > ROLE_MAX {
        Err("is longer than the 63 bytes that Postgres keeps of a name")
    } else if role.starts_with("pg_") {
        Err("begins with pg_, which Postgres keeps for its own roles")
    } else if role == "public" || role == "none" {
        Err("is one of the names that Postgres keeps for itself, public and none")
    } else {
        Ok(())
    }
}

fn check_password(password: &str) -> Result<(), &'static str> {
    check_text(password)?;
    if is_hash(password) {
        Err("has the form of a hash; Postgres would store it as one, and refuse it at login")
    } else {
        Ok(())
    }
}

fn check_text(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        Err("is empty")
    } else if contains(text, "\0") {
        Err("holds a NUL, which no text in Postgres can")
    } else {
        Ok(())
    }
}

/// Whether the server would take this for an already hashed password.
fn is_hash(password: &str) -> bool {
    password.starts_with("SCRAM-SHA-256$")
        || password.strip_prefix("md5").is_some_and(|digits| {
            digits.len() == 32 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::odd::odd_texts;

    /// Splits a statement by the lexical rules of the Postgres manual, section 4.1. `conforming` is
    /// `standard_conforming_strings`.
    fn tokens(statement: &str, conforming: bool) -> Vec<String> {
        let mut tokens = Vec::new();
        let mut letters = statement.chars().peekable();
        while let Some(letter) = letters.next() {
            let mut token = String::from(letter);
            match letter {
                ' ' => continue,
                '"' | '\'' => quoted(&mut token, letter, letter == '\'' && !conforming, &mut letters),
                'E' if letters.next_if_eq(&'\'').is_some() => {
                    token = "'".into();
                    quoted(&mut token, '\'', true, &mut letters);
                }
                _ => {
                    while letter != ';' && letters.peek().is_some_and(char::is_ascii_alphabetic) {
                        token.extend(letters.next());
                    }
                }
            }
            tokens.push(token);
        }
        tokens
    }

    fn quoted(
        out: &mut String,
        quote: char,
        escapes: bool,
        letters: &mut std::iter::Peekable<std::str::Chars>,
    ) {
        loop {
            match letters.next().expect("an open quote") {
                '\\' if escapes => {
                    // Only a doubled one has the same meaning under every backslash_quote.
                    assert_eq!(letters.next(), Some('\\'));
                    out.push('\\');
                }
                letter if letter == quote => {
                    if letters.next_if_eq(&quote).is_none() {
                        return;
                    }
                    out.push(quote);
                }
                letter => out.push(letter),
            }
        }
    }

    #[test]
    fn known_statements() {
        let table = [
            ("app", "secret", r#"CREATE ROLE "app" LOGIN PASSWORD 'secret';"#),
            (r#"O'Neil "Ann""#, "it's", r#"CREATE ROLE "O'Neil ""Ann""" LOGIN PASSWORD 'it''s';"#),
            (r"a\b", r"back\slash'", r#"CREATE ROLE "a\b" LOGIN PASSWORD E'back\\slash''';"#),
            (
                "a@b.example",
                r"\'; DROP ROLE x; --",
                r#"CREATE ROLE "a@b.example" LOGIN PASSWORD E'\\''; DROP ROLE x; --';"#,
            ),
            // Reserved are these very spellings only.
            ("PUBLIC", "x", r#"CREATE ROLE "PUBLIC" LOGIN PASSWORD 'x';"#),
            ("PG_x", "x", r#"CREATE ROLE "PG_x" LOGIN PASSWORD 'x';"#),
            ("current_user", "x", r#"CREATE ROLE "current_user" LOGIN PASSWORD 'x';"#),
            ("app", "md5", r#"CREATE ROLE "app" LOGIN PASSWORD 'md5';"#),
        ];
        for (role, password, statement) in table {
            assert_eq!(create_role_statement(role, password).unwrap(), statement);
        }
    }

    #[test]
    fn what_is_written_reads_back_under_either_setting() {
        let texts = odd_texts();
        for (i, password) in texts.iter().enumerate() {
            let role = &texts[(i * 7 + 3) % texts.len()];
            if role.is_empty() || password.is_empty() {
                assert!(create_role_statement(role, password).is_err());
                continue;
            }
            let statement = create_role_statement(role, password).unwrap();
            let (name, literal) = (["\"", role].concat(), ["'", password].concat());
            let expected = ["CREATE", "ROLE", &name, "LOGIN", "PASSWORD", &literal, ";"];
            for conforming in [true, false] {
                assert_eq!(tokens(&statement, conforming), expected, "{statement}");
            }
        }
    }

    #[test]
    fn what_no_role_can_have_is_refused_with_its_reason() {
        let hash = ["md5", &"0a".repeat(16)].concat();
        let long = "\u{e9}".repeat(32);
        let table = [
            ("", "x", "`role` is empty"),
            ("a\0b", "x", "`role` holds a NUL"),
            (long.as_str(), "x", "63 bytes"),
            ("pg_monitor", "x", "begins with pg_"),
            ("public", "x", "public and none"),
            ("none", "x", "public and none"),
            ("app", "", "`password` is empty"),
            ("app", "a\0", "`password` holds a NUL"),
            ("app", hash.as_str(), "form of a hash"),
            ("app", "SCRAM-SHA-256$4096:c2FsdA==$a:b", "form of a hash"),
        ];
        for (role, password, reason) in table {
            let error = create_role_statement(role, password).expect_err(role);
            assert!(error.message.contains(reason), "{}", error.message);
            assert_eq!(error.option.as_deref(), Some(if role == "app" { "password" } else { "role" }));
        }
        assert!(create_role_statement(&"x".repeat(63), "x").is_ok());
        assert!(create_role_statement("app", &"x".repeat(20_000)).is_ok());
    }

    #[test]
    fn each_letter_of_a_password_is_as_likely_as_any_other() {
        let mut counts = [0; 128];
        for start in 0..=255_u8 {
            let random: Vec<u8> = (0..40).map(|i| start.wrapping_add(i)).collect();
            let password = password_from_random(&random).unwrap();
            assert_eq!(password.len(), 32);
            assert!(password.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte)));
            counts[usize::from(password.as_bytes()[0])] += 1;
        }
        assert_eq!(counts.iter().filter(|count| **count == 4).count(), 64);
        assert_eq!(counts.iter().sum::<i32>(), 256);
    }

    #[test]
    fn a_password_needs_enough_bytes_and_takes_each() {
        let random: Vec<u8> = (0..32).collect();
        let password = password_from_random(&random).unwrap();
        assert_eq!(password, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef");
        assert_eq!(password_from_random(&[random.as_slice(), &[7]].concat()), Some(password.clone()));
        for at in 0..32 {
            let mut other = random.clone();
            other[at] ^= 32;
            assert_ne!(password_from_random(&other), Some(password.clone()));
        }
        assert_eq!(password_from_random(&random[..31]), None);
        assert_eq!(password_from_random(&[]), None);
        assert_eq!(password_from_random(&[0; 32]), None);
        assert_eq!(password_from_random(&[255; 64]), None);
    }
}
