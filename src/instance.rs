//! Database instances, autoscaling endpoints and the caller's own name, as the workspace describes them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::address::Address;
use crate::answer;
use crate::classify::Hop;
use crate::error::{Code, Error};
use crate::http::{Request, Response, percent_encode};
use crate::json::Value;
use crate::text::{concat, contains};

/// A provisioned database instance, or an autoscaling endpoint: all of what the workspace said, in its own names.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// An object with a name and a state.
    pub details: Value,
}

impl Instance {
    /// `GET /api/2.0/database/instances/{name}`, or `GET /api/2.0/postgres/{path}` for an endpoint's path. Either was
    /// checked segment by segment.
    pub fn request(address: &Address, name: &str) -> Request {
        let route = if contains(name, "/") { "/api/2.0/postgres/" } else { "/api/2.0/database/instances/" };
        Request::get(address, &concat(&[route, name]))
    }

    /// Lets native Postgres roles log in to an instance, or no longer.
    #[cfg(feature = "admin")]
    pub fn native_login_request(address: &Address, name: &str, enabled: bool) -> Request {
        let path = concat(&["/api/2.0/database/instances/", name, "?update_mask=enable_pg_native_login"]);
        let body = concat(&["{\"enable_pg_native_login\":", if enabled { "true" } else { "false" }, "}"]);
        Request::json("PATCH", address, &path, body)
    }

    /// Reads the answer of either route.
    pub fn from_response(response: &Response) -> Result<Self, Error> {
        Self::from_value(object(response)?)
    }

    fn from_value(details: Value) -> Result<Self, Error> {
        check(&details)?;
        Ok(Self { details })
    }

    /// Its name, or the endpoint's path.
    pub fn name(&self) -> &str {
        self.details.text("name").unwrap_or_default()
    }

    /// `AVAILABLE`, `STARTING`, … or, for an endpoint, `ACTIVE`, `IDLE`, …
    pub fn state(&self) -> &str {
        state(&self.details).unwrap_or_default()
    }

    /// Host for reads and writes.
    pub fn host(&self) -> Option<&str> {
        let host = match self.details.text("read_write_dns") {
            Some(host) => host,
            None => self.details.get("status")?.get("hosts")?.text("host")?,
        };
        if host.is_empty() { None } else { Some(host) }
    }

    /// What stands in the way of a credential.
    pub fn readiness(&self) -> Readiness {
        match self.state() {
            // An idle endpoint wakes when it is connected to.
            "AVAILABLE" | "ACTIVE" | "IDLE" | "DEGRADED" => Readiness::Available,
            "STARTING" | "INIT" | "UPDATING" | "UPGRADING" | "FAILING_OVER" => Readiness::Coming,
            _ => Readiness::Unavailable,
        }
    }

    /// Whether to go on: [`Readiness::Coming`] only while there is time to wait, and an error for what will not come.
    pub fn wait(&self, there_is_time: bool) -> Result<Readiness, Error> {
        let readiness = self.readiness();
        if readiness == Readiness::Available || readiness == Readiness::Coming && there_is_time {
            return Ok(readiness);
        }
        Err(self.not_available())
    }

    /// An answer without a host: there is nothing to connect to.
    pub fn no_host(&self) -> Error {
        let mut error = odd("names no host for this instance; give `host`");
        error.target = Some(self.name().to_owned());
        error
    }

    /// [`Code::InstanceNotAvailable`], naming the state.
    pub fn not_available(&self) -> Error {
        let message =
            concat(&["`", self.name(), "` is ", self.state(), ", and gives no credential in that state"]);
        let mut error = Error::new(Code::InstanceNotAvailable, message);
        error.retryable = self.readiness() == Readiness::Coming;
        error.target = Some(self.name().to_owned());
        error
    }
}

/// Whether credentials are worth asking for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Now.
    Available,
    /// Soon, without anybody's doing.
    Coming,
    /// Not until somebody starts it, if ever.
    Unavailable,
}

/// One page of `GET /api/2.0/database/instances`.
pub struct Page {
    /// Its instances, each with a name and a state.
    pub instances: Vec<Value>,
    /// The token of the next page.
    pub next: Option<String>,
}

impl Page {
    /// The request for a page; the first one has no token.
    pub fn request(address: &Address, token: Option<&str>) -> Request {
        let query = token.map(|token| concat(&["&page_token=", &percent_encode(token)])).unwrap_or_default();
        Request::get(address, &concat(&["/api/2.0/database/instances?page_size=100", &query]))
    }

