//! Taking texts apart and putting them together.
//!
//! The standard library's searchers, parsers and formatters serve every type and pattern: used for these few, they weigh
//! 10 KB in the WebAssembly.

use alloc::string::String;
use alloc::vec::Vec;

/// Where `needle` begins.
pub fn find(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len()).position(|window| window == needle.as_bytes())
}

/// Whether `needle` occurs.
pub fn contains(text: &str, needle: &str) -> bool {
    find(text, needle).is_some()
}

/// Whether the byte is one of these. (The standard library's `contains` is made for long slices.)
#[allow(clippy::manual_contains)]
pub fn is_one_of(byte: u8, bytes: &[u8]) -> bool {
    bytes.iter().any(|other| *other == byte)
}

/// Whether any of these ASCII characters occurs.
pub fn contains_any(text: &str, characters: &[u8]) -> bool {
    text.bytes().any(|byte| is_one_of(byte, characters))
}

/// Whether control characters occur.
pub fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// Whether there is nothing but ASCII letters, digits and these.
pub fn is_plain(text: &str, others: &[u8]) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_one_of(byte, others))
}

/// What stands before and after the first `needle`.
pub fn split_once<'a>(text: &'a str, needle: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, needle)?;
    Some((text.get(..at)?, text.get(at + needle.len()..)?))
}

/// The parts between the separators.
pub fn split<'a>(mut text: &'a str, separator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    while let Some((part, rest)) = split_once(text, separator) {
        parts.push(part);
        text = rest;
    }
    parts.push(text);
    parts
}

/// The parts in one text.
pub fn concat(parts: &[&str]) -> String {
    join(parts, "")
}

/// The parts in one text, with a separator between them.
pub fn join(parts: &[&str], separator: &str) -> String {
    let mut out = String::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        out.push_str(part);
    }
    out
}

/// The text with every `needle` replaced.
pub fn replace(mut text: &str, needle: &str, with: &str) -> String {
    let mut out = String::new();
    while let Some((before, after)) = split_once(text, needle) {
        out.push_str(before);
        out.push_str(with);
        text = after;
    }
    out.push_str(text);
    out
}

/// Adds a number in decimal digits.
pub fn push_number(out: &mut String, number: u64) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// A number in decimal digits.
pub fn number(number: u64) -> String {
    let mut out = String::new();
    push_number(&mut out, number);
    out
}

/// Adds a byte as two upper-case hexadecimal digits.
pub fn push_hex(out: &mut String, byte: u8) {
    for digit in [byte >> 4, byte & 15] {
        out.push(char::from(if digit < 10 { b'0' + digit } else { b'A' - 10 + digit }));
    }
}

/// The number that decimal digits, and nothing else, write. Above 2^32 it is inexact.
pub fn parse_number(digits: &str) -> Option<u64> {
    let mut number = 0;
    for byte in digits.bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = (number * 10 + u64::from(byte - b'0')).min(1 << 33);
    }
    if digits.is_empty() { None } else { Some(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_searched_as_the_standard_library_does() {
        for text in ["", "a", "aXbXc", "XX", "éXé", "X", "aaXaa"] {
            assert_eq!(find(text, "X"), text.find('X'), "{text}");
            assert_eq!(contains(text, "X"), text.contains('X'));
            assert_eq!(split_once(text, "X"), text.split_once('X'));
            assert_eq!(replace(text, "X", "[Y]"), text.replace('X', "[Y]"));
        }
        assert_eq!(split_once("https://x", "://"), Some(("https", "x")));
    }

    #[test]
    fn parts_come_apart_and_together() {
        for text in ["", ".", "a", "a.b", ".a..b."] {
            assert_eq!(split(text, "."), text.split('.').collect::<Vec<_>>(), "{text}");
        }
        assert_eq!(join(&["a", "", "b"], ", "), "a, , b");
        assert_eq!(concat(&[]), "");
        assert_eq!(concat(&["a", "", "\u{e9}"]), "a\u{e9}");
    }

    #[test]
    fn characters_are_told_apart() {
        assert!(contains_any("a/b", b"?/") && !contains_any("ab", b"?/") && !contains_any("", b"?"));
        for text in ["a\u{0}", "\n", "\u{7f}", "x\u{9f}"] {
            assert!(has_control(text), "{text:?}");
        }
        assert!(!has_control("a \u{e9}\u{a0}\u{2028}"));
        assert!(
            is_plain("aZ0-", b"-") && is_plain("", b"") && !is_plain("a.b", b"-") && !is_plain("\u{e9}", b"")
        );
    }

    #[test]
    fn numbers_are_written_and_read_as_the_standard_library_does() {
        for value in [0, 7, 10, 99, 65_535, 1_800_000, u64::from(u32::MAX), u64::MAX] {
            assert_eq!(number(value), value.to_string());
        }
        for value in [0, 7, 10, 99, 65_535, u64::from(u32::MAX)] {
            assert_eq!(parse_number(&value.to_string()), Some(value));
        }
        let mut hex = String::new();
        for byte in 0..=255 {
            push_hex(&mut hex, byte);
            assert!(hex.ends_with(&format!("{byte:02X}")), "{byte}");
        }
        assert_eq!(parse_number("007"), Some(7));
        for large in ["4294967296", "8589934593", "18446744073709551616", &"9".repeat(400)] {
            assert!(parse_number(large).is_some_and(|number| number > u64::from(u32::MAX)), "{large}");
        }
        for text in ["", " 1", "1 ", "+1", "-1", "1.0", "0x1", "1e3", "\u{664}"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }
}
