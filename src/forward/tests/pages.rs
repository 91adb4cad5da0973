use super::{HOST, asked, at, forwarder, judge, read, refused};
use crate::forward::Asked;

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
        assert_eq!(refused(&request), (405, "INVALID_REQUEST".to_owned()), "{method}");
    }
    for (method, path, allowed) in [
        ("POST", "/api/2.0/database/instances", "GET"),
        ("PATCH", "/api/2.0/database/instances", "GET"),
        ("POST", "/api/2.0/database/instances/orders", "GET, PATCH"),
        ("GET", "/api/2.0/database/credentials", "POST"),
        ("GET", "/oidc/v1/token", "POST"),
        ("PATCH", "/api/2.0/postgres/projects/shop", "GET"),
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
        assert_eq!(refused(&request), (403, "PERMISSION_DENIED".to_owned()), "{origin}");
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
        ("http://127.0.0.1:8787/oidc/v1/token", "http://127.0.0.1:8787", true),
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
        assert_eq!(judge(&forwarder, &request).is_ok(), ok, "{url} from {origin}");
    }
}
