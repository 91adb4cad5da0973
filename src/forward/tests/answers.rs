use super::{asked, at, forwarder, judge};
use crate::classify::{Hop, classify};
use crate::error::Code;
use crate::forward::{Answer, Asked, Body, Content, Passed};
use crate::http::Response;
use crate::json;

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
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
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
    for (status, reason) in [
        (0, "redirect"),
        (300, "redirect"),
        (301, "redirect"),
        (304, "redirect"),
        (399, "redirect"),
        (101, "status"),
        (199, "status"),
        (600, "status"),
        (65_535, "status"),
    ] {
        let answer = forwarder().pass(&Passed { status, ..Passed::default() });
        assert_eq!(answer.status, 502);
        assert!(answer.text().contains(reason), "{status}");
        assert_eq!(answer.header("location"), None);
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

/// What the package's own client makes of each answer: the code, and whether it tries again.
#[test]
fn the_own_client_knows_what_a_refusal_means() {
    use Code::{InvalidRequest, NotFound, PermissionDenied, Unauthenticated, WorkspaceUnavailable};

    let (forwarder, list) = (forwarder(), at("/api/2.0/database/instances"));
    let refused = |request: Asked| judge(&forwarder, &request).err().unwrap();
    let redirect = forwarder.pass(&Passed { status: 302, ..Passed::default() });
    let table = [
        (refused(asked("DELETE", &list)), InvalidRequest, false),
        (refused(asked("GET", "http://evil.example/")), InvalidRequest, false),
        (refused(Asked { origin: Some("null"), ..asked("GET", &list) }), InvalidRequest, false),
        (refused(asked("GET", &at("/api/2.0/clusters/list"))), NotFound, false),
        (refused(asked("GET", &at("/api/2.0/database/instances?x=1"))), InvalidRequest, false),
        (refused(Asked { authorization: None, ..asked("GET", &list) }), Unauthenticated, false),
        (
            refused(Asked { content_type: None, ..asked("POST", &at("/oidc/v1/token")) }),
            InvalidRequest,
            false,
        ),
        (Body::Form.write("grant_type=client_credentials").unwrap_err(), InvalidRequest, false),
        (Body::NativeLogin.write("{}").unwrap_err(), InvalidRequest, false),
        (Answer::too_large(), InvalidRequest, false),
        (Answer::unreadable(), InvalidRequest, false),
        (Answer::unauthorized(), PermissionDenied, false),
        (Answer::undecided(), WorkspaceUnavailable, true),
        (Answer::late(), WorkspaceUnavailable, true),
        (Answer::unreachable(), WorkspaceUnavailable, true),
        (Answer::too_much(), InvalidRequest, false),
        (redirect, InvalidRequest, false),
    ];
    for (answer, code, retryable) in table {
        for hop in [Hop::Api, Hop::Token] {
            let response =
                Response { status: answer.status, body: answer.text().into(), ..Response::default() };
            let error = classify(&response, hop, &[]).unwrap();
            assert_eq!((error.code, error.retryable), (code, retryable), "{}", answer.text());
            let message = json::parse(answer.text()).unwrap().text("message").unwrap().to_owned();
            assert!(error.message.ends_with(&message), "{}", error.message);
        }
    }
}
