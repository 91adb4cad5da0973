//! Words of a POSIX shell.

use alloc::string::String;

use crate::text::{is_plain, replace};

/// Whether a word reads back as it is without quotes, in a shell and in libpq's keyword strings.
pub(crate) fn is_safe_word(text: &str) -> bool {
    !text.is_empty() && is_plain(text, b"-_.@:/+,%")
}

/// Adds a word that `sh`, `bash`, `dash` and `zsh` read back as this text, in quotes only if it needs them.
pub(crate) fn push_word(out: &mut String, text: &str) {
    if is_safe_word(text) {
        out.push_str(text);
        return;
    }
    out.push('\'');
    out.push_str(&replace(text, "'", "'\\''"));
    out.push('\'');
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::odd::odd_texts;
    use super::*;

    /// Splits a command as POSIX's shell grammar does, for single quotes and backslashes; anything else that a shell
    /// would act on fails the test.
    pub(crate) fn words(command: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut word: Option<String> = None;
        let mut letters = command.chars();
        while let Some(letter) = letters.next() {
            match letter {
                ' ' => words.extend(word.take()),
                '\'' => {
                    let text = word.get_or_insert_default();
                    loop {
                        match letters.next().expect("an open quote") {
                            '\'' => break,
                            inner => text.push(inner),
                        }
                    }
                }
                '\\' => word.get_or_insert_default().push(letters.next().unwrap()),
                plain => {
                    assert!(
                        plain.is_ascii_alphanumeric() || "-_.@:/+,%=".contains(plain),
                        "{plain:?} in {command}"
                    );
                    word.get_or_insert_default().push(plain);
                }
            }
        }
        words.extend(word);
        words
    }

    #[test]
    fn safe_words_stay_plain_and_others_are_quoted() {
        let table = [
            ("plain-Word_1.x@y:/z+,%", "plain-Word_1.x@y:/z+,%"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("'", "''\\'''"),
            ("$x", "'$x'"),
            ("~", "'~'"),
            ("a=b", "'a=b'"),
            ("\u{e9}", "'\u{e9}'"),
        ];
        for (text, word) in table {
            let mut out = String::new();
            push_word(&mut out, text);
            assert_eq!(out, word);
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in odd_texts() {
            let mut out = String::from("x ");
            push_word(&mut out, &text);
            assert_eq!(words(&out), ["x".to_owned(), text], "{out}");
        }
    }
}
