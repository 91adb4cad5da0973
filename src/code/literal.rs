//! String literals.

use alloc::string::String;

use crate::connection::Connection;

/// Adds a text in double quotes, as JavaScript, TypeScript, JSON, Python and Java all read it.
///
/// Letters that show as nothing, end a line somewhere or turn the direction of the text around are escaped, so that
/// a reader sees what is there.
pub(super) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            // Not as \u000a: Java reads that as an end of line before it reads the string.
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{a0}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{2000}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}'
            | '\u{3000}'
            | '\u{feff}' => {
                out.push_str("\\u");
                let code = letter as u32;
                out.extend(
                    [12, 8, 4, 0].into_iter().filter_map(|shift| char::from_digit(code >> shift & 15, 16)),
                );
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// The connection's user, or this expression for the identity that the code names itself by.
pub(super) fn user_or(connection: &Connection, own: &str) -> String {
    if connection.user.is_empty() { own.into() } else { string(&connection.user) }
}

/// [`push_string`] to a new text.
pub(super) fn string(text: &str) -> String {
    let mut out = String::new();
    push_string(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::odd::odd_texts;

    /// Reads a literal by the rules that the five languages share, knowing nothing of the code above.
    fn parse(literal: &str) -> String {
        let mut letters = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap().chars();
        let mut out = String::new();
        while let Some(letter) = letters.next() {
            assert_ne!(letter, '"');
            out.push(match letter {
                '\\' => match letters.next().unwrap() {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let digits: String = letters.by_ref().take(4).collect();
                        let code = u32::from_str_radix(&digits, 16).unwrap();
                        // Java reads these before it knows of strings.
                        assert!(![0xa, 0xd, 0x22, 0x5c].contains(&code));
                        char::from_u32(code).unwrap()
                    }
                    quoted @ ('"' | '\\') => quoted,
                    other => panic!("\\{other}"),
                },
                plain => plain,
            });
        }
        out
    }

    #[test]
    fn known_literals() {
        let table = [
            ("", r#""""#),
            ("a'b", r#""a'b""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\r\n\t\0", r#""\r\n\t\u0000""#),
            ("\u{7f}\u{9b}\u{2028}\u{202e}", r#""\u007f\u009b\u2028\u202e""#),
            ("\u{e9}\u{1f418}${x}#{y}", "\"\u{e9}\u{1f418}${x}#{y}\""),
        ];
        for (text, literal) in table {
            assert_eq!(string(text), literal);
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in odd_texts() {
            assert_eq!(parse(&string(&text)), text);
        }
    }
}
