//! Secrets, and the one place that keeps them out of texts.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::text::contains;

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
/// As much of a text as is looked at, in bytes: no more of it than [`LONGEST_MESSAGE`] is ever shown.
const LOOKED_AT: usize = 1_000;
/// A quoted piece of a secret that is at least twice this long is found, in bytes.
const PIECE: usize = 12;
/// Shorter secrets are words, and would make every text suspect, in bytes.
const SHORTEST: usize = 4;
/// How Databricks tokens and secrets begin: JWTs, personal access tokens, OAuth secrets and refresh tokens.
const PREFIXES: [&str; 5] = ["eyJ", "dapi", "dose", "dkea", "doau"];

/// Makes a text from elsewhere fit for an error: one that quotes a secret is withheld, what looks like a token is
/// replaced, control characters become spaces, and it is cut at 300 bytes.
pub fn redact(text: &str, secrets: &[&str]) -> String {
    let text = cut(text, LOOKED_AT);
    if quotes(text.as_bytes(), secrets) {
        return "(its words quote a secret, and are withheld)".to_owned();
    }
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '/' | '=') {
            word.push(c);
            continue;
        }
        push_word(&mut out, &mut word);
        out.push(if c.is_control() { ' ' } else { c });
    }
    push_word(&mut out, &mut word);
    cut(&out, LONGEST_MESSAGE).trim_ascii().to_owned()
}

fn cut(text: &str, mut end: usize) -> &str {
    while !text.is_char_boundary(end) && end < text.len() {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Whether a text quotes a secret, whole or in part: as it is, percent- or form-encoded, or in base64 of either
/// alphabet, as it stands in HTTP Basic.
fn quotes(text: &[u8], secrets: &[&str]) -> bool {
    let mut readings = vec![form_decode(text)];
    for skip in 0..4 {
        let plain = base64_decode(text, skip);
        readings.push(form_decode(&plain));
        readings.push(plain);
    }
    readings.push(text.to_vec());
    secrets.iter().filter(|secret| secret.len() >= SHORTEST).any(|secret| {
        let pieces = secret.as_bytes().chunks(PIECE).filter(|piece| piece.len() == secret.len().min(PIECE));
        pieces.into_iter().any(|piece| {
            readings.iter().any(|reading| reading.windows(piece.len()).any(|window| window == piece))
        })
    })
}

/// Undoes percent- and form-encoding.
pub(crate) fn form_decode(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| char::from(text.get(at).copied().unwrap_or(0)).to_digit(16);
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                #[allow(clippy::cast_possible_truncation)]
                out.push((high << 4 | low) as u8);
                at += 2;
            }
            (b'+', ..) => out.push(b' '),
            _ => out.push(*byte),
        }
        at += 1;
    }
    out
}

/// What the words of a text mean if they are base64; each is read from its letter `skip` on, as it may be one of a
/// longer word.
fn base64_decode(text: &[u8], skip: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut bits, mut held, mut letters) = (0_u32, 0, 0);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => {
                (held, letters) = (0, 0);
                continue;
            }
        };
        letters += 1;
        if letters <= skip {
            continue;
        }
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            #[allow(clippy::cast_possible_truncation)]
            out.push((bits >> held) as u8);
        }
    }
    out
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
    fn a_text_that_quotes_a_secret_is_withheld() {
        let secret = "p@ss/w+rd=%\"\\\u{fc} so long a secret";
        let base64 = crate::http::base64(secret.as_bytes());
        let url_safe = base64.replace('+', "-").replace('/', "_").replace('=', "");
        let encoded = crate::http::percent_encode(secret);
        let basic = crate::http::base64(["id:", &encoded.replace("%20", "+")].concat().as_bytes());
        for form in [secret, &encoded, &encoded.to_lowercase(), &base64, &url_safe, &basic] {
            for text in [form.to_owned(), format!("got {form}."), format!("Basic/{form}"), format!("x{form}")]
            {
                assert!(!redact(&text, &["other", secret]).contains(form.get(..6).unwrap()), "{text}");
            }
        }
        let part: String = secret.chars().skip(3).take(25).collect();
        assert!(redact(&part, &[secret]).starts_with('('));
        assert!(redact(&[&"x ".repeat(149), secret].concat(), &[secret]).starts_with('('));
        assert_eq!(redact("p@ss is no piece of it", &[secret]), "p@ss is no piece of it");
    }

    #[test]
    fn texts_from_elsewhere_lose_secrets_and_control_characters() {
        let table: [(&str, &[&str], &str); 6] = [
            ("no secret", &[], "no secret"),
            ("no sec", &["sec", "another"], "no sec"),
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
