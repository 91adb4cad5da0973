//! What a database credential is asked for: provisioned instances by name, or one autoscaling endpoint by path.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::address::Address;
use crate::error::Error;
use crate::fields::{Fields, check_header, check_segment, check_text, wrong_type};
use crate::http::Request;
use crate::json::Value;

/// Lifetime of a credential unless `ttl` says otherwise, in seconds: one hour, as documented.
pub const DEFAULT_TTL: u64 = 3600;

/// One kind of credential: the key under which it is cached.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    place: Place,
    claims: Option<Value>,
    ttl: Option<u64>,
    group_name: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Place {
    Instances(Vec<String>),
    Endpoint(String),
}

impl Target {
    /// Reads the options of a credential provider: `instance` or `endpoint`, with `claims`, `ttl`, `groupName`.
    pub fn of_provider(fields: &Fields) -> Result<Self, Error> {
        let place = match (fields.text("instance", 128)?, fields.text("endpoint", 512)?) {
            (Some(name), None) => Place::Instances(vec![check_segment("instance", name)?.to_owned()]),
            (None, Some(path)) => Place::Endpoint(check_endpoint(path)?.to_owned()),
            (Some(_), Some(_)) => {
                return Err(Error::argument("endpoint", "and `instance` exclude each other"));
            }
            (None, None) => return Err(Error::argument("instance", "or `endpoint` is missing")),
        };
        Self::with_details(place, fields)
    }

    /// Reads the options of the low-level call: `instanceNames` or `endpoint`, with `claims`, `ttl`, `groupName`.
    pub fn of_call(fields: &Fields) -> Result<Self, Error> {
        let place = match (fields.get("instanceNames"), fields.text("endpoint", 512)?) {
            (None, Some(path)) => Place::Endpoint(check_endpoint(path)?.to_owned()),
            (Some(_), Some(_)) => {
                return Err(Error::argument("endpoint", "and `instanceNames` exclude each other"));
            }
            (None, None) => Place::Instances(Vec::new()),
            (Some(Value::Array(names)), None) => {
                if names.len() > 100 {
                    return Err(Error::argument("instanceNames", "holds more than 100 names"));
                }
                let names = names.iter().map(|name| match name {
                    Value::String(name) => check_segment("instanceNames", name).map(ToOwned::to_owned),
                    other => Err(wrong_type("instanceNames", "an array of strings", other)),
                });
                Place::Instances(names.collect::<Result<_, _>>()?)
            }
            (Some(other), None) => return Err(wrong_type("instanceNames", "an array of strings", other)),
        };
        let target = Self::with_details(place, fields)?;
        // The service wants at least one of the two.
        if target.claims.is_none() && target.place == Place::Instances(Vec::new()) {
            return Err(Error::argument("instanceNames", "or `claims` or `endpoint` is missing"));
        }
        Ok(target)
    }

    fn with_details(place: Place, fields: &Fields) -> Result<Self, Error> {
        let claims = fields.get("claims").map(read_claims).transpose()?;
        let ttl = fields.number("ttl", 300, 3600)?;
        let group_name = fields.text("groupName", 256)?.map(ToOwned::to_owned);
        if matches!(place, Place::Instances(_)) {
            for (name, given) in [("ttl", ttl.is_some()), ("groupName", group_name.is_some())] {
                if given {
                    return Err(Error::argument(name, "is taken for endpoints only"));
                }
            }
        }
        Ok(Self { place, claims, ttl, group_name })
    }

    /// The name that errors and events give.
    pub fn name(&self) -> String {
        match &self.place {
            Place::Instances(names) => names.join(","),
            Place::Endpoint(path) => path.clone(),
        }
    }

    /// The endpoint's path, if it is one.
    pub fn endpoint(&self) -> Option<&str> {
        if let Place::Endpoint(path) = &self.place { Some(path) } else { None }
    }

    /// Longest life that a credential of this kind has, in ms.
    pub fn longest_life(&self) -> u64 {
        self.ttl.unwrap_or(DEFAULT_TTL) * 1000
    }

    /// Reads `minRemaining` (ms), which no credential of this kind may fall short of.
    pub fn read_min_remaining(&self, fields: &Fields) -> Result<Option<u64>, Error> {
        let min = fields.number("minRemaining", 0, 3_600_000)?;
        if min.is_some_and(|min| min >= self.longest_life()) {
            return Err(Error::argument("minRemaining", "is as long as a credential lives"));
        }
        Ok(min)
    }

    /// A text that two targets share only if they are the same.
    pub fn key(&self) -> String {
        self.wire("").to_json()
    }

