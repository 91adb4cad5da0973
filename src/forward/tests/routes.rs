use super::{HOST, PAGE, asked, at, forwarder, judge, refused};
use crate::address::Address;
use crate::endpoints::Listing;
use crate::forward::{Asked, Body};
use crate::http::Request;
use crate::instance::{Instance, Page, me_request};

#[test]
fn the_allowed_routes_reach_the_workspace_and_no_other_host() {
    let table = [
        ("POST", "/oidc/v1/token", Body::Form, false),
        ("POST", "/api/2.0/database/credentials", Body::Json, true),
        ("GET", "/api/2.0/database/instances", Body::None, true),
        ("GET", "/api/2.0/database/instances?page_size=100&page_token=a%2Bb", Body::None, true),
        ("GET", "/api/2.0/database/instances/orders-2.eu_west", Body::None, true),
        (
            "PATCH",
            "/api/2.0/database/instances/orders?update_mask=enable_pg_native_login",
            Body::NativeLogin,
            true,
        ),
        ("POST", "/api/2.0/postgres/credentials", Body::Json, true),
        ("GET", "/api/2.0/postgres/projects", Body::None, true),
        ("GET", "/api/2.0/postgres/projects/shop/branches?page_size=1", Body::None, true),
        ("GET", "/api/2.0/postgres/projects/shop/branches/main/endpoints", Body::None, true),
        ("GET", "/api/2.0/postgres/projects/shop/branches/main/endpoints/primary", Body::None, true),
        ("GET", "/api/2.0/preview/scim/v2/Me", Body::None, true),
    ];
    for (method, path, body, with_token) in table {
        let onward = judge(&forwarder(), &asked(method, &at(path))).unwrap();
        assert_eq!((onward.method, onward.url), (method, [HOST, path].concat()));
        assert_eq!(onward.body, body, "{path}");
        let token = onward.token.map(|token| token.expose().to_owned());
        assert_eq!(token.as_deref(), with_token.then_some("token-of-the-caller"), "{path}");
        assert_eq!(onward.workspace_id, None);
    }
}

/// What the package's own client sends is forwarded as it sends it.
#[test]
fn the_own_client_is_served() {
    let own = Address::parse(PAGE).unwrap();
    let sent = [
        Instance::request(&own, "orders"),
        Instance::request(&own, "projects/shop/branches/main/endpoints/primary"),
        Instance::native_login_request(&own, "orders", true),
        Page::request(&own, None),
        Page::request(&own, Some("p/2+")),
        Request::get(&own, &Listing::default().next().unwrap()),
        me_request(&own),
    ];
    for request in sent {
        let onward = judge(&forwarder(), &asked(request.method, &request.url)).unwrap();
        assert_eq!(onward.url, request.url.replace(PAGE, HOST));
        if let Some(body) = &request.body {
            assert_eq!(onward.body.write(body.expose()).unwrap(), *body);
        }
    }
}

#[test]
fn other_paths_are_no_route() {
    let hostile = [
        "",
        "/",
        "/api",
        "/api/2.0/database/instances/",
        "/api/2.0/database/instances//",
        "/api/2.0/database//instances",
        "//api/2.0/database/instances",
        "//evil.example/api/2.0/database/instances",
        "/api/2.0/database/instances/..",
        "/api/2.0/database/instances/.",
        "/api/2.0/database/instances/../../clusters/list",
        "/api/2.0/database/instances/%2e%2e",
        "/api/2.0/database/instances/%2e%2e%2fclusters",
        "/api/2.0/database/instances/..%2fclusters",
        "/api/2.0/database/instances/%252e%252e",
        "/api/2.0/database/instances/orders%2f..",
        "/api/2.0/database/instances/orders%00",
        "/api/2.0/database/instances/orders%20",
        "/api/2.0/database/instances/orders%",
        "/api/2.0/database/instances/or%64ers",
        "/api/2.0/database/instances/orders;x=1",
        "/api/2.0/database/instances/..;/clusters",
        "/api/2.0/database/instances/a\\..\\b",
        "/api/2.0/database/instances\\orders",
        "\\api\\2.0\\database\\instances",
        "/api/2.0/database/instances/orders/",
        "/api/2.0/database/instances/orders/permissions",
        "/api/2.0/database/instances/orders@evil.example",
        "/api/2.0/database/instances/orders:8443",
        "/api/2.0/database/instances:findByUid",
        "/api/2.0/database/instances/é",
        "/api/2.0/database/instances/\u{2024}\u{2024}",
        "/api/2.0/database/instances/\u{ff0f}",
        "/api/2.0/database/instances/*",
        "/api/2.0/database/Instances",
        "/API/2.0/database/instances",
        "/api/2.1/database/instances",
        "/api/2.0/clusters/list",
        "/api/2.0/token/create",
        "/api/2.0/secrets/get",
        "/api/2.0/preview/scim/v2/Users",
        "/api/2.0/preview/scim/v2/Me/",
        "/api/2.0/postgres/projects/shop/branches/main/endpoints/primary/roles",
        "/api/2.0/postgres/projects/shop/branches/../../x",
        "/api/2.0/postgres/projects//branches",
        "/oidc/v1/authorize",
        "/oidc/v1/token/",
        "/oidc/v1/../v1/token",
        "/login.html",
        "/.well-known/openid-configuration",
        "/.well-known/databricks-config",
        "/oidc/.well-known/oauth-authorization-server",
        "/api/2.0/postgres/projects/shop",
        "/api/2.0/postgres/projects/shop/branches/main",
        "/workspace/api/2.0/database/instances",
        "/credential",
    ];
    for path in hostile {
        for method in ["GET", "POST", "PATCH"] {
            let url = at(path);
            assert_eq!(
                refused(&asked(method, &url)),
                (404, "ENDPOINT_NOT_FOUND".to_owned()),
                "{method} {path}"
            );
        }
    }
    for (url, status) in [("", 421), ("/api/2.0/database/instances", 421), ("about:blank", 421), (PAGE, 404)]
    {
        let request = Asked { origin: Some(PAGE), ..asked("GET", url) };
        assert_eq!(refused(&request).0, status, "{url}");
    }
    let long = at(&["/api/2.0/database/instances/", &"x".repeat(100_000)].concat());
    assert_eq!(refused(&asked("GET", &long)).0, 404);
}

