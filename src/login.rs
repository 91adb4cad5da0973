//! What a refused Postgres login means for the token that was used.

use alloc::borrow::ToOwned;

use crate::clock::Now;
use crate::error::{Code, Error};
use crate::planner::State;
use crate::session::{Provider, Session};

/// Whether this is an SQLSTATE by which the database refuses the password: `28P01` (`invalid_password`) or `28000`
/// (`invalid_authorization_specification`). A token that is wrong or expired, and a role that does not exist, are told
/// apart by neither.
pub fn refuses(code: &str) -> bool {
    matches!(code, "28P01" | "28000")
}

/// Hears that Postgres refused a login: with this token, or without one, with whatever the provider gave last. Drops it
/// if a new one may help, as [`crate::planner::Planner::refuse`] has it. Gives [`Code::LoginRefused`], which is retryable
/// if the next login has another token; or, where there was none to log in with, why.
pub fn refused(session: &Session, provider: &Provider, now: &Now, token: Option<&str>) -> Error {
    let mut error = provider.slot.with(|planner| {
        let state = planner.state(now);
        if let (State::Empty | State::Expired, Some((error, _))) = (state, planner.trouble()) {
            return error.clone();
        }
        let held = token.map(|token| planner.held().is_some_and(|held| held.secret.is(token)));
        let again = planner.refuse(now, held);
        let message = match (again, state) {
            (false, _) => "Postgres refused a new token too",
            (_, State::Expired) => "Postgres refused the token, which had expired",
            _ => "Postgres refused the token, though it had time left",
        };
        let mut error = Error::new(Code::LoginRefused, message);
        error.retryable = again;
        error
    });
    error.target = Some(provider.target.name().to_owned());
    session.name(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Fields;
    use crate::json::Value;
    use crate::planner::{CEILING, Decision, LOGIN, Need, Planner};
    use crate::secret::Secret;
    use crate::shared::Rc;
    use crate::target::Target;
    use crate::token::Token;

    const HOUR: u64 = 3_600_000;

    struct Bench {
        session: Session,
        provider: Provider,
        now: Now,
    }

    impl Bench {
        fn new() -> Self {
            let options = Value::object([
                ("host", "h.example".into()),
                ("clientId", "app".into()),
                ("clientSecret", "s".into()),
            ]);
            let session = Session::from_options(&Fields::of_object(Some(&options))).unwrap();
            let target = Value::object([("instance", "orders".into())]);
            let target = Target::of_provider(&Fields::of_object(Some(&target))).unwrap();
            let provider = Provider::new(&session, target);
            Self { session, provider, now: Now { elapsed: 1_000, leap: 0, wall: 0 } }
        }

        fn mint(&self, token: &str) {
            let token = Rc::new(Token { secret: Secret::new(token), expires_at: 0 });
            self.provider.slot.with(|planner| {
                let flight = planner.begin(&self.now, self.now.elapsed + 1_000);
                planner.land(flight, &self.now, &self.now, HOUR, token, 0.5);
            });
        }

        fn serve(&self, times: usize) {
            let need = Need { min_remaining: None, deadline: self.now.elapsed, joined: None };
            for _ in 0..times {
                let decision = self.provider.slot.with(|planner| planner.decide(&self.now, &need));
                assert!(matches!(decision, Decision::Serve { .. }));
            }
        }

        fn refused(&self, token: Option<&str>) -> Error {
            refused(&self.session, &self.provider, &self.now, token)
        }

        fn holds(&self) -> bool {
            self.provider.slot.with(|planner| planner.held().is_some())
        }
    }

    #[test]
    fn only_refused_passwords_drop_a_token() {
        for (code, is_refused) in [("28P01", true), ("28000", true), ("57P03", false), ("", false)] {
            assert_eq!(refuses(code), is_refused);
        }
    }

    #[test]
    fn a_refused_token_is_dropped_and_the_one_in_its_place_is_kept() {
        let mut bench = Bench::new();
        bench.mint("a");
        let error = bench.refused(None);
        assert_eq!((error.code, error.retryable, bench.holds()), (Code::LoginRefused, true, false));
        assert_eq!((error.target.as_deref(), error.identity.as_deref()), (Some("orders"), Some("app")));
        assert!(
            bench.refused(None).retryable,
            "the other connections of a pool, before there is a new token"
        );

        bench.mint("b");
        for _ in 0..100 {
            let error = bench.refused(None);
            assert_eq!((error.retryable, bench.holds()), (false, true));
            assert_eq!(error.message, "Postgres refused a new token too");
        }
        // No process is refused for ever if a second token is revoked later.
        bench.now.elapsed += CEILING;
        assert!(bench.refused(None).retryable);
        assert!(!bench.holds());
    }

    #[test]
    fn a_refusal_that_was_healed_stops_none_that_comes_later() {
        let bench = Bench::new();
        for token in ["a", "b"] {
            bench.mint(token);
            assert!(bench.refused(None).retryable);
            assert!(!bench.holds());
            bench.provider.slot.with(Planner::accept);
        }
    }

    #[test]
    fn a_token_that_had_expired_is_dropped_however_often_and_stops_no_other() {
        let mut bench = Bench::new();
        for token in ["a", "b"] {
            bench.mint(token);
            bench.now.elapsed += HOUR;
            assert!(bench.refused(None).retryable);
            assert!(!bench.holds());
        }
        bench.mint("c");
        assert!(bench.refused(None).retryable);
        assert!(!bench.holds());
        bench.mint("d");
        assert!(!bench.refused(None).retryable);
        bench.now.elapsed += HOUR;
        assert!(bench.refused(None).retryable);
    }

    #[test]
    fn a_refusal_that_comes_late_is_told_as_of_the_token_that_was_dropped() {
        let mut bench = Bench::new();
        bench.mint("a");
        bench.serve(4);
        assert!(bench.refused(None).retryable);
        assert!(bench.refused(None).retryable, "before there is a new token");
        bench.mint("b");
        bench.serve(1);
        for _ in 0..2 {
            let error = bench.refused(None);
            assert_eq!((error.retryable, bench.holds()), (true, true));
            assert_eq!(error.message, "Postgres refused the token, though it had time left");
        }
        assert!(!bench.refused(None).retryable, "all that were served the other one have been refused");

        // Refused for ever, with one connection at a time.
        bench.now.elapsed += CEILING;
        for expected in [true, false, false] {
            if !bench.holds() {
                bench.mint("c");
            }
            bench.serve(1);
            assert_eq!(bench.refused(None).retryable, expected);
        }
    }

    #[test]
    fn logins_of_long_ago_are_over() {
        let mut bench = Bench::new();
        bench.mint("a");
        bench.serve(9);
        bench.now.elapsed += LOGIN;
        bench.serve(1);
        assert!(bench.refused(None).retryable);
        bench.mint("b");
        assert!(!bench.refused(None).retryable);
    }

    #[test]
    fn a_refusal_of_a_token_that_is_not_held_drops_nothing() {
        let bench = Bench::new();
        bench.mint("b");
        assert!(bench.refused(Some("a")).retryable);
        assert!(bench.holds());
        assert!(bench.refused(Some("b")).retryable);
        assert!(!bench.holds());
    }

    #[test]
    fn what_is_known_of_the_life_of_the_token_is_told() {
        let mut bench = Bench::new();
        bench.mint("a");
        assert_eq!(bench.refused(None).message, "Postgres refused the token, though it had time left");
        bench = Bench::new();
        bench.mint("a");
        bench.now.elapsed += HOUR;
        assert_eq!(bench.refused(None).message, "Postgres refused the token, which had expired");
    }

    #[test]
    fn a_login_without_a_token_is_the_failure_of_the_mint() {
        let mut bench = Bench::new();
        for _ in 0..2 {
            bench.provider.slot.with(|planner| {
                let flight = planner.begin(&bench.now, bench.now.elapsed + 1_000);
                planner.fail(flight, &bench.now, Error::new(Code::PermissionDenied, "no"), 0.5);
            });
            let error = bench.refused(None);
            assert_eq!((error.code, error.retryable), (Code::PermissionDenied, false));
            // The same of a renewal, once what it was to renew has expired.
            bench.mint("a");
            bench.now.elapsed += HOUR;
        }
        bench.mint("b");
        assert_eq!(bench.refused(None).code, Code::LoginRefused);
    }
}
