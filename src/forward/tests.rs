//! What these tests share: a forwarding function for one page, and requests as that page sends them.

mod answers;
mod headers;
mod options;
mod pages;
mod routes;

use super::{Answer, Asked, Decision, Forwarder, Onward};
use crate::error::Error;
use crate::fields::Fields;
use crate::json::Value;

const HOST: &str = "https://x.cloud.databricks.com";
const PAGE: &str = "https://admin.example";
const BEARER: &str = "Bearer token-of-the-caller";

fn options(members: &[(&str, Value)]) -> Value {
    Value::Object(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
}

fn read(members: &[(&str, Value)]) -> Result<Forwarder, Error> {
    Forwarder::from_options(&Fields::of(Some(&options(members))).unwrap(), None, None)
}

fn forwarder() -> Forwarder {
    read(&[("host", HOST.into()), ("origin", PAGE.into())]).unwrap()
}

/// A request as a page of the right origin sends it.
fn asked<'a>(method: &'a str, url: &'a str) -> Asked<'a> {
    Asked {
        method,
        url,
        origin: (method != "GET").then_some(PAGE),
        fetch_site: Some("same-origin"),
        authorization: (!url.contains("/oidc/")).then_some(BEARER),
        content_type: match method {
            "GET" => None,
            _ if url.contains("/oidc/") => Some("application/x-www-form-urlencoded;charset=UTF-8"),
            _ => Some("application/json"),
        },
        ..Asked::default()
    }
}

fn at(path: &str) -> String {
    [PAGE, path].concat()
}

fn judge(forwarder: &Forwarder, asked: &Asked) -> Result<Onward, Answer> {
    match forwarder.judge(asked)? {
        Decision::Forward(onward) => Ok(onward),
        Decision::HandOut => panic!("no credential was configured"),
    }
}

fn refused(asked: &Asked) -> (u16, String) {
    let answer = judge(&forwarder(), asked).map(|onward| onward.url).unwrap_err();
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("access-control")));
    let code = answer.text().split('"').nth(3).unwrap().to_owned();
    (answer.status, code)
}
