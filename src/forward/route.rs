//! The routes that are forwarded, each with the queries and the kind of body that it takes.

use alloc::string::String;
use alloc::vec::Vec;

use super::form::pairs;
use super::{Answer, Body, no_route};
use crate::error::Code;
use crate::fields::check_segment;
use crate::http::percent_encode;
use crate::text::{join, split};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Anybody: it tells what is public.
    Open,
    /// A client that has no secret.
    PublicClient,
    /// Whoever has a token of the workspace.
    Token,
}

/// One route. In its path, `*` is one segment that names a resource.
pub(super) struct Route {
    pub(super) method: &'static str,
    path: &'static str,
    query: Query,
    pub(super) access: Access,
    pub(super) body: Body,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Query {
    None,
    /// `page_size` and `page_token`.
    Page,
    /// `update_mask=enable_pg_native_login`, which must be there: without it the whole instance would be changed.
    NativeLogin,
}

const NATIVE_LOGIN: (&str, &str) = ("update_mask", "enable_pg_native_login");

const fn open(path: &'static str) -> Route {
    Route { method: "GET", path, query: Query::None, access: Access::Open, body: Body::None }
}

const fn get(path: &'static str, query: Query) -> Route {
    Route { method: "GET", path, query, access: Access::Token, body: Body::None }
}

const fn send(method: &'static str, path: &'static str, query: Query) -> Route {
    Route { method, path, query, access: Access::Token, body: Body::Json }
}

const ROUTES: [Route; 15] = [
    Route {
        method: "POST",
        path: "/oidc/v1/token",
        query: Query::None,
        access: Access::PublicClient,
        body: Body::Form,
    },
    open("/oidc/.well-known/oauth-authorization-server"),
    open("/.well-known/databricks-config"),
    send("POST", "/api/2.0/database/credentials", Query::None),
    get("/api/2.0/database/instances", Query::Page),
    get("/api/2.0/database/instances/*", Query::None),
    send("PATCH", "/api/2.0/database/instances/*", Query::NativeLogin),
    send("POST", "/api/2.0/postgres/credentials", Query::None),
    get("/api/2.0/postgres/projects", Query::Page),
    get("/api/2.0/postgres/projects/*", Query::None),
    get("/api/2.0/postgres/projects/*/branches", Query::Page),
    get("/api/2.0/postgres/projects/*/branches/*", Query::None),
    get("/api/2.0/postgres/projects/*/branches/*/endpoints", Query::Page),
    get("/api/2.0/postgres/projects/*/branches/*/endpoints/*", Query::None),
    get("/api/2.0/preview/scim/v2/Me", Query::None),
];

impl Route {
    /// The route of this method and path.
    pub(super) fn find(method: &str, path: &str) -> Result<&'static Self, Answer> {
        let segments = split(path, "/");
        let mut methods = Vec::new();
        for route in &ROUTES {
            if route.matches(&segments) {
                if route.method == method {
                    return Ok(route);
                }
                methods.push(route.method);
            }
        }
        Err(if methods.is_empty() { no_route() } else { Answer::wrong_method(&join(&methods, ", ")) })
    }

    /// Segment by segment, none decoded: a percent sign is in no name, so nothing can be hidden behind one.
    fn matches(&self, segments: &[&str]) -> bool {
        let wanted = split(self.path, "/");
        let fits = |(wanted, segment): (&&str, &&str)| {
            if *wanted == "*" { check_segment("", segment).is_ok() } else { wanted == segment }
        };
        wanted.len() == segments.len() && wanted.iter().zip(segments).all(fits)
    }

    /// The query as it is passed on, with its question mark.
    pub(super) fn query(&self, query: &str) -> Result<String, Answer> {
        let refused = |message| Answer::refuse(400, Code::InvalidRequest, message);
        let pairs = pairs(query).ok_or_else(|| refused("the query is malformed"))?;
        let known = pairs.iter().all(|(name, value)| match self.query {
            Query::None => false,
            Query::Page => matches!(name.as_str(), "page_size" | "page_token") && value.len() <= 4096,
            Query::NativeLogin => (name.as_str(), value.as_str()) == NATIVE_LOGIN,
        });
        if !known {
            return Err(refused("the query holds what is not forwarded for this route"));
        }
        if self.query == Query::NativeLogin && pairs.is_empty() {
            return Err(refused("the query must be update_mask=enable_pg_native_login"));
        }
        let mut out = String::new();
        for (name, value) in &pairs {
            out.push(if out.is_empty() { '?' } else { '&' });
            out.push_str(name);
            out.push('=');
            out.push_str(&percent_encode(value));
        }
        Ok(out)
    }
}
