//! How long a credential lives, measured without trusting anybody's clock.

use crate::answer;
use crate::classify::Hop;
use crate::error::Error;
use crate::http::Response;
use crate::secret::Secret;
use crate::time::{parse_http_date, parse_rfc3339};

/// What is assumed of a token whose expiry is absent or makes no sense, in ms: the shortest life the service gives.
pub const ASSUMED: u64 = 300_000;
/// Longest life believed, in ms: one hour, as documented, for credentials and workspace tokens alike.
pub const LONGEST: u64 = 3_600_000;

/// A database credential as minted.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The token: the Postgres password.
    pub token: Secret,
    /// When it ends by the workspace's clock, in ms since the Unix epoch.
    pub expires_at: i64,
    /// How long it lives from the moment the request was sent, in ms.
    pub lifetime: u64,
}

impl Credential {
    /// Reads the answer of either mint route: `expiration_time` of the provisioned one, `expire_time` of the other.
    ///
    /// `wall` is the local clock, in ms since the Unix epoch, used only where the answer's `Date` does not help.
    pub fn from_response(response: &Response, wall: i64, longest: u64) -> Result<Self, Error> {
        let body = answer::object(response, Hop::Api)?;
        let token = answer::token(&body, "token", Hop::Api)?;
        let expiry =
            body.text("expiration_time").or_else(|| body.text("expire_time")).and_then(parse_rfc3339);
        let date = response.date.as_deref().and_then(parse_http_date);
        let (lifetime, clock) = lifetime(expiry, date, wall, longest);
        #[allow(clippy::cast_possible_wrap)]
        let assumed = clock.saturating_add(lifetime as i64);
        // A far or past expiry is not passed on: what is shown is what is acted on.
        let expires_at = expiry.filter(|expiry| expiry.abs_diff(assumed) < 60_000).unwrap_or(assumed);
        Ok(Self { token, expires_at, lifetime })
    }
}

/// The life of a token that ends at `expiry`, by the server's `Date` if that makes sense, else by the local clock; and
/// the clock that was used.
fn lifetime(expiry: Option<i64>, date: Option<i64>, wall: i64, longest: u64) -> (u64, i64) {
    let by = |clock: i64| {
        // `Date` is cut to whole seconds, so up to one more has passed.
        let left = u64::try_from(expiry?.saturating_sub(clock)).ok().filter(|left| *left > 0)?;
        Some((left.saturating_sub(1000).min(longest), clock))
    };
    date.and_then(by).or_else(|| by(wall)).unwrap_or((ASSUMED.min(longest), date.unwrap_or(wall)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    const HOUR: i64 = 3_600_000;
    const NOW: i64 = 1_800_000_000_000;

    #[test]
    fn the_clock_may_be_wrong_on_either_side() {
        let life = |expiry, date, wall| lifetime(expiry, date, wall, LONGEST).0;
        for skew in [-2 * HOUR, 0, 2 * HOUR] {
            assert_eq!(life(Some(NOW + HOUR), Some(NOW), NOW + skew), 3_599_000, "local clock off by {skew}");
            assert!(life(Some(NOW + HOUR), Some(NOW + skew), NOW) >= 3_599_000, "server clock off by {skew}");
        }
        // About to end is not the same as past.
        assert_eq!(life(Some(NOW + 900), Some(NOW), NOW - 2 * HOUR), 0);
        assert_eq!(life(None, Some(NOW), NOW), ASSUMED);
        assert_eq!(life(Some(NOW - HOUR), Some(NOW), NOW), ASSUMED);
        assert_eq!(life(Some(NOW + 365 * 24 * HOUR), Some(NOW), NOW), LONGEST);
        assert_eq!(life(Some(i64::MAX), Some(i64::MIN), i64::MIN), LONGEST);
        assert_eq!(life(Some(i64::MIN), Some(i64::MAX), i64::MAX), ASSUMED);
        assert_eq!(life(Some(NOW + HOUR), None, NOW), 3_599_000);
    }

    #[test]
    fn a_date_that_makes_no_sense_does_not_change_the_expiry_that_is_shown() {
        let read = |wall: i64| {
            let response = Response {
                status: 200,
                body: r#"{"token":"t","expiration_time":"1994-11-06T09:49:37Z"}"#.into(),
                date: Some("Sun, 06 Nov 1994 12:00:00 GMT".into()),
                ..Response::default()
            };
            Credential::from_response(&response, wall, LONGEST).unwrap()
        };
        let sane = read(784_111_777_000);
        assert_eq!((sane.lifetime, sane.expires_at), (3_599_000, 784_115_377_000));
    }

    #[test]
    fn both_field_names_are_read_and_wrong_types_are_errors() {
        let read = |body: &str| {
            let date = Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned());
            Credential::from_response(
                &Response { status: 200, body: body.into(), date, ..Response::default() },
                0,
                LONGEST,
            )
        };
        for field in ["expiration_time", "expire_time"] {
            let credential =
                read(&[r#"{"token":"t","#, "\"", field, r#"":"1994-11-06T09:19:37Z"}"#].concat()).unwrap();
            assert_eq!((credential.lifetime, credential.expires_at), (1_799_000, 784_113_577_000));
        }
        for odd in [
            r#"{"token":"t"}"#,
            r#"{"token":"t","expiration_time":7}"#,
            r#"{"token":"t","expiration_time":"soon"}"#,
        ] {
            assert_eq!(read(odd).unwrap().lifetime, ASSUMED);
        }
        for bad in [
            "",
            "<html>",
            "{",
            "[]",
            r#"{"token":null}"#,
            r#"{"token":["t"]}"#,
            r#"{"token":"a\nb"}"#,
            r#"{"token":""}"#,
        ] {
            assert_eq!(read(bad).unwrap_err().code, Code::UnexpectedResponse);
        }
    }
}
