use super::{HOST, PAGE, asked, at, forwarder, judge, read, refused};
use crate::forward::Asked;
use crate::json::Value;

#[test]
fn other_methods_are_refused_and_preflights_with_them() {
    let url = at("/api/2.0/database/instances");
    for method in
        ["OPTIONS", "HEAD", "PUT", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "patch", "", "GET "]
    {
        // As a preflight comes: from another origin.
        let request = Asked {
            origin: Some("https://evil.example"),
            fetch_site: Some("cross-site"),
            ..asked(method, &url)
        };
        assert_eq!(refused(&request), (405, "BAD_REQUEST".to_owned()), "{method}");
    }
    for (method, path, allowed) in [
        ("POST", "/api/2.0/database/instances", "GET"),
        ("PATCH", "/api/2.0/database/instances", "GET"),
        ("POST", "/api/2.0/database/instances/orders", "GET, PATCH"),
        ("GET", "/api/2.0/database/credentials", "POST"),
        ("GET", "/oidc/v1/token", "POST"),
        ("PATCH", "/api/2.0/postgres/projects", "GET"),
    ] {
        let answer = judge(&forwarder(), &asked(method, &at(path))).map(|onward| onward.url).unwrap_err();
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)), "{method} {path}");
    }
}

#[test]
fn pages_of_other_origins_are_refused() {
    let url = at("/api/2.0/database/credentials");
    let post = asked("POST", &url);
    for origin in [
        "null",
        "",
        "https://",
        "*",
        "https://evil.example",
        "http://admin.example",
        "https://admin.example:8443",
        "https://admin.example.evil.example",
        "https://admin.example/",
        "https://ADMIN.example",
        "https://sub.admin.example",
        "https://admin.example, https://evil.example",
        "https://x.cloud.databricks.com",
    ] {
        let request = Asked { origin: Some(origin), ..post.clone() };
        assert_eq!(refused(&request), (403, "BAD_REQUEST".to_owned()), "{origin}");
        let request = Asked { origin: Some(origin), fetch_site: None, ..post.clone() };
        assert_eq!(refused(&request).0, 403, "{origin}");
    }
    for site in ["cross-site", "same-site", "none", "", "SAME-ORIGIN"] {
        let request = Asked { fetch_site: Some(site), ..post.clone() };
        assert_eq!(refused(&request).0, 403, "{site}");
        let list = at("/api/2.0/database/instances");
        assert_eq!(refused(&Asked { fetch_site: Some(site), ..asked("GET", &list) }).0, 403, "{site}");
    }
    assert_eq!(refused(&Asked { origin: None, fetch_site: None, ..post.clone() }).0, 403);
    assert!(judge(&forwarder(), &Asked { origin: None, ..post.clone() }).is_ok());
    assert!(judge(&forwarder(), &Asked { fetch_site: None, ..post }).is_ok());
    let list = at("/api/2.0/database/instances");
    assert!(judge(&forwarder(), &Asked { fetch_site: None, ..asked("GET", &list) }).is_ok());
}

#[test]
fn without_a_configured_origin_the_own_one_counts() {
    let forwarder = read(&[("host", HOST.into())]).unwrap();
    for (url, origin, ok) in [
        ("https://edge.example/oidc/v1/token", "https://edge.example", true),
        ("https://edge.example:8443/oidc/v1/token", "https://edge.example:8443", true),
        ("http://127.0.0.1:8787/oidc/v1/token", "http://127.0.0.1:8787", true),
        ("http://localhost:8787/oidc/v1/token", "http://localhost:8787", true),
        ("http://[::1]:8787/oidc/v1/token", "http://[::1]:8787", true),
        ("http://127.0.0.1:8787/oidc/v1/token", "http://127.0.0.1:878", false),
        ("http://127.0.0.1:8787/oidc/v1/token", "http://127.0.0.1", false),
        ("https://edge.example/oidc/v1/token", "http://edge.example", false),
        ("https://edge.example/oidc/v1/token", "https://edge", false),
        ("https://edge.example/oidc/v1/token", "https:", false),
        ("https://edge.example/oidc/v1/token", "https://", false),
        ("https://edge.example/oidc/v1/token", "https:/", false),
        ("https://edge.example/oidc/v1/token", "https://edge.example/oidc", false),
        ("https://edge.example/oidc/v1/token", "null", false),
        ("https://edge.example/oidc/v1/token", "", false),
    ] {
        let request = Asked { origin: Some(origin), ..asked("POST", url) };
        let status = judge(&forwarder, &request).err().map(|answer| answer.status);
        assert_eq!(status, (!ok).then_some(403), "{url} from {origin}");
    }
    // A name of another site that points here: over plain http nobody would notice.
    for host in [
        "http://evil.example:8787",
        "http://10.0.0.5",
        "http://evil.localhost:8787",
        "http://localhost.evil.example",
    ] {
        let url = [host, "/oidc/v1/token"].concat();
        let request = Asked { origin: Some(host), ..asked("POST", &url) };
        assert_eq!(judge(&forwarder, &request).err().map(|answer| answer.status), Some(421), "{host}");
    }
}

