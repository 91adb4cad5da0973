//! What a refused Postgres login means for the token that was used.

use alloc::borrow::ToOwned;

use crate::error::{Code, Error};
use crate::text::concat;

/// Whether this SQLSTATE is the database refusing the password: `28P01` (`invalid_password`) or `28000`
/// (`invalid_authorization_specification`). A token that is wrong or expired, and a role that does not exist, are told
/// apart by neither.
pub fn refuses_password(sqlstate: &str) -> bool {
    matches!(sqlstate, "28P01" | "28000")
}

/// [`Code::LoginRefused`], after a new token was refused as well.
pub fn refused(sqlstate: &str, target: &str) -> Error {
    let message = concat(&[
        "Postgres refused the login to ",
        target,
        " (SQLSTATE ",
        sqlstate,
        "), with a new token too",
    ]);
    let mut error = Error::new(Code::LoginRefused, message);
    error.target = Some(target.to_owned());
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_refused_passwords_drop_a_token() {
        for (state, refuses) in
            [("28P01", true), ("28000", true), ("57P03", false), ("53300", false), ("", false)]
        {
            assert_eq!(refuses_password(state), refuses);
        }
        assert!(refused("28P01", "orders").message.contains("28P01"));
    }
}
