//! What a database credential is asked for: provisioned instances by name, or one autoscaling endpoint by path.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::address::Address;
use crate::error::Error;
use crate::fields::{Fields, check_header, check_segment, check_text, wrong_type};
use crate::http::Request;
use crate::json::{ObjectText, Value, array_text, quote};
use crate::text::{concat, contains, number, split};

/// Lifetime of a credential unless `ttl` says otherwise, in seconds: one hour, as documented.
pub const DEFAULT_TTL: u64 = 3600;

/// One kind of credential: the key under which it is cached.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    place: Place,
    /// JSON text, as the service takes it.
    claims: Option<String>,
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
                let mut checked = Vec::new();
                for name in names {
                    let Value::String(name) = name else {
                        return Err(wrong_type("instanceNames", "an array of strings", name));
                    };
                    checked.push(check_segment("instanceNames", name)?.to_owned());
                }
                Place::Instances(checked)
            }
            (Some(other), None) => return Err(wrong_type("instanceNames", "an array of strings", other)),
        };
        let target = Self::with_details(place, fields)?;
        // The service wants at least one of the two.
        if target.claims.is_none() && target.name().is_empty() {
            return Err(Error::argument("instanceNames", "or `claims` or `endpoint` is missing"));
        }
        Ok(target)
    }

    fn with_details(place: Place, fields: &Fields) -> Result<Self, Error> {
        let claims = match fields.get("claims") {
            Some(claims) => Some(read_claims(claims)?),
            None => None,
        };
        let ttl = fields.number("ttl", 300, 3600)?;
        let group_name = fields.owned("groupName", 256)?;
        if matches!(place, Place::Instances(_)) {
            let name = if ttl.is_some() { "ttl" } else { "groupName" };
            if ttl.is_some() || group_name.is_some() {
                return Err(Error::argument(name, "is taken for endpoints only"));
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
        self.wire("")
    }

    /// The request that mints a credential. `request_id` makes a repetition recognisable to the service.
    pub fn mint_request(&self, address: &Address, request_id: &str) -> Request {
        let path = match self.place {
            Place::Instances(_) => "/api/2.0/database/credentials",
            Place::Endpoint(_) => "/api/2.0/postgres/credentials",
        };
        Request::json("POST", address, path, self.wire(request_id))
    }

    fn wire(&self, request_id: &str) -> String {
        let mut body = ObjectText::new();
        match &self.place {
            Place::Instances(names) => {
                body.put_text("request_id", request_id);
                let names: Vec<String> = names.iter().map(|name| quote(name)).collect();
                if !names.is_empty() {
                    body.put("instance_names", &array_text(&names));
                }
            }
            Place::Endpoint(path) => body.put_text("endpoint", path),
        }
        if let Some(claims) = &self.claims {
            body.put("claims", claims);
        }
        if let Some(ttl) = self.ttl {
            // A protobuf Duration in JSON.
            body.put_text("ttl", &concat(&[&number(ttl), "s"]));
        }
        if let Some(group) = &self.group_name {
            body.put_text("group_name", group);
        }
        body.finish().unwrap_or_default()
    }
}

/// Checks the name of an autoscaling endpoint: `projects/P/branches/B/endpoints/E`.
pub fn check_endpoint(path: &str) -> Result<&str, Error> {
    let parts = split(path, "/");
    if let ["projects", project, "branches", branch, "endpoints", endpoint] = parts.as_slice()
        && [project, branch, endpoint].iter().all(|segment| check_segment("endpoint", segment).is_ok())
    {
        return Ok(path);
    }
    let form = "must read projects/<project>/branches/<branch>/endpoints/<endpoint>";
    Err(Error::argument("endpoint", form))
}

/// Checks the name of an `instance` or an `endpoint`; with neither said, a name with slashes is an endpoint's.
pub fn check_name(kind: &str, name: &Value) -> Result<String, Error> {
    let option = match kind {
        "instance" => "instance",
        "endpoint" => "endpoint",
        _ => "name",
    };
    let Value::String(name) = name else { return Err(wrong_type(option, "a string", name)) };
    let endpoint = option == "endpoint" || option == "name" && contains(name, "/");
    let checked = if endpoint { check_endpoint(name)? } else { check_segment(option, name)? };
    Ok(checked.to_owned())
}

/// Checks a request id, which stands in logs of both sides.
pub fn check_request_id(text: &str) -> Result<&str, Error> {
    check_header("requestId", text, 128)
}

/// `[{permissionSet, resources: [{tableName}]}]` to its wire form.
fn read_claims(claims: &Value) -> Result<String, Error> {
    let Value::Array(claims) = claims else { return Err(wrong_type("claims", "an array", claims)) };
    if claims.is_empty() || claims.len() > 100 {
        return Err(Error::argument("claims", "must hold 1 to 100 claims"));
    }
    let mut texts = Vec::new();
    for claim in claims {
        texts.push(read_claim(claim).map_err(|reason| Error::argument("claims", reason))?);
    }
    Ok(array_text(&texts))
}

fn read_claim(claim: &Value) -> Result<String, &'static str> {
    let fields = Fields::of(Some(claim)).map_err(|_| "must hold objects only")?;
    let mut wire = ObjectText::new();
    if let Some(permissions) = fields.text("permissionSet", 64).map_err(|_| "need a `permissionSet`")? {
        wire.put_text("permission_set", permissions);
    }
    match fields.get("resources") {
        None => {}
        Some(Value::Array(resources)) if resources.len() <= 1000 => {
            let mut tables = Vec::new();
            for resource in resources {
                let table = resource.text("tableName").unwrap_or_default();
                check_text("claims", table, 512)
                    .map_err(|_| "have a resource without a usable `tableName`")?;
                let mut wire = ObjectText::new();
                wire.put_text("table_name", table);
                tables.extend(wire.finish());
            }
            wire.put("resources", &array_text(&tables));
        }
        Some(_) => return Err("have `resources` that are no array of at most 1000"),
    }
    wire.finish().ok_or("need a `permissionSet` or `resources`")
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
