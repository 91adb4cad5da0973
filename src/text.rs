//! Searching and replacing in texts.
//!
//! The standard library's string searcher is made for long needles: with its panics and their messages it weighs 6 KB
//! in the WebAssembly.

use alloc::string::String;

/// Where `needle` begins.
pub fn find(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes().windows(needle.len()).position(|window| window == needle.as_bytes())
}

/// Whether `needle` occurs.
pub fn contains(text: &str, needle: &str) -> bool {
    find(text, needle).is_some()
}

/// What stands before and after the first `needle`.
pub fn split_once<'a>(text: &'a str, needle: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, needle)?;
    Some((text.get(..at)?, text.get(at + needle.len()..)?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_searched_as_the_standard_library_does() {
        for text in ["", "a", "aXbXc", "XX", "éXé", "X", "aaXaa"] {
            assert_eq!(find(text, "X"), text.find('X'), "{text}");
            assert_eq!(contains(text, "X"), text.contains('X'));
            assert_eq!(split_once(text, "X"), text.split_once("X"));
            assert_eq!(replace(text, "X", "[Y]"), text.replace('X', "[Y]"));
        }
        assert_eq!(split_once("https://x", "://"), Some(("https", "x")));
    }
}
