//! The one change of an instance that is forwarded.

use super::Answer;
use crate::json::{self, ObjectText, Value};
use crate::secret::Secret;

/// The field, as bodies and `update_mask` name it.
pub(super) const FIELD: &str = "enable_pg_native_login";

/// The body, if it says this one thing: the mask alone would leave it to the workspace to drop the rest.
pub(super) fn write(text: &str) -> Result<Secret, Answer> {
    let enabled = match json::parse(text) {
        Some(Value::Object(members)) => match members.as_slice() {
            [(name, Value::Bool(enabled))] if name == FIELD => Some(*enabled),
            _ => None,
        },
        _ => None,
    };
    let Some(enabled) = enabled else {
        return Err(Answer::bad_request(400, "the body must be {\"enable_pg_native_login\": true or false}"));
    };
    let mut body = ObjectText::new();
    body.put(FIELD, if enabled { "true" } else { "false" });
    Ok(Secret::new(body.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_else_is_changed() {
        for (text, sent) in [
            (r#"{"enable_pg_native_login":true}"#, r#"{"enable_pg_native_login":true}"#),
            (" {\n\"enable_pg_native_login\" : false } ", r#"{"enable_pg_native_login":false}"#),
            (r#"{"enable_pg_\u006eative_login":true}"#, r#"{"enable_pg_native_login":true}"#),
        ] {
            assert_eq!(write(text).unwrap().expose(), sent);
        }
        for text in [
            "",
            "true",
            "null",
            "[]",
            "{}",
            r#"{"enable_pg_native_login":"true"}"#,
            r#"{"enable_pg_native_login":1}"#,
            r#"{"enable_pg_native_login":null}"#,
            r#"{"enable_pg_native_login":true,"stopped":true}"#,
            r#"{"enable_pg_native_login":true,"name":"orders"}"#,
            r#"{"Enable_pg_native_login":true}"#,
            r#"{"capacity":"CU_8"}"#,
            r#"[{"enable_pg_native_login":true}]"#,
            r#"{"enable_pg_native_login":true}}"#,
            r#"{"enable_pg_native_login":true"#,
        ] {
            let answer = write(text).unwrap_err();
            assert_eq!(answer.status, 400, "{text}");
        }
    }
}
