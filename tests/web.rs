//! The web shell in a real browser: what it reads of JavaScript's values, and what it gives back.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test says so when it fails")]

use js_sys::{Function, JSON, Object, Reflect};
use lakebase_credentials::web::{OperationCore, ProviderCore, UserSessionCore, WorkspaceCore};
use wasm_bindgen::convert::TryFromJsValue;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn eval(text: &str) -> JsValue {
    Function::new_no_args(&["return ", text].concat()).call0(&JsValue::NULL).unwrap()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

fn workspace() -> WorkspaceCore {
    WorkspaceCore::new(&json(r#"{"host":"https://workspace.example","token":"ready"}"#)).unwrap()
}

/// The first step of a call: the request that it would send.
fn first_step(workspace: &WorkspaceCore, what: &str, options: &JsValue) -> JsValue {
    let mut operation = workspace.begin(what, options, &JsValue::UNDEFINED).unwrap();
    operation.step(&JsValue::UNDEFINED, false).unwrap()
}

#[wasm_bindgen_test]
fn options_that_throw_are_errors_that_name_the_option() {
    let odd = [
        ("undefined", "host"),
        ("({})", "host"),
        ("({ host: 7, token: 't' })", "host"),
        ("({ host: 'https://workspace.example', token: null })", "token"),
        ("({ host: 'https://workspace.example', token: 'a\\r\\nb' })", "token"),
        ("({ host: 'https://workspace.example', token: '\\uD800' })", "token"),
        ("({ get host() { throw new Error('mine') } })", "options"),
        (
            "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
            "options",
        ),
    ];
    for (options, option) in odd {
        let error = WorkspaceCore::new(&eval(options)).err().unwrap();
        assert_eq!(
            (text(&error, "code").as_str(), text(&error, "option").as_str()),
            ("INVALID_ARGUMENT", option),
            "{options}"
        );
        assert!(error.is_instance_of::<js_sys::Error>());
    }
}

#[wasm_bindgen_test]
fn a_request_takes_the_token_to_the_workspace_and_follows_no_redirect() {
    let step =
        first_step(&workspace(), "generate", &json(r#"{"instanceNames":["orders"],"requestId":"r-1"}"#));
    assert_eq!(text(&step, "url"), "https://workspace.example/api/2.0/database/credentials");
    let init = get(&step, "send");
    assert_eq!((text(&init, "method").as_str(), text(&init, "redirect").as_str()), ("POST", "manual"));
    assert_eq!(text(&get(&init, "headers"), "authorization"), "Bearer ready");
    let body = json(&text(&init, "body"));
    assert_eq!(text(&body, "request_id"), "r-1");
    // The browser's own `Request` takes it as it is.
    let request = eval("((url, init) => new Request(url, init))").unchecked_into::<Function>();
    assert!(request.call2(&JsValue::NULL, &get(&step, "url"), &init).is_ok());
}

#[wasm_bindgen_test]
fn request_ids_are_the_platforms_random_uuids() {
    let id = || {
        let step = first_step(&workspace(), "generate", &json(r#"{"instanceNames":["orders"]}"#));
        text(&json(&text(&get(&step, "send"), "body")), "request_id")
    };
    let (one, other) = (id(), id());
    assert_ne!(one, other);
    assert!(one.len() == 36 && one.as_bytes().get(14) == Some(&b'4'), "{one}");
}

#[wasm_bindgen_test]
fn an_answer_ends_in_the_browsers_own_values() {
    let mut operation =
        workspace().begin("generate", &json(r#"{"instanceNames":["orders"]}"#), &JsValue::UNDEFINED).unwrap();
    operation.step(&JsValue::UNDEFINED, false).unwrap();
    let outcome = json(
        r#"{"status":200,"date":"Sun, 06 Nov 1994 08:49:37 GMT","body":"{\"token\":\"t\",\"expiration_time\":\"1994-11-06T09:49:37Z\"}"}"#,
    );
    let value = get(&operation.step(&outcome, false).unwrap(), "value");
    assert_eq!(text(&value, "token"), "t");
    let expires: js_sys::Date = get(&value, "expirationTime").dyn_into().unwrap();
    assert!((expires.get_time() - 784_115_377_000.0).abs() < 1.0);
}

#[wasm_bindgen_test]
fn a_page_that_is_no_workspace_is_an_error_with_its_status() {
    let mut operation = workspace().begin("list", &JsValue::UNDEFINED, &JsValue::UNDEFINED).unwrap();
    operation.step(&JsValue::UNDEFINED, false).unwrap();
    let error = operation
        .step(&json(r#"{"status":404,"body":"<html><title>Not here</title>"}"#), false)
        .err()
        .unwrap();
    assert_eq!((text(&error, "code").as_str(), get(&error, "status").as_f64()), ("NOT_FOUND", Some(404.0)));
    assert!(text(&error, "message").contains("Not here"));
}

#[wasm_bindgen_test]
fn the_same_options_give_the_same_provider_and_it_begins_empty() {
    let workspace = workspace();
    let make = Function::new_with_args("core", "return { core }");
    let provider = |options| workspace.credentials(&json(options), make.unchecked_ref()).unwrap();
    let orders = provider(r#"{"instance":"orders"}"#);
    assert!(Object::is(&orders, &provider(r#"{"instance":"orders"}"#)));
    assert!(!Object::is(&orders, &provider(r#"{"instance":"bills"}"#)));
    let core = ProviderCore::try_from_js_value(get(&orders, "core")).ok().unwrap();
    assert_eq!(core.state().unwrap().as_string().as_deref(), Some("empty"));
    assert!(core.cached() == 0 && !core.invalidate(&"t".into()));
}

/// A provider of a credential that lives for an hour.
fn minted() -> ProviderCore {
    let make = Function::new_with_args("core", "return { core }");
    let shown = workspace().credentials(&json(r#"{"instance":"orders"}"#), make.unchecked_ref()).unwrap();
    let provider = ProviderCore::try_from_js_value(get(&shown, "core")).ok().unwrap();
    let mut call = provider.begin("token", &JsValue::UNDEFINED, &JsValue::UNDEFINED).unwrap();
    let launched = get(&call.step(&JsValue::UNDEFINED, false).unwrap(), "launch");
    let mut flight = OperationCore::try_from_js_value(launched).ok().unwrap();
    flight.step(&JsValue::UNDEFINED, false).unwrap();
    let outcome = eval(
        "({ status: 200, body: JSON.stringify({ token: 't', expiration_time: new Date(Date.now() + 3600000) }) })",
    );
    flight.step(&outcome, false).unwrap();
    assert_eq!(text(&call.step(&JsValue::UNDEFINED, false).unwrap(), "value"), "t");
    provider
}

/// Moves the browser's clocks, in seconds, until it is dropped.
struct Moved(Function);

impl Moved {
    fn by(wall: i32, monotonic: i32) -> Self {
        let change = Function::new_with_args(
            "wall, monotonic",
            "const [date, elapsed] = [Date.now, performance.now];
             Date.now = () => date.call(Date) + wall * 1000;
             performance.now = () => elapsed.call(performance) + monotonic * 1000;
             return () => { Date.now = date; performance.now = elapsed; };",
        );
        Self(change.call2(&JsValue::NULL, &wall.into(), &monotonic.into()).unwrap().unchecked_into())
    }
}

impl Drop for Moved {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::NULL);
    }
}

#[wasm_bindgen_test]
fn the_browsers_clocks_tell_how_old_a_credential_is() {
    let provider = minted();
    let state = || provider.state().unwrap().as_string().unwrap();
    assert_eq!(state(), "fresh");
    for (wall, monotonic, expected) in [
        (1_800, 1_800, "fresh"),
        (3_300, 3_300, "stale"),
        (3_700, 3_700, "expired"),
        // Set back, it is no younger.
        (-7_200, 3_700, "expired"),
    ] {
        let moved = Moved::by(wall, monotonic);
        assert_eq!(state(), expected, "{wall} {monotonic}");
        drop(moved);
    }
    let left = provider.expiration_time() - js_sys::Date::now();
    assert!((3_500_000.0..=3_600_000.0).contains(&left), "{left}");
}

#[wasm_bindgen_test]
fn a_machine_that_slept_wakes_with_an_expired_credential() {
    let provider = minted();
    // The clock of a page may stand while the machine sleeps.
    let slept = Moved::by(7_200, 0);
    assert_eq!(provider.state().unwrap().as_string().as_deref(), Some("expired"));
    assert_eq!(provider.cached(), 0);
    drop(slept);
}

#[wasm_bindgen_test]
fn a_platform_without_a_monotonic_clock_does_with_the_other() {
    let undo = eval(
        "(() => { const now = performance.now; performance.now = () => { throw new Error('none'); };
         return () => { performance.now = now; }; })()",
    );
    let provider = minted();
    assert_eq!(provider.state().unwrap().as_string().as_deref(), Some("fresh"));
    let moved = Moved::by(3_700, 0);
    assert_eq!(provider.state().unwrap().as_string().as_deref(), Some("expired"));
    drop(moved);
    undo.unchecked_into::<Function>().call0(&JsValue::NULL).unwrap();
}

fn session() -> UserSessionCore {
    let options =
        r#"{"host":"https://workspace.example","clientId":"page","redirectUri":"https://page.example/"}"#;
    UserSessionCore::new(&json(options)).unwrap()
}

#[wasm_bindgen_test]
fn a_sign_in_is_made_of_the_browsers_randomness() {
    let session = session();
    let begun: Vec<_> = (0..20).map(|_| session.begin("").unwrap()).collect();
    for name in ["state", "verifier"] {
        let mut seen: Vec<_> = begun.iter().map(|one| text(one, name)).collect();
        assert!(seen.iter().all(|one| one.len() >= 43), "{name} is too short to be beyond guessing");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), begun.len(), "{name}");
    }
}

#[wasm_bindgen_test]
fn without_randomness_there_is_no_sign_in_and_a_plain_request_id() {
    let undo = eval(
        "(() => { const own = Object.getOwnPropertyDescriptor(crypto, 'getRandomValues');
         Object.defineProperty(crypto, 'getRandomValues', { configurable: true, value() { throw new Error('none'); } });
         return () => { delete crypto.getRandomValues; if (own) Object.defineProperty(crypto, 'getRandomValues', own); }; })()",
    );
    let refused = session().begin("");
    let step = first_step(&workspace(), "generate", &json(r#"{"instanceNames":["orders"]}"#));
    undo.unchecked_into::<Function>().call0(&JsValue::NULL).unwrap();
    let error = refused.unwrap_err();
    assert_eq!(
        (text(&error, "code").as_str(), text(&error, "option").as_str()),
        ("INVALID_ARGUMENT", "crypto")
    );
    let id = text(&json(&text(&get(&step, "send"), "body")), "request_id");
    assert_eq!(id, "00000000-0000-4000-8000-000000000000");
    assert_ne!(text(&session().begin("").unwrap(), "state"), "");
}

#[wasm_bindgen_test]
fn what_narrows_access_is_an_error_where_it_cannot_be_written() {
    for details in [
        "[{ type: 't', big: 10n }]",
        "(() => { const one = { type: 't' }; one.self = one; return [one]; })()",
    ] {
        let given = |identity: &str| {
            let text = [
                "({ host: 'https://x.example', clientId: 'a', ",
                identity,
                ", authorizationDetails: ",
                details,
                "})",
            ];
            eval(&text.concat())
        };
        for error in [
            WorkspaceCore::new(&given("clientSecret: 'b'")).err().unwrap(),
            UserSessionCore::new(&given("redirectUri: 'https://x.example/'")).err().unwrap(),
        ] {
            assert_eq!(text(&error, "option"), "authorizationDetails", "{details}");
        }
    }
}