#[test]
fn queries_are_known_ones() {
    let patch = "/api/2.0/database/instances/orders";
    for (method, path) in [
        ("GET", "/api/2.0/database/instances?filter=x"),
        ("GET", "/api/2.0/database/instances?page_size=1&page_size=2"),
        ("GET", "/api/2.0/database/instances?page_size"),
        ("GET", "/api/2.0/database/instances?page_size=-1"),
        ("GET", "/api/2.0/database/instances?page_size=1;x=2"),
        ("GET", "/api/2.0/database/instances?page_size=12345678"),
        ("GET", "/api/2.0/database/instances?page_token=%zz"),
        ("GET", "/api/2.0/database/instances?page_token=a%0d%0aHost:x"),
        ("GET", "/api/2.0/database/instances?page_token=%ff"),
        ("GET", "/api/2.0/database/instances?access_token=x"),
        ("GET", "/api/2.0/database/instances/orders?page_size=1"),
        ("GET", "/api/2.0/preview/scim/v2/Me?attributes=groups"),
        ("POST", "/oidc/v1/token?client_secret=x"),
        ("POST", "/api/2.0/database/credentials?x=1"),
        ("PATCH", patch),
        ("PATCH", &[patch, "?"].concat()),
        ("PATCH", &[patch, "?update_mask=*"].concat()),
        ("PATCH", &[patch, "?update_mask=stopped"].concat()),
        ("PATCH", &[patch, "?update_mask=enable_pg_native_login,stopped"].concat()),
        ("PATCH", &[patch, "?update_mask=enable_pg_native_login&update_mask=stopped"].concat()),
        ("PATCH", &[patch, "?update_mask=stopped&update_mask=enable_pg_native_login"].concat()),
        ("PATCH", &[patch, "?update_mask=enable_pg_native_login&allow_missing=true"].concat()),
    ] {
        let url = at(path);
        assert_eq!(refused(&asked(method, &url)), (400, "BAD_REQUEST".to_owned()), "{path}");
    }
    let url = at("/api/2.0/database/instances?&page_token=a+b/c%3D&#fragment");
    let onward = judge(&forwarder(), &asked("GET", &url)).unwrap();
    assert_eq!(onward.url, [HOST, "/api/2.0/database/instances?page_token=a%20b%2Fc%3D"].concat());
}

/// Whatever is asked for, what goes on is an allowed address of the workspace, and nothing traps.
#[test]
fn no_change_of_a_good_request_leads_elsewhere() {
    let forwarder = forwarder();
    let parts = [
        "/api/2.0/database/instances",
        "/orders",
        "/..",
        "/.",
        "//",
        "\\",
        "%2e",
        "%2f",
        "%5c",
        "%00",
        "?",
        "#",
        "&",
        "=",
        "update_mask=enable_pg_native_login",
        "page_token=",
        "@evil.example",
        ":80",
        "é",
        "\u{0}",
        " ",
        "\r\n",
        "/oidc/v1/token",
        "/api/2.0/postgres/projects",
        "/branches",
        "/main",
        "/endpoints",
        ";",
    ];
    let mut seed = 7_u32;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    let mut passed = 0;
    for _ in 0..50_000 {
        let mut url = PAGE.to_owned();
        for _ in 0..next(7) {
            url.push_str(parts[next(parts.len())]);
        }
        let method = ["GET", "POST", "PATCH"][next(3)];
        let Ok(onward) = judge(&forwarder, &asked(method, &url)) else { continue };
        passed += 1;
        let rest = onward.url.strip_prefix(HOST).unwrap();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        assert!(
            path.starts_with("/api/2.0/database/")
                || path.starts_with("/api/2.0/postgres/")
                || path == "/oidc/v1/token"
        );
        assert!(path.split('/').skip(1).all(|segment| !matches!(segment, "" | "." | "..")), "{path}");
        assert!(
            rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/?&=%._-~".contains(&byte)),
            "{rest}"
        );
        assert!(query.len() <= rest.len());
    }
    assert!(passed > 100, "{passed}");
}