    /// The request that mints a credential. `request_id` makes a repetition recognisable to the service.
    pub fn mint_request(&self, address: &Address, request_id: &str) -> Request {
        let path = match self.place {
            Place::Instances(_) => "/api/2.0/database/credentials",
            Place::Endpoint(_) => "/api/2.0/postgres/credentials",
        };
        Request::json("POST", address, path, &self.wire(request_id))
    }

    fn wire(&self, request_id: &str) -> Value {
        let mut body = Vec::new();
        let mut put = |name: &str, value: Value| body.push((name.to_owned(), value));
        match &self.place {
            Place::Instances(names) => {
                put("request_id", Value::from(request_id));
                if !names.is_empty() {
                    put(
                        "instance_names",
                        Value::Array(names.iter().map(|name| Value::from(name.as_str())).collect()),
                    );
                }
            }
            Place::Endpoint(path) => put("endpoint", Value::from(path.as_str())),
        }
        if let Some(claims) = &self.claims {
            put("claims", claims.clone());
        }
        if let Some(ttl) = self.ttl {
            // A protobuf Duration in JSON.
            put("ttl", Value::String([&ttl.to_string(), "s"].concat()));
        }
        if let Some(group) = &self.group_name {
            put("group_name", Value::from(group.as_str()));
        }
        Value::Object(body)
    }
}

/// Checks the name of an autoscaling endpoint: `projects/P/branches/B/endpoints/E`.
pub fn check_endpoint(path: &str) -> Result<&str, Error> {
    let wrong =
        || Error::argument("endpoint", "must read projects/<project>/branches/<branch>/endpoints/<endpoint>");
    let parts: Vec<_> = path.split('/').collect();
    let ["projects", project, "branches", branch, "endpoints", endpoint] = parts.as_slice() else {
        return Err(wrong());
    };
    for segment in [project, branch, endpoint] {
        check_segment("endpoint", segment).map_err(|_| wrong())?;
    }
    Ok(path)
}

/// Checks the name of an `instance` or an `endpoint`; with neither said, a name with slashes is an endpoint's.
pub fn check_name(kind: &str, name: &Value) -> Result<String, Error> {
    let option = if kind.is_empty() { "name" } else { kind };
    let Value::String(name) = name else { return Err(wrong_type(option, "a string", name)) };
    let endpoint = kind == "endpoint" || kind.is_empty() && name.contains('/');
    let checked = if endpoint { check_endpoint(name) } else { check_segment(option, name) };
    checked.map(ToOwned::to_owned)
}

/// Checks a request id, which stands in logs of both sides.
pub fn check_request_id(text: &str) -> Result<&str, Error> {
    check_header("requestId", text, 128)
}

