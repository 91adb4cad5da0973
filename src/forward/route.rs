//! The routes that are forwarded, each with the queries and the kind of body that it takes.

use alloc::string::String;
use alloc::vec::Vec;

use super::form::pairs;
use super::{Answer, Body, native_login};
use crate::fields::check_segment;
use crate::http::percent_encode;
use crate::text::{join, parse_number, split};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
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

const NATIVE_LOGIN: (&str, &str) = ("update_mask", native_login::FIELD);

const fn get(path: &'static str, query: Query) -> Route {
    Route { method: "GET", path, query, access: Access::Token, body: Body::None }
}

const fn post(path: &'static str) -> Route {
    Route { method: "POST", path, query: Query::None, access: Access::Token, body: Body::Json }
}

const ROUTES: [Route; 11] = [
    Route {
        method: "POST",
        path: "/oidc/v1/token",
        query: Query::None,
        access: Access::PublicClient,
        body: Body::Form,
    },
    post("/api/2.0/database/credentials"),
    get("/api/2.0/database/instances", Query::Page),
    get("/api/2.0/database/instances/*", Query::None),
    Route {
        method: "PATCH",
        path: "/api/2.0/database/instances/*",
        query: Query::NativeLogin,
        access: Access::Token,
        body: Body::NativeLogin,
    },
    post("/api/2.0/postgres/credentials"),
    get("/api/2.0/postgres/projects", Query::Page),
    get("/api/2.0/postgres/projects/*/branches", Query::Page),
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
        Err(if methods.is_empty() { Answer::no_route() } else { Answer::wrong_method(&join(&methods, ", ")) })
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
        let refused = |message| Answer::bad_request(400, message);
        let pairs = pairs(query).ok_or_else(|| refused("the query is malformed"))?;
        let known = pairs.iter().all(|(name, value)| match self.query {
            Query::None => false,
            Query::Page => match name.as_str() {
                "page_size" => parse_number(value).is_some() && value.len() < 8,
                "page_token" => value.len() <= 4096,
                _ => false,
            },
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
