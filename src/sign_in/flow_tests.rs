//! A person signs in, works, and signs out.

use std::cell::{Cell, RefCell};

use super::begun::tests::pending;
use super::test_page::{Page, WALL, answer, body, granted, workspace};
use super::{Grant, Offer};
use crate::error::Code;
use crate::fields::Fields;
use crate::http::{Outcome, Request};
use crate::json::Value;
use crate::operation::{Input, Operation};
use crate::planner::State;
use crate::secret::Secret;
use crate::session::Session;
use crate::shared::Rc;
use crate::token::Token;

#[test]
fn the_sign_in_gives_a_workspace_its_tokens_and_renews_them() {
    let page = Page::open();
    let storage = RefCell::new(page.sign_in("s-1"));
    assert!(page.sign_in.is_signed_in());
    let (session, _provider) = page.workspace();
    let refreshes = Cell::new(0);
    let server = workspace(&refreshes);
    assert_eq!(page.user(&session, &storage, &server).unwrap(), "ada@example.com");
    assert_eq!(refreshes.get(), 0);
    page.elapsed.set(3_600_000);
    assert_eq!(page.user(&session, &storage, &server).unwrap(), "ada@example.com");
    assert_eq!(refreshes.get(), 1);
    assert!(storage.borrow().contains("r-1") && !storage.borrow().contains("r-0"));
    // Another workspace object of the same sign-in finds the token that is there.
    let (other, _provider) = page.workspace();
    assert!(page.user(&other, &storage, &server).is_ok());
    assert_eq!(refreshes.get(), 1);
}

#[test]
fn a_token_that_the_workspace_refuses_is_not_offered_again() {
    let page = Page::open();
    let storage = RefCell::new(page.sign_in("s-1"));
    let (session, _provider) = page.workspace();
    let (refreshes, revoked) = (Cell::new(0), Cell::new(true));
    let server = |request: &Request, token: &str| {
        if revoked.take() { answer(401, "") } else { workspace(&refreshes)(request, token) }
    };
    assert!(page.user(&session, &storage, &server).is_ok());
    assert_eq!(refreshes.get(), 1);
}

