//! A workspace as the protocol describes it, with a weather for each route.

use std::collections::HashMap;

use fastrand::Rng;
use lakebase_credentials::http::{Authorization, Outcome, Request, Response};
use lakebase_credentials::json::{self, Value};
use lakebase_credentials::target::Target;
use lakebase_credentials::token::Token;

use crate::time::{http_date, rfc3339};
use crate::weather::{Odd, Sky, Weather};

pub(crate) const ID: &str = "42";
pub(crate) const CLIENT_ID: &str = "c0ffee00-0000-4000-8000-000000000001";
pub(crate) const CLIENT_SECRET: &str = "s3cr3t of+the/principal";
pub(crate) const READY_TOKEN: &str = "dapi00112233445566778899aabbccddeeff";

/// A token as issued.
pub(crate) struct Issued {
    pub(crate) text: String,
    /// What it is for: the key of a target, or nothing for a workspace token.
    pub(crate) key: Option<String>,
    /// When it ends, in true ms.
    pub(crate) ends: u64,
    /// Whether the answer told no more than the truth about that.
    pub(crate) honest: bool,
    /// How long it lives, in ms, if only the process's own clock can tell.
    pub(crate) undated: Option<u64>,
    /// Whether all about it was as documented.
    pub(crate) plain: bool,
    /// The workspace no longer takes it.
    revoked: bool,
}

/// What an answer comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// The token of this number.
    Token(usize),
    /// A description of an instance.
    Instance,
    /// Something that passes, by `Retry-After` not before so many ms.
    Trouble(Option<u64>),
    /// The instance is not available.
    NotAvailable,
    /// A refusal that lasts.
    Refusal,
    /// The access token is refused.
    TokenRefused,
    /// Nothing ever.
    Silence,
}

pub(crate) struct Workspace {
    pub(crate) issued: Vec<Issued>,
    /// When it was asked, in true ms.
    pub(crate) asked: Vec<u64>,
    by_text: HashMap<String, usize>,
    skies: HashMap<String, Sky>,
    /// Mean time that fair and foul weather last, in ms.
    pub(crate) climate: (u64, u64),
    /// How long a credential and a workspace token live, in ms.
    pub(crate) life: u64,
    pub(crate) token_life: u64,
}

