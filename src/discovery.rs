//! Finding the token endpoint of a host that serves more than one workspace, such as an account's.
//!
//! `{host}/.well-known/databricks-config` names the host's identity endpoint, and that one's metadata (RFC 8414) the
//! token endpoint. Both are taken from the configured host only: no document may send a secret elsewhere. Each is asked
//! for one name, so that there are two of them, whatever they say.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::address::Address;
use crate::answer;
use crate::classify::Hop;
use crate::error::Error;
use crate::fields::{Fields, NAME_MAX, SECRET_MAX, check_header};
use crate::http::{Authorization, Request, Response};
use crate::shared::{Cell, RefCell};
use crate::text::{contains, replace};

const METADATA: &str = "/.well-known/oauth-authorization-server";

/// What is known of the way to the token endpoint.
#[derive(Debug)]
pub struct Discovery {
    account: String,
    /// The token endpoint if that is known, or the document to read next.
    url: RefCell<String>,
    known: Cell<bool>,
}

impl Discovery {
    /// Reads `discovery` and `accountId`. A workspace's own host needs no discovery: the path is fixed there.
    pub fn from_options(fields: &Fields, address: &Address) -> Result<Self, Error> {
        let known = !fields.flag("discovery")?;
        let path = if known { "/oidc/v1/token" } else { "/.well-known/databricks-config" };
        Ok(Self {
            account: fields.owned("accountId", NAME_MAX)?.unwrap_or_default(),
            url: RefCell::new(address.url(path)),
            known: Cell::new(known),
        })
    }

    /// Whether the token endpoint is known.
    pub fn is_done(&self) -> bool {
        self.known.get()
    }

    /// The token endpoint, if it is known.
    pub fn token_endpoint(&self) -> Option<String> {
        self.known.get().then(|| self.url.borrow().clone())
    }

    /// The request for the document to read next.
    pub fn request(&self) -> Request {
        Request {
            method: "GET",
            url: self.url.borrow().clone(),
            authorization: Authorization::None,
            content_type: "",
            body: None,
            workspace_id: None,
        }
    }

