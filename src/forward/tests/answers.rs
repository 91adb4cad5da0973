use super::forwarder;
use crate::forward::{Answer, Content, Passed};

#[test]
fn answers_pass_with_the_needed_headers_and_never_as_a_page() {
    let passed = Passed {
        status: 429,
        content_type: Some("application/json; charset=utf-8".into()),
        date: Some("Tue, 24 Nov 2026 00:00:00 GMT".into()),
        retry_after: Some("7".into()),
        workspace_id: Some("123".into()),
    };
    let answer = forwarder().pass(&passed);
    let expected = [
        ("content-type", "application/json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("date", "Tue, 24 Nov 2026 00:00:00 GMT"),
        ("retry-after", "7"),
        ("x-databricks-org-id", "123"),
    ];
    assert_eq!((answer.status, &answer.content), (429, &Content::Passed));
    assert_eq!(answer.headers, expected.map(|(name, value)| (name, value.to_owned())));
    for (given, shown) in [
        (Some("application/scim+json"), "application/json"),
        (Some("text/html"), "text/plain; charset=utf-8"),
        (Some("application/xhtml+xml"), "text/plain; charset=utf-8"),
        (Some("image/svg+xml"), "text/plain; charset=utf-8"),
        (Some("application/javascript"), "text/plain; charset=utf-8"),
        (Some("text/html, application/json"), "text/plain; charset=utf-8"),
        (None, "text/plain; charset=utf-8"),
    ] {
        let passed = Passed { status: 200, content_type: given.map(Into::into), ..Passed::default() };
        assert_eq!(forwarder().pass(&passed).header("content-type"), Some(shown), "{given:?}");
    }
    let odd = Passed { status: 200, date: Some("a\r\nSet-Cookie: b".into()), ..Passed::default() };
    assert_eq!(forwarder().pass(&odd).header("date"), None);
    for (status, seen, code) in [
        (0, 502, "WORKSPACE_REDIRECT"),
        (301, 502, "WORKSPACE_REDIRECT"),
        (304, 502, "WORKSPACE_REDIRECT"),
        (399, 502, "WORKSPACE_REDIRECT"),
        (101, 502, "UNEXPECTED_RESPONSE"),
        (600, 502, "UNEXPECTED_RESPONSE"),
        (65_535, 502, "UNEXPECTED_RESPONSE"),
    ] {
        let answer = forwarder().pass(&Passed { status, ..Passed::default() });
        assert_eq!(answer.status, seen);
        assert!(answer.text().contains(code), "{status}");
    }
    for status in [204, 205] {
        assert_eq!(forwarder().pass(&Passed { status, ..Passed::default() }).content, Content::Empty);
    }
}

#[test]
fn a_failed_hand_out_shows_the_code_alone() {
    for (code, retry_after, status, shown) in [
        ("RATE_LIMITED", Some(1500), 503, "RATE_LIMITED"),
        ("INVALID_CLIENT", None, 502, "INVALID_CLIENT"),
        ("UNAUTHENTICATED", None, 502, "UNAUTHENTICATED"),
        ("PERMISSION_DENIED", None, 502, "PERMISSION_DENIED"),
        ("TIMEOUT", None, 504, "TIMEOUT"),
        ("secret text", None, 503, "UNEXPECTED_RESPONSE"),
    ] {
        let answer = Answer::no_credential(code, retry_after);
        assert_eq!((answer.status, answer.header("retry-after")), (status, retry_after.map(|_| "2")));
        assert_eq!(
            answer.text(),
            [r#"{"error_code":""#, shown, r#"","message":"no database credential could be had"}"#].concat()
        );
    }
    let credential = Answer::credential("to\"ken", "2026-11-24T01:00:00.000Z");
    assert_eq!(credential.text(), r#"{"token":"to\"ken","expirationTime":"2026-11-24T01:00:00.000Z"}"#);
    assert_eq!((credential.status, credential.header("cache-control")), (200, Some("no-store")));
}
