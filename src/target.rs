//! What a database credential is asked for: provisioned instances by name, or one autoscaling endpoint by path.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::address::Address;
use crate::error::Error;
use crate::fields::{Fields, check_segment, check_text, wrong_type};
use crate::http::Request;
use crate::json::{ObjectText, Value, array_text, quote};
use crate::text::{concat, contains, join, number, split};

/// Lifetime of a credential unless `ttl` says otherwise, in seconds: one hour, as documented.
pub const DEFAULT_TTL: u64 = 3600;

/// One kind of credential.
#[derive(Clone, Debug)]
pub struct Target {
    name: String,
    route: &'static str,
    takes_request_id: bool,
    /// What the service is told, but for the request id.
    wire: ObjectText,
    /// In s.
    ttl: u64,
}

impl Target {
    /// Reads the options of a credential provider: `instance` or `endpoint`, with `claims`, `ttl`, `groupName`.
    pub fn of_provider(fields: &Fields) -> Result<Self, Error> {
        match (fields.text("instance", 128)?, fields.text("endpoint", 512)?) {
            (Some(name), None) => Self::of_instances(&[check_segment("instance", name)?], fields),
            (None, Some(path)) => Self::of_endpoint(path, fields),
            (Some(_), Some(_)) => Err(Error::argument("endpoint", "and `instance` exclude each other")),
            (None, None) => Err(Error::argument("instance", "or `endpoint` is missing")),
        }
    }

    /// Reads the options of the low-level call: `instanceNames` or `endpoint`, with `claims`, `ttl`, `groupName`.
    pub fn of_call(fields: &Fields) -> Result<Self, Error> {
        let mut names = Vec::new();
        match (fields.get("instanceNames"), fields.text("endpoint", 512)?) {
            (None, Some(path)) => return Self::of_endpoint(path, fields),
            (Some(_), Some(_)) => {
                return Err(Error::argument("endpoint", "and `instanceNames` exclude each other"));
            }
            (None, None) => {}
            (Some(Value::Array(given)), None) if given.len() <= 100 => {
                for name in given {
                    let Value::String(name) = name else {
                        return Err(wrong_type("instanceNames", "an array of strings", name));
                    };
                    names.push(check_segment("instanceNames", name)?);
                }
            }
            (Some(Value::Array(_)), None) => {
                return Err(Error::argument("instanceNames", "holds more than 100 names"));
            }
            (Some(other), None) => return Err(wrong_type("instanceNames", "an array of strings", other)),
        }
        // The service wants at least one of the two.
        if names.is_empty() && fields.get("claims").is_none() {
            return Err(Error::argument("instanceNames", "or `claims` or `endpoint` is missing"));
        }
        Self::of_instances(&names, fields)
    }

    fn of_instances(names: &[&str], fields: &Fields) -> Result<Self, Error> {
        for option in ["ttl", "groupName"] {
            if fields.get(option).is_some() {
                return Err(Error::argument(option, "is taken for endpoints only"));
            }
        }
        let mut wire = ObjectText::new();
        if !names.is_empty() {
            let mut texts = Vec::new();
            for name in names {
                texts.push(quote(name));
            }
            wire.put("instance_names", &array_text(&texts));
        }
        put_claims(&mut wire, fields)?;
        let route = "/api/2.0/database/credentials";
        Ok(Self { name: join(names, ","), route, takes_request_id: true, wire, ttl: DEFAULT_TTL })
    }

    fn of_endpoint(path: &str, fields: &Fields) -> Result<Self, Error> {
        let mut wire = ObjectText::new();
        wire.put_text("endpoint", check_endpoint(path)?);
        put_claims(&mut wire, fields)?;
        let ttl = fields.number("ttl", 300, 3600)?;
        if let Some(ttl) = ttl {
            // A protobuf Duration in JSON.
            wire.put_text("ttl", &concat(&[&number(ttl), "s"]));
        }
        if let Some(group) = fields.text("groupName", 256)? {
            wire.put_text("group_name", group);
        }
        let route = "/api/2.0/postgres/credentials";
        let ttl = ttl.unwrap_or(DEFAULT_TTL);
        Ok(Self { name: path.to_owned(), route, takes_request_id: false, wire, ttl })
    }

    /// The name that errors and events give.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Longest life that a credential of this kind has, in ms.
    pub fn longest_life(&self) -> u64 {
        self.ttl * 1000
    }

    /// Reads `minRemaining` (ms), which no credential of this kind may fall short of.
    pub fn read_min_remaining(&self, fields: &Fields) -> Result<Option<u64>, Error> {
        let min = fields.number("minRemaining", 0, 3_600_000)?;
        if min.is_some_and(|min| min >= self.longest_life()) {
            return Err(Error::argument("minRemaining", "is as long as a credential lives"));
        }
        Ok(min)
    }

    /// The key under which its credentials are cached: a text that two targets share only if they are the same.
    pub fn key(&self) -> &str {
        self.wire.as_str()
    }

    /// The request that mints a credential. `request_id` makes a repetition recognisable to the service.
    pub fn mint_request(&self, address: &Address, request_id: &str) -> Request {
        let mut wire = self.wire.clone();
        // The route of endpoints takes none.
        if self.takes_request_id {
            wire.put_text("request_id", request_id);
        }
        Request::json("POST", address, self.route, wire.finish())
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
pub fn check_name<'a>(kind: &str, name: &'a Value) -> Result<&'a str, Error> {
    let option = match kind {
        "instance" => "instance",
        "endpoint" => "endpoint",
        _ => "name",
    };
    let Value::String(name) = name else { return Err(wrong_type(option, "a string", name)) };
    let endpoint = option == "endpoint" || option == "name" && contains(name, "/");
    if endpoint { check_endpoint(name) } else { check_segment(option, name) }
}

fn put_claims(wire: &mut ObjectText, fields: &Fields) -> Result<(), Error> {
    if let Some(claims) = fields.get("claims") {
        wire.put("claims", &read_claims(claims)?);
    }
    Ok(())
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
                tables.push(wire.finish());
            }
            wire.put("resources", &array_text(&tables));
        }
        Some(_) => return Err("have `resources` that are no array of at most 1000"),
    }
    if wire.is_empty() { Err("need a `permissionSet` or `resources`") } else { Ok(wire.finish()) }
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
            r#"{"instance_names":["a","b"],"claims":[{"permission_set":"READ_ONLY","resources":[{"table_name":"main.public.orders"}]}],"request_id":"r-1"}"#
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