impl Workspace {
    pub(crate) fn new(climate: (u64, u64), life: u64, token_life: u64) -> Self {
        Self {
            issued: Vec::new(),
            asked: Vec::new(),
            by_text: HashMap::new(),
            skies: HashMap::new(),
            climate,
            life,
            token_life,
        }
    }

    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        self.by_text.get(text).copied()
    }

    /// Answers a request that came at this moment (true ms).
    pub(crate) fn handle(
        &mut self,
        request: &Request,
        bearer: Option<&Token>,
        truth: u64,
        rng: &mut Rng,
    ) -> (Answer, Outcome) {
        self.asked.push(truth);
        let route = route(request);
        let climate = self.climate;
        let sky = self.skies.entry(route.clone()).or_insert_with(|| Sky::new(climate.0, climate.1));
        let (mut weather, changed) = sky.at(truth, rng);
        if weather == Weather::Revoked && changed {
            for token in self.issued.iter_mut().filter(|token| token.key.is_none()) {
                token.revoked = true;
            }
        }
        if weather == Weather::Flaky {
            weather = if rng.u8(0..3) == 0 { Weather::trouble(rng) } else { Weather::Fair };
        }
        let date = match weather {
            Weather::Date(skew) => skew,
            _ => Some(0),
        };
        let mut response = Response {
            status: 200,
            date: date.map(|skew| http_date(truth.cast_signed() + skew)),
            workspace_id: Some(ID.to_owned()),
            ..Response::default()
        };
        let answer =
            self.failure(&mut response, weather, &route, request, bearer, truth, rng).unwrap_or_else(|| {
                if route == "api" {
                    response.body =
                        r#"{"name":"orders","state":"AVAILABLE","read_write_dns":"db.example"}"#.to_owned();
                    Answer::Instance
                } else {
                    self.issue(&mut response, weather, &route, request, truth, rng)
                }
            });
        let outcome = match (weather, &answer) {
            (Weather::Reset, Answer::Trouble(_)) => Outcome::Unreachable("connection reset".to_owned()),
            (Weather::TooLarge, Answer::Trouble(_)) => Outcome::TooLarge,
            _ => Outcome::Response(response),
        };
        (answer, outcome)
    }

    /// The answer where no token is given.
    #[allow(clippy::too_many_arguments)]
    fn failure(
        &self,
        response: &mut Response,
        weather: Weather,
        route: &str,
        request: &Request,
        bearer: Option<&Token>,
        truth: u64,
        rng: &mut Rng,
    ) -> Option<Answer> {
        let mut say = |status: u16, body: &str| {
            response.status = status;
            body.clone_into(&mut response.body);
        };
        match weather {
            Weather::Hang => return Some(Answer::Silence),
            Weather::Reset | Weather::TooLarge => {}
            Weather::Cut => say(200, r#"{"token":"eyJcut"#),
            Weather::Page => say(200, "<html><title>Sign in</title></html>"),
            Weather::Echo => {
                let basic = match &request.authorization {
                    Authorization::Basic(pair) => pair.expose(),
                    _ => "",
                };
                let bearer = bearer.map_or("", |token| token.secret.expose());
                let secret = if bearer == READY_TOKEN { "" } else { CLIENT_SECRET };
                say(500, &["no: ", secret, " ", basic, " ", bearer].concat());
            }
            Weather::Down(status, wait) => {
                say(status, [r#"{"error_code":"","message":"later"}"#, "", "Too busy"][rng.usize(0..3)]);
                response.retry_after = wait.map(|(seconds, as_date)| match as_date {
                    // Cut to whole seconds, as the answer's own `Date` is.
                    true => http_date((truth + seconds * 1_000).cast_signed()),
                    false => seconds.to_string(),
                });
                return Some(Answer::Trouble(wait.map(|(seconds, _)| seconds * 1_000)));
            }
            _ => return self.refusal(response, weather, route, bearer, truth, rng),
        }
        Some(Answer::Trouble(None))
    }

    fn refusal(
        &self,
        response: &mut Response,
        weather: Weather,
        route: &str,
        bearer: Option<&Token>,
        truth: u64,
        rng: &mut Rng,
    ) -> Option<Answer> {
        let mut say = |status: u16, body: &str| {
            response.status = status;
            body.clone_into(&mut response.body);
        };
        let good = match bearer.map(|token| token.secret.expose()) {
            None => route == "token",
            Some(READY_TOKEN) => true,
            Some(text) => self.find(text).is_some_and(|number| {
                let token = &self.issued[number];
                token.key.is_none() && !token.revoked && token.ends > truth
            }),
        };
        if !good || weather == Weather::Unauthenticated && route != "token" {
            match rng.u8(0..3) {
                0 => say(401, ""),
                1 => say(403, r#"{"error_code":"403","message":"Invalid access token."}"#),
                _ => say(400, "io.jsonwebtoken.ExpiredJwtException: JWT expired"),
            }
            return Some(Answer::TokenRefused);
        }
        match weather {
            Weather::Redirect => say([302, 0][rng.usize(0..2)], ""),
            Weather::OtherWorkspace if route != "token" => {
                say(200, "{}");
                response.workspace_id = Some("43".to_owned());
            }
            Weather::Refusal if route == "token" => say(401, r#"{"error":"invalid_client"}"#),
            Weather::Refusal => say(404, r#"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no such"}"#),
            Weather::NotAvailable if route != "token" => {
                say(400, r#"{"error_code":"INVALID_STATE","message":"STOPPED"}"#);
                return Some(Answer::NotAvailable);
            }
            _ => return None,
        }
        Some(Answer::Refusal)
    }

    fn issue(
        &mut self,
        response: &mut Response,
        weather: Weather,
        route: &str,
        request: &Request,
        truth: u64,
        rng: &mut Rng,
    ) -> Answer {
        let number = self.issued.len();
        let text = format!("eyJ{}.{number}.{}", route.len(), rng.u64(1 << 40..1 << 50));
        let longest = wanted_life(request).unwrap_or(3_600_000);
        let life = match weather {
            Weather::Life(life) => life,
            _ if route == "token" => self.token_life,
            _ => self.life.min(longest),
        };
        let (odd, skew) = match weather {
            Weather::Odd(odd) => (Some(odd), Some(0)),
            Weather::Date(skew) => (None, skew),
            _ => (None, Some(0)),
        };
        let token = route == "token";
        // A `Date` that is behind makes a token seem to live longer, though never longer than one can.
        let honest = match (odd, skew) {
            // Less than a second is no `expires_in` at all.
            (None, _) if token => life >= 1_000,
            (Some(_), _) => life >= if odd == Some(Odd::FarAhead) { longest } else { 300_000 },
            (None, Some(skew)) => skew >= 0 || life >= longest,
            (None, None) => true,
        };
        // By a `Date` so far ahead that nothing would be left, the local clock decides.
        let dated = token || skew.is_some_and(|skew| skew < life.cast_signed()) && odd != Some(Odd::Past);
        response.body = if token {
            token_body(&text, life, odd)
        } else {
            let ends = (truth + life).cast_signed();
            credential_body(&text, ends, odd, request.url.contains("/postgres/"))
        };
        let key = (!token).then(|| route.to_owned());
        self.issued.push(Issued {
            text: text.clone(),
            key,
            ends: truth + life,
            honest,
            undated: (!dated).then_some(life),
            plain: weather == Weather::Fair,
            revoked: false,
        });
        self.by_text.insert(text, number);
        Answer::Token(number)
    }
}

fn token_body(text: &str, life: u64, odd: Option<Odd>) -> String {
    let seconds = life / 1_000;
    match odd {
        None => format!(r#"{{"access_token":"{text}","token_type":"Bearer","expires_in":{seconds}}}"#),
        Some(Odd::Absent) => format!(r#"{{"access_token":"{text}"}}"#),
        Some(Odd::Unparsable) => format!(r#"{{"access_token":"{text}","expires_in":"soon"}}"#),
        Some(Odd::Past) => format!(r#"{{"access_token":"{text}","expires_in":-5}}"#),
        Some(Odd::FarAhead) => format!(r#"{{"access_token":"{text}","expires_in":31536000}}"#),
        Some(Odd::Number) => format!(r#"{{"access_token":"{text}","expires_in":[{seconds}]}}"#),
    }
}

fn credential_body(text: &str, ends: i64, odd: Option<Odd>, endpoint: bool) -> String {
    let field = if endpoint { "expire_time" } else { "expiration_time" };
    let expiry = match odd {
        None => format!("\"{}\"", rfc3339(ends)),
        Some(Odd::Absent) => return format!(r#"{{"token":"{text}"}}"#),
        Some(Odd::Unparsable) => "\"soon\"".to_owned(),
        Some(Odd::Past) => format!("\"{}\"", rfc3339(ends - 7_200_000)),
        Some(Odd::FarAhead) => format!("\"{}\"", rfc3339(ends + 31_536_000_000)),
        Some(Odd::Number) => "7".to_owned(),
    };
    format!(r#"{{"token":"{text}","{field}":{expiry}}}"#)
}

/// `token`, `api`, or what a credential is asked for.
pub(crate) fn route(request: &Request) -> String {
    if matches!(request.authorization, Authorization::Basic(_)) {
        return "token".to_owned();
    }
    match &request.body {
        Some(body) => key(body.expose()),
        None => "api".to_owned(),
    }
}

/// What a credential is asked for in this body: all but the request id, in one order.
pub(crate) fn key(body: &str) -> String {
    let Ok(serde_json::Value::Object(mut members)) = serde_json::from_str(body) else {
        return body.to_owned();
    };
    members.remove("request_id");
    members.sort_keys();
    serde_json::Value::Object(members).to_string()
}

/// The same of a target, whose key is the members of such a body.
pub(crate) fn target_key(target: &Target) -> String {
    key(&["{", target.key(), "}"].concat())
}

fn body(request: &Request) -> Option<Value> {
    json::parse(request.body.as_ref()?.expose())
}

/// The `ttl` that a request asks for, in ms.
fn wanted_life(request: &Request) -> Option<u64> {
    let seconds: u64 = body(request)?.text("ttl")?.trim_end_matches('s').parse().ok()?;
    Some(seconds * 1_000)
}
