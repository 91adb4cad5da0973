//! Secrets, and the one place that keeps them out of texts.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use crate::text::{contains, replace};

/// A client secret or token. It prints as `[secret]`, and is compared without an early exit.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes ownership of the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether this is the text, compared without an early exit.
    pub fn is(&self, text: &str) -> bool {
        let mut difference = 0;
        for (ours, theirs) in self.0.bytes().zip(text.bytes()) {
            difference |= ours ^ theirs;
        }
        self.0.len() == text.len() && difference == 0
    }

    /// The text itself, for the request or the driver that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.0)
    }
}

const LONGEST_MESSAGE: usize = 300;
/// How Databricks tokens and secrets begin: JWTs, personal access tokens, OAuth secrets and refresh tokens.
const PREFIXES: [&str; 5] = ["eyJ", "dapi", "dose", "dkea", "doau"];

/// Makes a text from elsewhere fit for an error: known secrets and what looks like a token are replaced, control
/// characters become spaces, and it is cut at 300 bytes.
pub fn redact(text: &str, secrets: &[&str]) -> String {
    // A server may echo a form it was sent: raw, form-encoded, or any base64 of it.
    let mut clean = text.to_owned();
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        clean = replace(&clean, secret, "[secret]");
    }
    let mut out = String::new();
    let mut word = String::new();
    for c in clean.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '/' | '=') {
            word.push(c);
            continue;
        }
        push_word(&mut out, &mut word);
        out.push(if c.is_control() { ' ' } else { c });
    }
    push_word(&mut out, &mut word);
    let mut end = out.len().min(LONGEST_MESSAGE);
    while !out.is_char_boundary(end) {
        end -= 1;
    }
    out.truncate(end);
    out.trim_ascii().to_owned()
}

fn push_word(out: &mut String, word: &mut String) {
    out.push_str(if looks_secret(word) { "[secret]" } else { word });
    word.clear();
}

fn looks_secret(word: &str) -> bool {
    word.len() >= 16 && PREFIXES.iter().any(|prefix| contains(word, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "[secret]");
        assert_eq!(Secret::new("a"), Secret::new("a"));
        assert_ne!(Secret::new("a"), Secret::new("b"));
    }

    #[test]
    fn texts_from_elsewhere_lose_secrets_and_control_characters() {
        let table: [(&str, &[&str], &str); 6] = [
            ("no secret", &[], "no secret"),
            ("got s3cr3t+x here", &["s3cr3t+x"], "got [secret] here"),
            ("Can't parse eyJhbGciOiJIUzI1NiJ9.e30.sig,", &[], "Can't parse [secret],"),
            ("token=dapi0123456789abcdef0123", &[], "[secret]"),
            ("line\r\nInjected: 1", &[], "line  Injected: 1"),
            ("short eyJ is kept", &[], "short eyJ is kept"),
        ];
        for (text, secrets, expected) in table {
            assert_eq!(redact(text, secrets), expected);
        }
        assert_eq!(redact(&"xy ".repeat(1000), &[]).len(), 299);
        assert_eq!(redact(&"\u{20ac}x".repeat(1000), &[]).len(), 300);
        assert_eq!(redact(&["a", &"\u{20ac}".repeat(1000)].concat(), &[]).len(), 298);
    }
}