#[test]
fn a_configured_origin_may_stand_in_the_host_header_alone() {
    let list = "http://localhost:3000/api/2.0/database/instances";
    let credentials = "http://localhost:3000/api/2.0/database/credentials";
    for (host, origin, status) in [
        (Some("admin.example"), Some(PAGE), None),
        (Some("admin.example"), None, None),
        (Some("admin.example"), Some("https://evil.example"), Some(403)),
        (Some("admin.example"), Some("http://localhost:3000"), Some(403)),
        (Some("evil.example"), Some(PAGE), Some(421)),
        (Some("evil.example"), Some("https://evil.example"), Some(421)),
        (Some("admin.example:3000"), Some(PAGE), Some(421)),
        (Some("admin.example.evil.example"), None, Some(421)),
        (Some(""), None, Some(421)),
        (None, None, Some(421)),
    ] {
        for request in [asked("GET", list), asked("POST", credentials)] {
            let refused = judge(&forwarder(), &Asked { host, origin, ..request }).err();
            assert_eq!(refused.map(|answer| answer.status), status, "{host:?} from {origin:?}");
        }
    }
    // Where none is configured, header and URL must agree.
    let unconfigured = read(&[("host", HOST.into())]).unwrap();
    let request = Asked { host: Some("admin.example"), ..asked("GET", list) };
    assert_eq!(judge(&unconfigured, &request).err().map(|answer| answer.status), Some(421));
    assert!(judge(&unconfigured, &Asked { host: Some("LOCALHOST:3000"), ..asked("GET", list) }).is_ok());
    // The name that the browser was told counts, and never the one that the server gives itself.
    let both = Value::Array(["http://localhost:3000", PAGE].map(Value::from).to_vec());
    let forwarder = read(&[("host", HOST.into()), ("origin", both)]).unwrap();
    assert!(judge(&forwarder, &Asked { host: Some("admin.example"), ..asked("POST", credentials) }).is_ok());
    let elsewhere = Asked { host: Some("evil.example:3000"), ..asked("GET", list) };
    assert_eq!(judge(&forwarder, &elsewhere).err().map(|answer| answer.status), Some(421));
}

#[test]
fn what_was_sent_to_another_host_is_refused() {
    let origins = ["https://admin.example", "https://b.example:8443", "http://localhost:5173"];
    let array = Value::Array(origins.map(Value::from).to_vec());
    let forwarder = read(&[("host", HOST.into()), ("origin", array)]).unwrap();
    let status = |url: &str, origin, method| {
        let url =
            [url, if method == "GET" { "/api/2.0/database/instances" } else { "/oidc/v1/token" }].concat();
        judge(&forwarder, &Asked { origin, ..asked(method, &url) }).err().map(|answer| answer.status)
    };
    for (sent_to, origin, post) in [
        ("https://admin.example", "https://admin.example", None),
        // TLS was ended before.
        ("http://admin.example", "https://admin.example", None),
        ("https://b.example:8443", "https://b.example:8443", None),
        ("http://localhost:5173", "http://localhost:5173", None),
        ("http://admin.example", "http://admin.example", Some(403)),
        ("https://admin.example", "https://b.example:8443", Some(403)),
        ("https://admin.example", "http://localhost:5173", Some(403)),
        ("http://evil.example", "http://evil.example", Some(421)),
        ("http://evil.example", "https://admin.example", Some(421)),
        ("https://admin.example.", "https://admin.example.", Some(421)),
        ("https://admin.example:444", "https://admin.example", Some(421)),
        ("https://admin.example@evil.example", "https://admin.example", Some(421)),
        ("https://evil.example?admin.example", "https://admin.example", Some(421)),
        ("https://b.example", "https://b.example:8443", Some(421)),
        ("http://127.0.0.1:5173", "http://localhost:5173", Some(421)),
        ("https://", "https://", Some(421)),
    ] {
        assert_eq!(status(sent_to, Some(origin), "POST"), post, "{sent_to} {origin}");
        let get = post.filter(|status| *status == 421);
        assert_eq!(status(sent_to, None, "GET"), get, "{sent_to}");
    }
}

#[test]
fn a_request_does_not_go_round() {
    for members in [vec![("host", HOST.into())], vec![("host", HOST.into()), ("origin", HOST.into())]] {
        let url = [HOST, "/api/2.0/database/instances"].concat();
        let answer = judge(&read(&members).unwrap(), &asked("GET", &url)).err().unwrap();
        assert_eq!(answer.status, 421);
        assert!(answer.text().contains("`host`"));
    }
}
