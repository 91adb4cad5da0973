//! What a service's logs and metrics hear.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use lakebase_credentials::Code;
use lakebase_credentials::client::{CredentialEvent, CredentialOptions, CredentialProvider, EventKind};
use lakebase_credentials::planner::State;
use serde_json::json;

use crate::emulator::Emulator;

/// A provider, and the events that come of it. Its listener asks for its state, as one that sets a gauge does.
fn listened(emulator: &Emulator) -> (CredentialProvider, Arc<Mutex<Vec<CredentialEvent>>>) {
    let (events, asked) = (Arc::new(Mutex::new(Vec::new())), Arc::new(OnceLock::<CredentialProvider>::new()));
    let (heard, known) = (Arc::clone(&events), Arc::clone(&asked));
    let workspace = emulator
        .builder()
        .service_principal(emulator.get("client id"), emulator.get("client secret"))
        .on_event(move |event| {
            assert!(known.get().is_some_and(
                |provider| provider.target() == event.target && !provider.state().as_str().is_empty()
            ));
            heard.lock().unwrap().push(event.clone());
        })
        .build()
        .unwrap();
    let provider = workspace.credentials(&CredentialOptions::instance("orders")).unwrap();
    asked.set(provider.clone()).unwrap();
    (provider, events)
}

#[tokio::test]
async fn a_mint_and_what_went_wrong_with_it_are_told() {
    let emulator = Emulator::workspace_only().await;
    let (provider, events) = listened(&emulator);
    emulator.fault("credentials", json!({ "status": 503 }), json!(1)).await;
    let token = provider.token().await.unwrap();
    let told = events.lock().unwrap().clone();
    let [retry, mint] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((retry.target.as_str(), retry.reason, mint.reason), ("orders", State::Empty, State::Empty));
    assert_eq!(retry.request_id, mint.request_id);
    let EventKind::Retry { attempts: 1, delay, error } = &retry.kind else { panic!("{retry:?}") };
    assert_eq!((error.code, error.retryable), (Code::WorkspaceUnavailable, true));
    assert!(mint.duration >= retry.duration + *delay);
    assert!(matches!(mint.kind, EventKind::Mint { attempts: 2 }), "{mint:?}");
    for secret in [token.expose(), emulator.get("client secret")] {
        assert!(!format!("{told:?}").contains(secret));
    }
}

#[tokio::test]
async fn a_mint_that_fails_is_told() {
    let emulator = Emulator::workspace_only().await;
    let (provider, events) = listened(&emulator);
    emulator.fault("credentials", json!({ "status": 404 }), json!(1)).await;
    let error = provider.token().await.unwrap_err();
    let told = events.lock().unwrap().clone();
    let [event] = told.as_slice() else { panic!("{told:?}") };
    let EventKind::Fail { error: heard } = &event.kind else { panic!("{event:?}") };
    assert_eq!((heard, heard.code), (&error, Code::NotFound));
}

#[tokio::test]
async fn a_renewal_in_the_background_is_told() {
    let emulator = Emulator::workspace_only().await;
    emulator.control("settings", json!({ "tokenLifetime": 8 })).await;
    let (provider, events) = listened(&emulator);
    let renewed = async {
        loop {
            provider.token().await.unwrap();
            let told = events.lock().unwrap().clone();
            if let Some(event) = told.iter().find(|event| matches!(event.kind, EventKind::Renew { .. })) {
                return event.clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let event = tokio::time::timeout(Duration::from_mins(1), renewed).await.expect("it is renewed");
    assert_eq!(event.reason, State::Stale, "{event:?}");
}
