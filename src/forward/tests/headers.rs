use super::{BEARER, HOST, PAGE, asked, at, forwarder, judge, read, refused};
use crate::forward::headers::TOKEN_MAX;
use crate::forward::{Asked, Forwarder, Passed};
use crate::json::Value;

#[test]
fn the_callers_own_token_counts_and_no_secret_of_a_client() {
    let list = at("/api/2.0/database/instances");
    let long = ["Bearer ", &"x".repeat(TOKEN_MAX + 1)].concat();
    for authorization in [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Bearer  two-spaces"),
        Some("Bearer a b"),
        Some("Bearer é"),
        Some("Basic dXNlcjpwYXNz"),
        Some("token"),
        Some("Bearer a, Bearer b"),
        Some(long.as_str()),
    ] {
        let request = Asked { authorization, ..asked("GET", &list) };
        assert_eq!(refused(&request), (401, "UNAUTHENTICATED".to_owned()), "{authorization:?}");
        let answer = judge(&forwarder(), &request).map(|onward| onward.url).unwrap_err();
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    let lower = Asked { authorization: Some("bearer t"), ..asked("GET", &list) };
    assert_eq!(judge(&forwarder(), &lower).unwrap().token.unwrap().expose(), "t");

    let token = at("/oidc/v1/token");
    for authorization in ["Basic Y2xpZW50OnNlY3JldC1vZi10aGUtY2xpZW50", BEARER, ""] {
        let request = Asked { authorization: Some(authorization), ..asked("POST", &token) };
        let answer = judge(&forwarder(), &request).map(|onward| onward.url).unwrap_err();
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains("a client secret never belongs in a page"), "{}", answer.text());
        assert!(!answer.text().contains("Y2xpZW50"));
    }
}

#[test]
fn bodies_are_of_their_kind_and_bounded() {
    let (json, form) = (at("/api/2.0/database/credentials"), at("/oidc/v1/token"));
    for (url, content_type, ok) in [
        (&json, Some("application/json"), true),
        (&json, Some("Application/JSON; charset=utf-8"), true),
        (&json, Some("text/plain"), false),
        (&json, Some("application/x-www-form-urlencoded"), false),
        (&json, Some("multipart/form-data"), false),
        (&json, Some("application/json-patch+json"), false),
        (&json, Some(""), false),
        (&json, None, false),
        (&form, Some("application/x-www-form-urlencoded"), true),
        (&form, Some("application/json"), false),
    ] {
        let request = Asked { content_type, ..asked("POST", url) };
        let result = judge(&forwarder(), &request).map(|onward| onward.url);
        assert_eq!(result.map_err(|answer| answer.status).err(), (!ok).then_some(415), "{content_type:?}");
    }
    for (content_length, status) in [
        ("0", None),
        ("65536", None),
        ("65537", Some(413)),
        ("18446744073709551615", Some(413)),
        ("-1", None),
        ("many", None),
    ] {
        let request = Asked { content_length: Some(content_length), ..asked("POST", &json) };
        let result = judge(&forwarder(), &request).map(|onward| onward.url);
        assert_eq!(result.map_err(|answer| answer.status).err(), status, "{content_length}");
    }
    for (content_encoding, ok) in [("identity", true), ("gzip", false), ("br, gzip", false), ("", false)] {
        let request = Asked { content_encoding: Some(content_encoding), ..asked("POST", &json) };
        assert_eq!(judge(&forwarder(), &request).is_ok(), ok, "{content_encoding}");
    }
}

#[test]
fn one_workspace_is_served() {
    let url = at("/api/2.0/database/instances");
    let host = [HOST, "/?o=123"].concat();
    let bound = read(&[("host", Value::from(host.as_str())), ("origin", PAGE.into())]).unwrap();
    let send = |forwarder: &Forwarder, workspace_id| {
        judge(forwarder, &Asked { workspace_id, ..asked("GET", &url) })
            .map(|onward| onward.workspace_id)
            .map_err(|answer| answer.status)
    };
    assert_eq!(send(&bound, None), Ok(Some("123".to_owned())));
    assert_eq!(send(&bound, Some("123")), Ok(Some("123".to_owned())));
    assert_eq!(send(&bound, Some("124")), Err(400));
    for other in ["124", "", "1 2", "abc"] {
        assert_eq!(send(&bound, Some(other)), Err(400), "{other:?}");
        // Which one of many is not for a page to say.
        assert_eq!(send(&forwarder(), Some(other)), Ok(None), "{other:?}");
    }
    for (found, status) in [(None, 200), (Some("123"), 200), (Some("9"), 502)] {
        let passed = Passed { status: 200, workspace_id: found.map(Into::into), ..Passed::default() };
        assert_eq!(bound.pass(&passed).status, status);
    }
}
