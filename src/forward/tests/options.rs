use super::{HOST, PAGE, asked, at, options, read};
use crate::error::Code;
use crate::fields::Fields;
use crate::forward::{Asked, Decision, Forwarder};
use crate::json::Value;

#[test]
fn options_are_checked_before_anything_is_served() {
    let host = || ("host", Value::from(HOST));
    let array = |origins: &[&str]| Value::Array(origins.iter().map(|origin| Value::from(*origin)).collect());
    for (members, option) in [
        (vec![], "host"),
        (vec![("host", Value::Null)], "host"),
        (vec![("host", Value::from("https://x.example/path"))], "host"),
        (vec![host(), ("origin", Value::from("*"))], "origin"),
        (vec![host(), ("origin", Value::from("null"))], "origin"),
        (vec![host(), ("origin", Value::from(""))], "origin"),
        (vec![host(), ("origin", Value::from("admin.example"))], "origin"),
        (vec![host(), ("origin", Value::from("https://*.example"))], "origin"),
        (vec![host(), ("origin", Value::from("https://admin.example/page"))], "origin"),
        (vec![host(), ("origin", Value::from("https://admin.example?o=1"))], "origin"),
        (vec![host(), ("origin", Value::from("https://u@admin.example"))], "origin"),
        (vec![host(), ("origin", Value::from("file://admin.example"))], "origin"),
        (vec![host(), ("origin", Value::Other)], "origin"),
        (vec![host(), ("origin", array(&[]))], "origin"),
        (vec![host(), ("origin", Value::Array(vec![Value::from(PAGE), Value::Null]))], "origin"),
        (vec![host(), ("timeout", Value::Number(0.0))], "timeout"),
        (vec![host(), ("timeout", Value::from("10"))], "timeout"),
    ] {
        let error = read(&members).err().unwrap_or_else(|| panic!("{members:?}"));
        assert_eq!(
            (error.code, error.option.as_deref()),
            (Code::InvalidArgument, Some(option)),
            "{members:?}"
        );
    }
    let error = read(&[("host", "http://x.example".into())]).err().unwrap();
    assert_eq!(error.code, Code::InsecureHost);
    let error = read(&[host(), ("origin", "http://admin.example".into())]).err().unwrap();
    assert_eq!((error.code, error.option.as_deref()), (Code::InsecureHost, Some("origin")));

    let given =
        ["HTTPS://Admin.Example", "https://b.example:443", "http://localhost:80", "http://127.0.0.1:5173"];
    assert_eq!(
        read(&[host(), ("origin", array(&given))]).unwrap().origins,
        ["https://admin.example", "https://b.example", "http://localhost", "http://127.0.0.1:5173"]
    );
}

#[test]
fn a_credential_is_handed_out_behind_a_guard_only() {
    let make = |members: &[(&str, Value)], authorize, credentials| {
        Forwarder::from_options(&Fields::of(Some(&options(members))).unwrap(), authorize, credentials)
    };
    let page = || ("origin", Value::from(PAGE));
    for (authorize, credentials, option) in [
        (None, Some(true), "authorize"),
        (Some(false), Some(true), "authorize"),
        (Some(true), Some(false), "credentials"),
        (Some(true), None, "authorize"),
        (None, Some(false), "credentials"),
    ] {
        for members in [vec![page()], vec![page(), ("host", HOST.into())]] {
            let error = make(&members, authorize, credentials).err().unwrap();
            assert_eq!((error.code, error.option.as_deref()), (Code::InvalidArgument, Some(option)));
        }
    }
    let url = at("/credential");
    let lone = make(&[page()], Some(true), Some(true)).unwrap();
    // Alone, it is where it was put.
    for path in ["/credential", "/api/credential", "/", ""] {
        assert!(
            matches!(lone.judge(&asked("POST", &at(&["/", path].concat()))), Ok(Decision::HandOut)),
            "{path}"
        );
    }
    let both = make(&[page(), ("host", HOST.into())], Some(true), Some(true)).unwrap();
    assert!(matches!(both.judge(&asked("POST", &url)), Ok(Decision::HandOut)));
    assert!(matches!(
        both.judge(&asked("GET", &at("/api/2.0/preview/scim/v2/Me"))),
        Ok(Decision::Forward(_))
    ));
    for forwarder in [&lone, &both] {
        let status = |request: &Asked| forwarder.judge(request).err().map(|answer| answer.status);
        assert_eq!(status(&asked("GET", &url)), Some(405));
        assert_eq!(status(&Asked { origin: Some("https://evil.example"), ..asked("POST", &url) }), Some(403));
        assert_eq!(status(&Asked { origin: None, fetch_site: None, ..asked("POST", &url) }), Some(403));
        assert_eq!(status(&Asked { fetch_site: Some("cross-site"), ..asked("POST", &url) }), Some(403));
        assert_eq!(status(&asked("POST", "http://evil.example/credential")), Some(421));
    }
    for path in ["/credential/", "/credentials", "/%63redential", "/x/credential", "//credential"] {
        assert_eq!(
            both.judge(&asked("POST", &at(path))).err().map(|answer| answer.status),
            Some(404),
            "{path}"
        );
    }
    let alone = make(&[page(), ("host", HOST.into())], None, None).unwrap();
    assert_eq!(alone.judge(&asked("POST", &url)).err().map(|answer| answer.status), Some(404));
}