    /// Reads the document at `from`. Nothing changes once the endpoint is known: of two flights, one may come late.
    pub fn read(&self, from: &str, response: &Response, address: &Address) -> Result<(), Error> {
        let body = answer::object(response, Hop::Token)?;
        let known = from.ends_with(METADATA);
        let text = |name: &str| body.text(name).unwrap_or_default();
        let url = text(if known { "token_endpoint" } else { "oidc_endpoint" });
        let mut url = url.strip_suffix('/').unwrap_or(url).to_owned();
        let account = if self.account.is_empty() { text("account_id") } else { &self.account };
        if !account.is_empty() {
            url = replace(&url, "{account_id}", account);
        }
        // The very host that is configured, and a path on it.
        let path = url.strip_prefix(address.origin()).unwrap_or_default();
        if !path.starts_with('/') || check_header("host", path, SECRET_MAX).is_err() || contains(path, "{") {
            let what = "names no token endpoint on the configured host; for an account's, give `accountId`";
            return Err(answer::odd(Hop::Token, what));
        }
        if !known {
            url.push_str(METADATA);
        }
        if !self.known.get() {
            self.url.replace(url);
            self.known.set(known);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;
    use crate::json::Value;

    fn address() -> Address {
        Address::parse("https://x.example").unwrap()
    }

    fn begin(options: &[(&str, Value)]) -> Result<Discovery, Error> {
        let members = options.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        Discovery::from_options(&Fields::of(Some(&Value::Object(members.collect()))).unwrap(), &address())
    }

    fn read(discovery: &Discovery, body: &str) -> Result<String, Error> {
        let response = Response { status: 200, body: body.into(), ..Response::default() };
        discovery.read(&discovery.request().url, &response, &address()).map(|()| discovery.request().url)
    }

    #[test]
    fn a_workspace_needs_none() {
        for options in [&[][..], &[("discovery", Value::Bool(false))]] {
            let endpoint = begin(options).unwrap().token_endpoint();
            assert_eq!(endpoint.as_deref(), Some("https://x.example/oidc/v1/token"));
        }
        for (option, bad) in [("discovery", Value::Null), ("accountId", "".into())] {
            assert_eq!(begin(&[(option, bad)]).unwrap_err().option.as_deref(), Some(option));
        }
    }

    #[test]
    fn two_documents_lead_to_the_token_endpoint() {
        let (plain, open, told) = (
            r#"{"oidc_endpoint":"https://x.example/oidc/","token_endpoint":"https://x.example/not-this"}"#,
            r#"{"oidc_endpoint":"https://x.example/oidc/accounts/{account_id}"}"#,
            r#"{"oidc_endpoint":"https://x.example/oidc/accounts/{account_id}","account_id":"a"}"#,
        );
        let yes = || ("discovery", Value::Bool(true));
        for (body, options, base) in [
            (plain, vec![yes()], "https://x.example/oidc"),
            (open, vec![yes(), ("accountId", "b".into())], "https://x.example/oidc/accounts/b"),
            (told, vec![yes()], "https://x.example/oidc/accounts/a"),
            (told, vec![yes(), ("accountId", "b".into())], "https://x.example/oidc/accounts/b"),
        ] {
            let discovery = begin(&options).unwrap();
            assert_eq!(discovery.token_endpoint(), None);
            assert_eq!(discovery.request().url, "https://x.example/.well-known/databricks-config");
            let metadata = [base, "/.well-known/oauth-authorization-server"].concat();
            assert_eq!(read(&discovery, body).unwrap(), metadata);
            assert_eq!(discovery.token_endpoint(), None);
            read(&discovery, r#"{"issuer":"i","token_endpoint":"https://x.example/t"}"#).unwrap();
            assert_eq!(discovery.token_endpoint().as_deref(), Some("https://x.example/t"));
            let late = Response { status: 200, body: body.into(), ..Response::default() };
            let config = "https://x.example/.well-known/databricks-config";
            discovery.read(config, &late, &address()).unwrap();
            assert_eq!(discovery.token_endpoint().as_deref(), Some("https://x.example/t"), "a late answer");
        }
    }

    #[test]
    fn a_host_that_says_the_same_everywhere_is_asked_twice() {
        let body = r#"{"oidc_endpoint":"https://x.example/.well-known/databricks-config"}"#;
        let discovery = begin(&[("discovery", Value::Bool(true))]).unwrap();
        read(&discovery, body).unwrap();
        assert_eq!(read(&discovery, body).unwrap_err().code, Code::UnexpectedResponse);
    }

    #[test]
    fn no_document_leads_elsewhere() {
        for url in [
            "https://evil.example/oidc",
            "https://x.example.evil.example/oidc",
            "https://x.example@evil.example/",
            "https://x.example:8443/oidc",
            "http://x.example/oidc",
            "//x.example/oidc",
            "/oidc",
            "https://x.example",
            "https://x.example/a b",
            "https://x.example/\\u0000",
            "https://x.example/{account_id}",
            "https://x.example/{other}",
            "",
        ] {
            let discovery = begin(&[("discovery", Value::Bool(true))]).unwrap();
            for (name, next) in [
                ("oidc_endpoint", "https://x.example/.well-known/databricks-config"),
                ("token_endpoint", "https://x.example/oidc/.well-known/oauth-authorization-server"),
            ] {
                let error = read(&discovery, &["{\"", name, "\":\"", url, "\"}"].concat()).expect_err(url);
                assert_eq!((error.code, error.retryable), (Code::UnexpectedResponse, false), "{url}");
                assert_eq!(discovery.request().url, next);
                read(&discovery, r#"{"oidc_endpoint":"https://x.example/oidc"}"#).unwrap_or_default();
            }
        }
        for body in ["", "<html>", "[]", "null", "{}", r#"{"oidc_endpoint":7}"#] {
            assert!(read(&begin(&[("discovery", Value::Bool(true))]).unwrap(), body).is_err(), "{body}");
        }
    }
}
