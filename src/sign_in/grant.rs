//! What signing in brought: an access token, and with `offline_access` a refresh token.

use alloc::string::String;

use crate::answer;
use crate::classify::Hop;
use crate::error::Error;
use crate::fields::{NAME_MAX, SECRET_MAX, check_header};
use crate::http::Response;
use crate::identity::WorkspaceToken;
use crate::json::{self, ObjectText};
use crate::lifetime::{ASSUMED, LONGEST};
use crate::secret::Secret;
use crate::text::number;

/// An access token is replaced when it has less to live, in ms: more than a mint wants of it.
const REPLACED: i64 = 60_000;

/// What signing in brought.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Of the sign-in, random: the same for all that its refresh tokens bring.
    pub id: Secret,
    /// How many refreshes ago the person signed in.
    pub turn: u64,
    access_token: Secret,
    /// In ms since the Unix epoch.
    expires: i64,
    refresh_token: Option<Secret>,
}

impl Grant {
    /// Reads the token endpoint's answer to a code, for the sign-in of this id.
    pub fn of_code(response: &Response, id: &Secret, wall: i64) -> Result<Self, Error> {
        Self::read(response, id.clone(), 0, None, wall)
    }

    /// Reads the token endpoint's answer to this grant's refresh token. Without a new one, that stays good (RFC 6749,
    /// section 6).
    pub fn refreshed(&self, response: &Response, wall: i64) -> Result<Self, Error> {
        Self::read(response, self.id.clone(), self.turn + 1, self.refresh_token.clone(), wall)
    }

    fn read(
        response: &Response,
        id: Secret,
        turn: u64,
        before: Option<Secret>,
        wall: i64,
    ) -> Result<Self, Error> {
        let granted = WorkspaceToken::from_response(response)?;
        let body = answer::object(response, Hop::Token)?;
        let refresh_token = match body.get("refresh_token") {
            None | Some(json::Value::Null) => before,
            Some(_) => Some(answer::token(&body, "refresh_token", Hop::Token)?),
        };
        let lifetime = i64::try_from(granted.lifetime.unwrap_or(ASSUMED).min(LONGEST)).unwrap_or(0);
        Ok(Self { id, turn, access_token: granted.token, expires: wall + lifetime, refresh_token })
    }

    /// Whether its access token will do for a while.
    pub fn will_do(&self, wall: i64) -> bool {
        self.expires.saturating_sub(wall) > REPLACED
    }

    /// Whether nothing can be had of it any more.
    pub fn is_over(&self, wall: i64) -> bool {
        self.refresh_token.is_none() && self.expires <= wall
    }

    /// Its access token, as a token endpoint would answer with it.
    pub fn answer(&self, wall: i64) -> Secret {
        // A clock that was set back adds no life.
        let left = self.expires.saturating_sub(wall).clamp(1_000, 3_600_000);
        let mut answer = ObjectText::new();
        answer.put_text("access_token", self.access_token.expose());
        answer.put("expires_in", &number(left.unsigned_abs() / 1000));
        Secret::new(answer.finish())
    }

    /// The access token.
    pub const fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// The refresh token.
    pub const fn refresh_token(&self) -> Option<&Secret> {
        self.refresh_token.as_ref()
    }

    /// The text to store.
    pub fn text(&self) -> String {
        let mut object = ObjectText::new();
        object.put_text("id", self.id.expose());
        object.put("turn", &number(self.turn));
        object.put_text("accessToken", self.access_token.expose());
        object.put("expires", &number(self.expires.unsigned_abs()));
        if let Some(token) = &self.refresh_token {
            object.put_text("refreshToken", token.expose());
        }
        object.finish()
    }

    /// Reads what was stored; `None` if it is no grant.
    pub fn parse(stored: &str) -> Option<Self> {
        let value = json::parse(stored)?;
        let secret =
            |name: &'static str, max| check_header(name, value.text(name)?, max).ok().map(Secret::new);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let number = |name: &str| value.get(name)?.as_number().map(|number| number as i64);
        Some(Self {
            id: secret("id", NAME_MAX)?,
            turn: number("turn")?.unsigned_abs(),
            access_token: secret("accessToken", SECRET_MAX)?,
            expires: number("expires")?,
            refresh_token: secret("refreshToken", SECRET_MAX),
        })
    }