/// `[{permissionSet, resources: [{tableName}]}]` to its wire form.
fn read_claims(claims: &Value) -> Result<Value, Error> {
    let wrong = |reason| Error::argument("claims", reason);
    let Value::Array(claims) = claims else { return Err(wrong_type("claims", "an array", claims)) };
    if claims.is_empty() || claims.len() > 100 {
        return Err(wrong("must hold 1 to 100 claims"));
    }
    let one = |claim: &Value| {
        let fields = Fields::of(Some(claim)).map_err(|_| wrong("must hold objects only"))?;
        let permissions = fields.text("permissionSet", 64).map_err(|_| wrong("need a `permissionSet`"))?;
        let mut wire = Vec::new();
        if let Some(permissions) = permissions {
            wire.push(("permission_set".to_owned(), Value::from(permissions)));
        }
        match fields.get("resources") {
            None => {}
            Some(Value::Array(resources)) if resources.len() <= 1000 => {
                let tables = resources.iter().map(|resource| {
                    let table = resource
                        .text("tableName")
                        .ok_or_else(|| wrong("have a resource without a `tableName`"))?;
                    check_text("claims", table, 512)?;
                    Ok(Value::object([("table_name", Value::from(table))]))
                });
                wire.push(("resources".to_owned(), Value::Array(tables.collect::<Result<_, Error>>()?)));
            }
            Some(_) => return Err(wrong("have `resources` that are no array of at most 1000")),
        }
        if wire.is_empty() {
            return Err(wrong("need a `permissionSet` or `resources`"));
        }
        Ok(Value::Object(wire))
    };
    Ok(Value::Array(claims.iter().map(one).collect::<Result<_, Error>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(text: &str) -> Value {
        Value::from(text)
    }

    fn call(options: &Value) -> Result<Target, Error> {
        Target::of_call(&Fields::of(Some(options)).unwrap())
    }

    fn provider(options: &Value) -> Result<Target, Error> {
        Target::of_provider(&Fields::of(Some(options)).unwrap())
    }

    const ENDPOINT: &str = "projects/shop/branches/main/endpoints/primary";

    #[test]
    fn the_wire_has_snake_case_and_only_what_was_given() {
        let address = Address::parse("x.example").unwrap();
        let claims = Value::Array(vec![Value::object([
            ("permissionSet", s("READ_ONLY")),
            ("resources", Value::Array(vec![Value::object([("tableName", s("main.public.orders"))])])),
        ])]);
        let target = call(&Value::object([
            ("instanceNames", Value::Array(vec![s("a"), s("b")])),
            ("claims", claims.clone()),
        ]))
        .unwrap();
        let request = target.mint_request(&address, "r-1");
        assert_eq!(request.url, "https://x.example/api/2.0/database/credentials");
        assert_eq!(
            request.body.unwrap().expose(),
            r#"{"request_id":"r-1","instance_names":["a","b"],"claims":[{"permission_set":"READ_ONLY","resources":[{"table_name":"main.public.orders"}]}]}"#
        );
        let options =
            [("endpoint", s(ENDPOINT)), ("ttl", Value::Number(300.0)), ("groupName", s("analysts"))];
        let request = provider(&Value::object(options)).unwrap().mint_request(&address, "r-2");
        assert_eq!(request.url, "https://x.example/api/2.0/postgres/credentials");
        assert_eq!(
            request.body.unwrap().expose(),
            [r#"{"endpoint":""#, ENDPOINT, r#"","ttl":"300s","group_name":"analysts"}"#].concat()
        );
    }

    #[test]
    fn keys_are_shared_by_equal_targets_only() {
        let claims = |set: &str| Value::Array(vec![Value::object([("permissionSet", s(set))])]);
        let options = [
            Value::object([("instance", s("a"))]),
            Value::object([("instance", s("b"))]),
            Value::object([("instance", s("a")), ("claims", claims("READ_ONLY"))]),
            Value::object([("instance", s("a")), ("claims", claims("READ_WRITE"))]),
            Value::object([("endpoint", s(ENDPOINT))]),
            Value::object([("endpoint", s(ENDPOINT)), ("ttl", Value::Number(600.0))]),
            Value::object([("endpoint", s(ENDPOINT)), ("groupName", s("g"))]),
        ];
        for (i, a) in options.iter().enumerate() {
            for (j, b) in options.iter().enumerate() {
                assert_eq!(provider(a).unwrap().key() == provider(b).unwrap().key(), i == j);
            }
        }
    }

    #[test]
    fn bad_targets_are_refused_by_name() {
        let bad_call = [
            (Value::object([]), "instanceNames"),
            (Value::object([("instanceNames", Value::Array(vec![]))]), "instanceNames"),
            (Value::object([("instanceNames", s("a"))]), "instanceNames"),
            (Value::object([("instanceNames", Value::Array(vec![Value::Null]))]), "instanceNames"),
            (Value::object([("instanceNames", Value::Array(vec![s("a/b")]))]), "instanceNames"),
            (Value::object([("instanceNames", Value::Array(vec![s("a"); 101]))]), "instanceNames"),
            (
                Value::object([("instanceNames", Value::Array(vec![s("a")])), ("endpoint", s(ENDPOINT))]),
                "endpoint",
            ),
            (
                Value::object([("instanceNames", Value::Array(vec![s("a")])), ("ttl", Value::Number(300.0))]),
                "ttl",
            ),
            (
                Value::object([("instanceNames", Value::Array(vec![s("a")])), ("groupName", s("g"))]),
                "groupName",
            ),
            (Value::object([("claims", Value::Array(vec![]))]), "claims"),
            (Value::object([("claims", Value::Array(vec![Value::object([])]))]), "claims"),
            (Value::object([("claims", Value::Array(vec![s("READ_ONLY")]))]), "claims"),
            (Value::object([("claims", Value::object([]))]), "claims"),
            (Value::object([("endpoint", s(ENDPOINT)), ("ttl", Value::Number(299.0))]), "ttl"),
            (Value::object([("endpoint", s(ENDPOINT)), ("ttl", s("300s"))]), "ttl"),
        ];
        for (options, option) in bad_call {
            assert_eq!(call(&options).unwrap_err().option.as_deref(), Some(option));
        }
        for path in [
            "a",
            "projects/a",
            "projects/a/branches/b/endpoints/",
            "projects/../branches/b/endpoints/c",
            "/projects/a/branches/b/endpoints/c",
            "projects/a/branches/b/endpoints/c/d",
            "projects/a?/branches/b/endpoints/c",
        ] {
            assert_eq!(
                provider(&Value::object([("endpoint", s(path))])).unwrap_err().option.as_deref(),
                Some("endpoint"),
                "{path}"
            );
        }
        assert!(provider(&Value::object([])).is_err());
        assert!(provider(&Value::object([("instance", s("a")), ("endpoint", s(ENDPOINT))])).is_err());
    }
}
