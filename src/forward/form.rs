//! Forms and queries: read, judged, and written anew, so that what was judged is what is sent.

use alloc::string::String;
use alloc::vec::Vec;

use super::Answer;
use crate::http::form;
use crate::secret::Secret;
use crate::text;

/// Most fields in a form or query.
const FIELDS_MAX: usize = 32;

/// What a client without a secret sends.
const FIELDS: [&str; 10] = [
    "grant_type",
    "client_id",
    "code",
    "code_verifier",
    "redirect_uri",
    "refresh_token",
    "scope",
    "authorization_details",
    "subject_token",
    "subject_token_type",
];
/// How a client proves with a secret or a key who it is (RFC 6749, section 2.3.1, and RFC 7521, section 4.2).
const SECRETS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];
const CODE: &str = "authorization_code";
const GRANTS: [&str; 3] = [CODE, "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange"];

/// The form of the token endpoint, if a public client may send it.
pub(super) fn write(text: &str) -> Result<Secret, Answer> {
    let refused = |message| Err(Answer::bad_request(400, message));
    let Some(pairs) = pairs(text) else { return refused("the form is malformed") };
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    if SECRETS.into_iter().any(|name| value(name).is_some()) {
        return refused("a client secret never belongs in a page: only public clients are forwarded");
    }
    if !pairs.iter().all(|(name, _)| FIELDS.contains(&name.as_str())) {
        return refused("the form holds a field that is not forwarded");
    }
    let grant = value("grant_type").unwrap_or_default();
    if !GRANTS.contains(&grant) {
        return refused("the grant_type is none that a public client may use");
    }
    // Without a secret or PKCE, whoever sees a code could redeem it (RFC 9700, section 2.1.1).
    if grant == CODE && value("code_verifier").unwrap_or_default().is_empty() {
        return refused("a code is forwarded with its code_verifier (PKCE) only");
    }
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(form(&pairs))
}

/// Names and values of `application/x-www-form-urlencoded`. `None` if it is malformed, too long, names a field twice
/// (RFC 6749, section 3.2, forbids that) or holds control characters.
pub(super) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in text::split(text, "&").into_iter().filter(|pair| !pair.is_empty()) {
        let (name, value) = text::split_once(pair, "=")?;
        let (name, value) = (decode(name)?, decode(value)?);
        if pairs.len() >= FIELDS_MAX || pairs.iter().any(|(other, _)| *other == name) {
            return None;
        }
        pairs.push((name, value));
    }
    Some(pairs)
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(out).ok().filter(|text| !text::has_control(text))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_decoded_whole_or_not_at_all() {
        for (text, decoded) in [
            ("", Some("")),
            ("a+b%20c", Some("a b c")),
            ("%C3%A9%c3%a9", Some("éé")),
            ("a%2Bb%26%3D", Some("a+b&=")),
            ("%", None),
            ("%4", None),
            ("%4g", None),
            ("%+4", None),
            ("%FF", None),
            ("%C0%AF", None),
            ("%00", None),
            ("a%0d%0ab", None),
        ] {
            assert_eq!(decode(text).as_deref(), decoded, "{text}");
        }
    }

    #[test]
    fn a_field_stands_once() {
        let read = |text: &str| pairs(text).map(|pairs| pairs.len());
        assert_eq!(
            (read(""), read("&&"), read("a=1&b=2&"), read("a=")),
            (Some(0), Some(0), Some(2), Some(1))
        );
        for text in ["a=1&a=1", "a=1&%61=2", "a", "a=1&b"] {
            assert_eq!(read(text), None, "{text}");
        }
        let many: Vec<String> = (0..=FIELDS_MAX).map(|i| ["f", &i.to_string(), "=1"].concat()).collect();
        assert_eq!(read(&many.join("&")), None);
    }

    #[test]
    fn a_public_client_is_known_by_what_it_does_not_send() {
        let grant = "grant_type=authorization_code&";
        let fine = "code=c%2B1&code_verifier=v&client_id=page&redirect_uri=https%3A%2F%2Fa.example%2F";
        let passed = write(&[grant, fine].concat()).unwrap();
        assert_eq!(passed.expose(), [grant, fine].concat());
        for (fields, reason) in [
            ("client_secret=s", "client secret"),
            ("client_secret=", "client secret"),
            ("client%5Fsecret=s", "client secret"),
            ("client_assertion=eyJ", "client secret"),
            ("client_assertion_type=x", "client secret"),
            ("Client_Secret=s", "not forwarded"),
            ("username=u&password=p", "not forwarded"),
            ("grant_type=client_credentials", "malformed"),
            ("code=%zz", "malformed"),
        ] {
            let answer = write(&[grant, fields].concat()).unwrap_err();
            assert_eq!(answer.status, 400);
            assert!(answer.text().contains(reason), "{fields}");
        }
        for text in ["", "code=c", "grant_type=client_credentials", "grant_type=password", "grant_type="] {
            assert!(write(text).unwrap_err().text().contains("grant_type"), "{text}");
        }
        for (grant, ok) in GRANTS.into_iter().zip([false, true, true]) {
            assert_eq!(write(form(&[("grant_type", grant)]).expose()).is_ok(), ok, "{grant}");
        }
        for without_pkce in ["code=c&client_id=page", "code=c&code_verifier="] {
            let answer = write(&[grant, without_pkce].concat()).unwrap_err();
            assert!(answer.text().contains("PKCE"), "{without_pkce}");
        }
    }
}