#[test]
fn why_there_is_no_token_reaches_whoever_asked() {
    type Server = fn() -> Outcome;
    let table: [(Server, Code, bool); 5] = [
        (|| Outcome::Unreachable("no route".to_owned()), Code::Network, true),
        (|| answer(503, ""), Code::WorkspaceUnavailable, true),
        (|| answer(400, r#"{"error":"invalid_client"}"#), Code::InvalidClient, false),
        (
            || answer(400, r#"{"error":"invalid_grant","error_description":"r-0 used"}"#),
            Code::InvalidGrant,
            false,
        ),
        (|| answer(200, "{}"), Code::UnexpectedResponse, false),
    ];
    for (outcome, code, retryable) in table {
        let page = Page::open();
        let storage = RefCell::new(page.sign_in("s-1"));
        let (session, _provider) = page.workspace();
        page.elapsed.set(3_600_000);
        let error = page.user(&session, &storage, &|_, _| outcome()).unwrap_err();
        assert_eq!((error.code, error.retryable), (code, retryable), "{error}");
        assert!(!error.describe().contains("JavaScript"));
        let ended = code == Code::InvalidGrant;
        assert_eq!(page.sign_in.is_signed_in(), !ended, "{code:?}");
        assert_eq!(storage.borrow().is_empty(), ended);
    }
}

#[test]
fn a_lost_answer_to_a_refresh_is_asked_for_again() {
    let page = Page::open();
    let storage = RefCell::new(page.sign_in("s-1"));
    page.elapsed.set(3_600_000);
    let tries = Cell::new(0);
    let lossy = |request: &Request, _: &str| {
        assert!(body(request).contains("refresh_token=r-0&"));
        tries.set(tries.get() + 1);
        if tries.get() < 3 { Outcome::TimedOut } else { granted("a-1", "r-1") }
    };
    assert!(page.token(&storage, &lossy).unwrap().contains("a-1"));
    assert_eq!(tries.get(), 3);
    // The server saw the first: then the sign-in has ended, and what was got with it before stays.
    page.elapsed.set(7_200_000);
    let (session, _provider) = page.workspace();
    let seen = Cell::new(false);
    let strict = |_: &Request, _: &str| {
        if seen.replace(true) { answer(400, r#"{"error":"invalid_grant"}"#) } else { Outcome::TimedOut }
    };
    assert_eq!(page.token(&storage, &strict).unwrap_err().code, Code::InvalidGrant);
    assert!(storage.borrow().is_empty() && !session.has_ended());
    let later = page.user(&session, &storage, &strict).unwrap_err();
    assert_eq!((later.code, later.retryable), (Code::SignedOut, false));
    assert!(!page.sign_in.is_signed_in());
    // Whoever signs in then is another.
    page.sign_in("s-2");
    assert!(session.has_ended());
}

#[test]
fn a_refresh_token_that_somebody_else_rotated_does_not_end_the_sign_in() {
    let page = Page::open();
    let stored = page.sign_in("s-1");
    let newer = Grant::parse(&stored).unwrap();
    let Outcome::Response(response) = granted("a-1", "r-1") else { panic!("a response") };
    let newer = newer.refreshed(&response, WALL).unwrap().text();
    assert!(!page.sign_in.lapse(&stored, &newer) && !page.sign_in.lapse(&stored, ""));
    assert!(page.sign_in.is_signed_in());
    assert!(page.sign_in.lapse(&stored, &stored));
    assert!(!page.sign_in.is_signed_in());
}

#[test]
fn signing_out_drops_tokens_and_ends_what_is_under_way() {
    let page = Page::open();
    let storage = RefCell::new(page.sign_in("s-1"));
    let (session, provider) = page.workspace();
    let refreshes = Cell::new(0);
    page.user(&session, &storage, &workspace(&refreshes)).unwrap();
    let token = Rc::new(Token { secret: Secret::new("db"), expires_at: 0 });
    provider.slot.with(|planner| {
        let id = planner.begin(&page.now(), 1_000);
        planner.land(id, &page.now(), &page.now(), 3_600_000, token, 0.5);
    });
    // A refresh, a call and the completion of another sign-in are under way.
    page.elapsed.set(3_600_000);
    let stored = storage.borrow().clone();
    let Ok(Offer::Refresh(mut refresh)) = page.sign_in.offer(&stored, &page.now()) else { panic!("refresh") };
    let mut call = Operation::user(&session, u64::MAX);
    let mut exchange =
        page.sign_in.exchange(Secret::new("code"), Secret::new("verifier"), Secret::new("s"), u64::MAX);
    assert!(page.step(&mut refresh, Input::None).is_ok());
    assert!(page.step(&mut call, Input::None).is_ok());
    assert!(page.step(&mut exchange, Input::None).is_ok());
    page.sign_in.end();
    for operation in [&mut *refresh, &mut call, &mut exchange] {
        let error = page.step(operation, Input::Outcome(granted("a-1", "r-1"))).err().unwrap();
        assert_eq!((error.code, error.retryable), (Code::SignedOut, false));
    }
    assert_eq!(provider.slot.with(|planner| planner.state(&page.now())), State::Empty);
    assert!(session.token.with(|planner| planner.held().is_none()));
    let error = page.user(&session, &storage, &workspace(&refreshes)).unwrap_err();
    assert_eq!(error.code, Code::SignedOut);
    // The next sign-in is not theirs.
    page.sign_in("s-2");
    assert_eq!(page.user(&session, &storage, &workspace(&refreshes)).unwrap_err().code, Code::SignedOut);
    let (new, _provider) = page.workspace();
    let storage = RefCell::new(page.sign_in("s-2"));
    assert!(page.user(&new, &storage, &workspace(&refreshes)).is_ok());
}

#[test]
fn another_sign_in_in_the_storage_is_not_taken_for_the_first() {
    let page = Page::open();
    let first = page.sign_in("s-1");
    let (session, _provider) = page.workspace();
    let other = Page::open().sign_in("s-2");
    assert!(page.sign_in.look(&first, WALL).is_some() && !session.has_ended());
    assert!(page.sign_in.look(&other, WALL).is_some() && session.has_ended());
    assert!(page.sign_in.is_signed_in());
    // Removed from the storage, by another tab that signed out.
    let (session, _provider) = page.workspace();
    assert!(page.sign_in.look("", WALL).is_none() && session.has_ended());
    assert!(!page.sign_in.is_signed_in());
}

#[test]
fn without_a_refresh_token_the_sign_in_ends_with_its_access_token() {
    let page = Page::open();
    let grant = super::grant::tests::granted(r#"{"access_token":"a","expires_in":3600}"#, WALL).unwrap();
    assert!(matches!(page.sign_in.offer(&grant.text(), &page.now()), Ok(Offer::Token(_))));
    page.elapsed.set(3_590_000);
    let error = page.sign_in.offer(&grant.text(), &page.now()).err().unwrap();
    assert_eq!(error.code, Code::SignedOut);
    assert!(error.message.contains("offline_access"));
    assert!(!page.sign_in.is_signed_in());
}

#[test]
fn a_code_is_good_for_one_call_and_no_error_quotes_it() {
    let code = "code-0123456789-0123456789";
    let table: [(&dyn Fn() -> Outcome, Code); 4] = [
        (&|| Outcome::Unreachable(["for ", code].concat()), Code::Network),
        (
            &|| {
                answer(
                    400,
                    &[r#"{"error":"invalid_grant","error_description":"used: "#, code, "\"}"].concat(),
                )
            },
            Code::InvalidGrant,
        ),
        (&|| answer(302, ""), Code::WorkspaceRedirect),
        (&|| answer(200, r#"{"access_token":7}"#), Code::UnexpectedResponse),
    ];
    for (outcome, expected) in table {
        let page = Page::open();
        let verifier = pending(WALL).verifier;
        let exchange = page.sign_in.exchange(Secret::new(code), verifier, Secret::new("s"), 30_000);
        let error = page.play(exchange, &|_, _| outcome(), &|| panic!("nothing to ask")).err().unwrap();
        assert_eq!((error.code, error.retryable), (expected, false));
        assert!(error.message.contains("begun again"), "{error}");
        assert!(!error.describe().contains("0123456789"), "{error}");
    }
}

#[test]
fn a_session_is_for_its_own_workspace() {
    let page = Page::open();
    let options = Value::object([("host", "https://y.example".into()), ("session", Value::object([]))]);
    let session = Rc::new(Session::from_options(&Fields::of(Some(&options)).unwrap()).unwrap());
    let error = page.sign_in.bind(&session).unwrap_err();
    assert_eq!(error.code, Code::WorkspaceMismatch);
    let unbound = page.user(&session, &RefCell::default(), &|_, _| panic!("nothing is sent"));
    assert_eq!(unbound.unwrap_err().code, Code::SignedOut);
}

#[test]
fn a_storage_that_fails_is_told_without_what_it_quotes() {
    let grant = super::grant::tests::granted(
        r#"{"access_token":"an-access-token","refresh_token":"a-refresh-token"}"#,
        WALL,
    )
    .unwrap();
    for text in [grant.text(), ["[", &grant.text(), "]"].concat()] {
        for why in ["cannot set an-access-token", "no: a-refresh-token", &text] {
            let error = super::storage_failed(why, &text);
            assert!(error.message.contains("withheld"), "{error}");
        }
        let error = super::storage_failed("QuotaExceededError", &text);
        assert_eq!((error.message.as_str(), error.retryable), ("`storage` failed: QuotaExceededError", true));
    }
}