    /// Reads the answer; an absent list is an empty one.
    pub fn from_response(response: &Response) -> Result<Self, Error> {
        let mut body = object(response)?;
        let instances = match body.take("database_instances") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(instances)) => instances,
            Some(_) => return Err(odd("has a `database_instances` that is no array")),
        };
        for instance in &instances {
            check(instance)?;
        }
        let next = body.text("next_page_token").unwrap_or_default();
        let next = if next.is_empty() { None } else { Some(next.to_owned()) };
        Ok(Self { instances, next })
    }
}

/// `GET /api/2.0/preview/scim/v2/Me`.
pub fn me_request(address: &Address) -> Request {
    Request::get(address, "/api/2.0/preview/scim/v2/Me")
}

/// The caller's user name: an e-mail, or a service principal's application id.
pub fn user_name(response: &Response) -> Result<String, Error> {
    match object(response)?.text("userName") {
        None | Some("") => Err(odd("holds no `userName`")),
        Some(name) => Ok(name.to_owned()),
    }
}

/// `read_write_dns` to `readWriteDns`: how JavaScript shows the names in the workspace's answers.
pub fn camel_case(name: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for c in name.chars() {
        if c == '_' && !out.is_empty() {
            upper = true;
        } else {
            out.push(if upper { c.to_ascii_uppercase() } else { c });
            upper = false;
        }
    }
    out
}

pub(crate) fn check(instance: &Value) -> Result<(), Error> {
    if instance.text("name").is_none() || state(instance).is_none() {
        return Err(odd("describes no instance: `name` or `state` is missing"));
    }
    Ok(())
}

fn state(instance: &Value) -> Option<&str> {
    match instance.text("state") {
        Some(state) => Some(state),
        None => instance.get("status")?.text("current_state"),
    }
}

fn object(response: &Response) -> Result<Value, Error> {
    answer::object(response, Hop::Api)
}

fn odd(what: &str) -> Error {
    answer::odd(Hop::Api, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(body: &str) -> Response {
        Response { status: 200, body: body.into(), ..Response::default() }
    }

    #[test]
    fn instances_and_endpoints_are_read_alike() {
        let provisioned = r#"{"name":"orders","state":"AVAILABLE","read_write_dns":"i.example","pg_version":"PG_VERSION_16"}"#;
        let instance = Instance::from_response(&response(provisioned)).unwrap();
        assert_eq!((instance.host(), instance.readiness()), (Some("i.example"), Readiness::Available));
        assert_eq!(instance.details.text("pg_version"), Some("PG_VERSION_16"));
        let endpoint = r#"{"name":"projects/p/branches/b/endpoints/e","status":{"current_state":"IDLE","hosts":{"host":"ep.example"}}}"#;
        let instance = Instance::from_response(&response(endpoint)).unwrap();
        assert_eq!((instance.host(), instance.readiness()), (Some("ep.example"), Readiness::Available));
    }

    #[test]
    fn names_are_shown_as_javascript_has_them() {
        for (name, shown) in [
            ("name", "name"),
            ("read_write_dns", "readWriteDns"),
            ("_links", "_links"),
            ("a__b_", "aB"),
            ("pg_2", "pg2"),
            ("", ""),
        ] {
            assert_eq!(camel_case(name), shown);
        }
    }

    #[test]
    fn states_say_whether_to_wait() {
        let table = [
            ("STARTING", Readiness::Coming),
            ("STOPPED", Readiness::Unavailable),
            ("DELETING", Readiness::Unavailable),
            ("SOMETHING_NEW", Readiness::Unavailable),
        ];
        for (state, readiness) in table {
            let body = [r#"{"name":"orders","state":""#, state, r#""}"#].concat();
            let instance = Instance::from_response(&response(&body)).unwrap();
            assert_eq!(instance.readiness(), readiness);
            assert!(instance.not_available().message.contains(state));
        }
    }

    #[test]
    fn odd_answers_are_errors() {
        for body in ["", "[]", "{}", r#"{"name":1,"state":"AVAILABLE"}"#, r#"{"name":"x"}"#] {
            assert_eq!(Instance::from_response(&response(body)).unwrap_err().code, Code::UnexpectedResponse);
        }
        assert!(Page::from_response(&response(r#"{"database_instances":{}}"#)).is_err());
        assert!(Page::from_response(&response("{}")).unwrap().instances.is_empty());
        assert_eq!(user_name(&response(r#"{"userName":"a@b.c"}"#)).unwrap(), "a@b.c");
        assert!(user_name(&response(r#"{"userName":{}}"#)).is_err());
    }
}
