//! Odd texts for the tests: by hand those that forms trip over, and many more from a generator with a fixed seed.

/// Texts without NUL, which no form can carry.
pub(crate) fn odd_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "a",
        "'",
        "\"",
        "\\",
        "\\'",
        "'\\",
        "\\\\",
        "''",
        "'\\''",
        "a b",
        " a ",
        "a=b",
        "=",
        "%",
        "%2F",
        "%25",
        "%zz",
        "100%",
        "+",
        "a+b",
        "a@b",
        "a:b",
        "a/b",
        "//",
        "/",
        "?",
        "a?b=c",
        "#",
        "a#b",
        "&",
        "a&sslmode=disable",
        "[",
        "]",
        "[::1]",
        "..",
        ".",
        "$HOME",
        "$(id)",
        "`id`",
        "${x}",
        "~",
        "!",
        "*",
        "a;b",
        "a|b",
        "a\tb",
        "a\nb",
        "\r\n",
        "-x",
        "--",
        "\u{e9}",
        "\u{1f418}",
        "\u{202e}abc",
        "\u{2028}",
        "\u{85}",
        "\u{7f}",
        "\u{1}",
        "password",
        "host=x",
        "postgresql://h/d",
        "\u{feff}x",
        "\\u0022",
        "\\x41",
        "E'x'",
        "$$x$$",
        "--x",
        "/*x*/",
        "\u{fffd}",
        "</script>",
        "{0}",
        "%s",
        "a\\",
        "a'",
        "\\n",
    ]
    .map(str::to_owned)
    .to_vec();
    // xorshift32
    let mut state = 0x9e37_79b9_u32;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % below
    };
    let letters: Vec<char> =
        "ab0 '\"\\%/?#@:&=+$!`~;|<>()[]{}*,.-_^\t\n\r\u{1}\u{7f}\u{9b}\u{e9}\u{2028}\u{1f418}"
            .chars()
            .collect();
    for _ in 0..3000 {
        let length = 1 + next(12);
        texts.push((0..length).map(|_| letters[next(letters.len())]).collect());
    }
    texts
}
