//! Reading the bodies of successful answers.

use crate::classify::Hop;
use crate::error::{Code, Error};
use crate::fields::{SECRET_MAX, check_header};
use crate::http::Response;
use crate::json::{self, Value};
use crate::secret::Secret;
use crate::text::concat;

/// The body, which must be an object.
pub fn object(response: &Response, hop: Hop) -> Result<Value, Error> {
    match json::parse(&response.body) {
        Some(value @ Value::Object(_)) => Ok(value),
        Some(_) => Err(odd(hop, "is not an object")),
        None => Err(unexpected(hop, "is not JSON")),
    }
}

/// A member that holds a token.
pub fn token(body: &Value, name: &'static str, hop: Hop) -> Result<Secret, Error> {
    let token = body.text(name).unwrap_or_default();
    if check_header(name, token, SECRET_MAX).is_err() {
        return Err(odd(hop, &concat(&["holds no usable `", name, "`"])));
    }
    Ok(Secret::new(token))
}

/// An answer that a next one may mend.
pub fn unexpected(hop: Hop, what: &str) -> Error {
    Error::new(Code::UnexpectedResponse, concat(&[hop.name(), "'s answer ", what]))
}

/// An answer of wrong types, which the next one would have too.
pub fn odd(hop: Hop, what: &str) -> Error {
    let mut error = unexpected(hop, what);
    error.retryable = false;
    error
}
