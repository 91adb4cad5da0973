//! A page for tests of signing in: its storage is a text, and the token endpoint a function.

use std::cell::{Cell, RefCell};

use super::begun::tests::pending;
use super::{Offer, SignIn};
use crate::clock::Now;
use crate::error::{Code, Error};
use crate::fields::Fields;
use crate::http::{Outcome, Request, Response};
use crate::json::Value;
use crate::operation::{Input, Operation, Output, Platform, Step};
use crate::secret::Secret;
use crate::session::{Provider, Session};
use crate::shared::Rc;
use crate::target::Target;

pub(super) const WALL: i64 = 1_790_000_000_000;
const HOST: &str = "https://x.example";

/// A page: its clock, its storage and the sign-in.
pub(super) struct Page {
    pub(super) sign_in: Rc<SignIn>,
    pub(super) elapsed: Cell<u64>,
}

fn options(members: &[(&str, &str)]) -> Value {
    Value::Object(members.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect())
}

pub(super) fn answer(status: u16, body: &str) -> Outcome {
    Outcome::Response(Response { status, body: body.into(), ..Response::default() })
}

pub(super) fn granted(access: &str, refresh: &str) -> Outcome {
    let body = [
        r#"{"access_token":""#,
        access,
        r#"","expires_in":3600,"refresh_token":""#,
        refresh,
        r#"","token_type":"Bearer"}"#,
    ];
    answer(200, &body.concat())
}

impl Page {
    pub(super) fn open() -> Self {
        let options =
            options(&[("host", HOST), ("clientId", "page"), ("redirectUri", "https://page.example/")]);
        let sign_in = SignIn::from_options(&Fields::of(Some(&options)).unwrap()).unwrap();
        Self { sign_in: Rc::new(sign_in), elapsed: Cell::new(0) }
    }

    pub(super) fn now(&self) -> Now {
        let elapsed = self.elapsed.get();
        Now { elapsed, leap: 0, wall: WALL + i64::try_from(elapsed).unwrap() }
    }

    /// A session that lives on this sign-in, with a provider.
    pub(super) fn workspace(&self) -> (Rc<Session>, Rc<Provider>) {
        let members = vec![("host".to_owned(), HOST.into()), ("session".to_owned(), Value::object([]))];
        let options = Value::Object(members);
        let session = Rc::new(Session::from_options(&Fields::of(Some(&options)).unwrap()).unwrap());
        self.sign_in.bind(&session).unwrap();
        let target = self::options(&[("instance", "orders")]);
        let target = Target::of_provider(&Fields::of(Some(&target)).unwrap()).unwrap();
        let provider = Rc::new(Provider::new(&session, target));
        session.adopt(&provider);
        (session, provider)
    }

    pub(super) fn step(&self, operation: &mut Operation, input: Input) -> Result<Step, Error> {
        let platform = Platform {
            now: self.now(),
            random: &|| 0.5,
            request_id: &|| "request".to_owned(),
            notify: &|_| {},
        };
        operation.step(input, &platform)
    }

    /// Plays an operation to its end. `server` answers, and `ask` gives what the sign-in gives.
    pub(super) fn play(
        &self,
        mut operation: Operation,
        server: &dyn Fn(&Request, &str) -> Outcome,
        ask: &dyn Fn() -> Outcome,
    ) -> Result<Output, Error> {
        let mut input = Input::None;
        for _ in 0..100 {
            input = match self.step(&mut operation, input)? {
                Step::Send { request, token, .. } => {
                    let token = token.map(|token| token.secret.expose().to_owned()).unwrap_or_default();
                    Input::Outcome(server(&request, &token))
                }
                Step::Ask(_) => Input::Outcome(ask()),
                Step::Launch(flight) => {
                    self.play(*flight, server, ask)?;
                    Input::None
                }
                Step::Join { ms, .. } | Step::Sleep(ms) => {
                    self.elapsed.set(self.elapsed.get() + ms);
                    Input::None
                }
                Step::Done(output) => return Ok(output),
            };
        }
        panic!("it does not end")
    }

    pub(super) fn sign_in(&self, id: &str) -> String {
        let deadline = self.now().elapsed + 30_000;
        let exchange =
            self.sign_in.exchange(Secret::new("code"), pending(WALL).verifier, Secret::new(id), deadline);
        let server = |_: &Request, _: &str| granted("a-0", "r-0");
        let Ok(Output::Grant(grant)) = self.play(exchange, &server, &|| panic!("nothing to ask")) else {
            panic!("no grant")
        };
        self.sign_in.look(&grant.text(), self.now().wall);
        grant.text()
    }

    /// What a token flight is told: as the JavaScript does it, with `server` as the token endpoint.
    pub(super) fn token(
        &self,
        storage: &RefCell<String>,
        server: &dyn Fn(&Request, &str) -> Outcome,
    ) -> Result<String, Error> {
        let stored = storage.borrow().clone();
        match self.sign_in.offer(&stored, &self.now())? {
            Offer::Token(answer) => Ok(answer.expose().to_owned()),
            Offer::Refresh(operation) => match self.play(*operation, server, &|| panic!("nothing to ask")) {
                Ok(Output::Grant(grant)) => {
                    storage.replace(grant.text());
                    self.sign_in.look(&grant.text(), self.now().wall);
                    Ok(grant.answer(self.now().wall).expose().to_owned())
                }
                Ok(_) => panic!("no grant"),
                Err(error) => {
                    if error.code == Code::InvalidGrant
                        && self.sign_in.lapse(&stored, &storage.borrow().clone())
                    {
                        storage.take();
                    }
                    Err(error)
                }
            },
        }
    }

    /// The user's name, or why it is not known.
    pub(super) fn user(
        &self,
        session: &Rc<Session>,
        storage: &RefCell<String>,
        server: &dyn Fn(&Request, &str) -> Outcome,
    ) -> Result<String, Error> {
        let operation = Operation::user(session, self.now().elapsed + 30_000);
        let ask = || match self.token(storage, server) {
            Ok(body) => answer(200, &body),
            Err(_) => Outcome::Unreachable("the words of JavaScript".to_owned()),
        };
        match self.play(operation, server, &ask)? {
            Output::User(name) => Ok(name),
            _ => panic!("no user"),
        }
    }
}

pub(super) fn is_token_request(request: &Request) -> bool {
    request.url.ends_with("/oidc/v1/token")
}

pub(super) fn body(request: &Request) -> String {
    request.body.as_ref().map(|body| body.expose().to_owned()).unwrap_or_default()
}

/// A workspace that takes the token of this many refreshes, and rotates.
pub(super) fn workspace(refreshes: &Cell<u32>) -> impl Fn(&Request, &str) -> Outcome {
    move |request, token| {
        if is_token_request(request) {
            let used = ["refresh_token=r-", &refreshes.get().to_string(), "&"].concat();
            assert!(body(request).contains(&used), "each refresh token is used once");
            refreshes.set(refreshes.get() + 1);
            let next = refreshes.get().to_string();
            return granted(&["a-", &next].concat(), &["r-", &next].concat());
        }
        if token == ["a-", &refreshes.get().to_string()].concat() {
            answer(200, r#"{"userName":"ada@example.com"}"#)
        } else {
            answer(401, "")
        }
    }
}