    /// Whether this comes after the other, in the same sign-in.
    pub fn is_later_than(&self, other: &Self) -> bool {
        self.id == other.id && self.turn > other.turn
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::error::Code;

    const WALL: i64 = 1_790_000_000_000;

    pub(in super::super) fn granted(body: &str, wall: i64) -> Result<Grant, Error> {
        let response = Response { status: 200, body: body.into(), ..Response::default() };
        Grant::of_code(&response, &Secret::new("s-1"), wall)
    }

    fn refreshed(grant: &Grant, body: &str) -> Grant {
        let response = Response { status: 200, body: body.into(), ..Response::default() };
        grant.refreshed(&response, WALL).unwrap()
    }

    #[test]
    fn a_token_will_do_while_it_has_enough_to_live() {
        let body = r#"{"access_token":"a","expires_in":3600,"refresh_token":"r"}"#;
        let grant = granted(body, WALL).unwrap();
        for grant in [grant.clone(), Grant::parse(&grant.text()).unwrap()] {
            for (later, will_do, left) in [
                (0, true, "3600"),
                (3_000_000, true, "600"),
                (3_541_000, false, "59"),
                (9_000_000, false, "1"),
                (-9_000_000, true, "3600"),
            ] {
                assert_eq!(grant.will_do(WALL + later), will_do, "{later}");
                let answer = [r#"{"access_token":"a","expires_in":"#, left, "}"].concat();
                assert_eq!(grant.answer(WALL + later).expose(), answer);
            }
            assert_eq!((grant.id.expose(), grant.turn), ("s-1", 0));
            assert!(!grant.is_over(WALL + 9_000_000));
        }
        assert!(!format!("{grant:?}").contains("\"a\""));
        let lone = granted(r#"{"access_token":"a","expires_in":60}"#, WALL).unwrap();
        assert!(lone.is_over(WALL + 60_000) && !lone.is_over(WALL + 59_999));
    }

    #[test]
    fn refresh_tokens_are_rotated_or_stay() {
        let first = granted(r#"{"access_token":"a","refresh_token":"old"}"#, WALL).unwrap();
        for (body, token) in [
            (r#"{"access_token":"b","refresh_token":"new"}"#, "new"),
            (r#"{"access_token":"b"}"#, "old"),
            (r#"{"access_token":"b","refresh_token":null}"#, "old"),
        ] {
            let next = refreshed(&first, body);
            assert_eq!(next.refresh_token().unwrap().expose(), token, "{body}");
            assert_eq!((next.access_token().expose(), next.turn), ("b", 1));
            assert!(next.is_later_than(&first) && !first.is_later_than(&next) && !next.is_later_than(&next));
        }
        let mut other = refreshed(&first, r#"{"access_token":"b"}"#);
        other.id = Secret::new("s-2");
        assert!(!other.is_later_than(&first));
        assert!(granted(r#"{"access_token":"a"}"#, WALL).unwrap().refresh_token().is_none());
        for odd in ["", "{}", r#"{"access_token":"a","refresh_token":7}"#, r#"{"access_token":"a b"}"#] {
            assert_eq!(granted(odd, WALL).unwrap_err().code, Code::UnexpectedResponse, "{odd}");
        }
    }

    #[test]
    fn what_is_no_grant_is_none() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"id":"s","accessToken":"a"}"#,
            r#"{"id":"s","turn":0,"accessToken":"a b","expires":1}"#,
            r#"{"id":7,"turn":0,"accessToken":"a","expires":1}"#,
            r#"{"id":"s","accessToken":"a","expires":1}"#,
        ] {
            assert!(Grant::parse(text).is_none(), "{text}");
        }
    }
}
