//! One mint for all who ask, whoever goes away meanwhile.

use std::time::Duration;

use lakebase_credentials::client::CredentialProvider;
use serde_json::json;

use crate::emulator::Emulator;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_callers_on_many_threads_cost_two_requests() {
    let emulator = Emulator::workspace_only().await;
    let provider = emulator.provider();
    let callers: Vec<_> = (0..1_000)
        .map(|_| {
            let provider = provider.clone();
            tokio::spawn(async move { provider.token().await.unwrap() })
        })
        .collect();
    let mut tokens = Vec::new();
    for caller in callers {
        tokens.push(caller.await.unwrap());
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 1);
    assert_eq!((emulator.count("token").await, emulator.count("credentials").await), (1, 1));
}

#[tokio::test]
async fn a_caller_that_goes_away_takes_nothing_along() {
    let emulator = Emulator::workspace_only().await;
    let provider = emulator.provider();
    emulator.fault("credentials", json!({ "delay": 700 }), json!(1)).await;
    let first = tokio::spawn({
        let provider = provider.clone();
        async move { provider.token().await }
    });
    emulator.reached("credentials", 1).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    provider.token().await.unwrap();
    assert_eq!(emulator.count("credentials").await, 1);
}

/// Runs a caller on a runtime of its own, which ends when `emulator` has got its request.
fn abandon(emulator: &Emulator, provider: &CredentialProvider, route: &str) {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let _caller = tokio::spawn({
                    let provider = provider.clone();
                    async move { provider.token().await }
                });
                emulator.reached(route, 1).await;
            });
            runtime.shutdown_timeout(Duration::ZERO);
        });
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_runtime_that_ends_with_a_flight_leaves_nobody_waiting() {
    for route in ["token", "credentials"] {
        let emulator = Emulator::workspace_only().await;
        let provider = emulator.provider();
        emulator.fault(route, json!({ "hang": true }), json!(1)).await;
        tokio::task::block_in_place(|| abandon(&emulator, &provider, route));
        // Well before the 10 s by which the flight would be overdue.
        let token = tokio::time::timeout(Duration::from_secs(9), provider.token()).await;
        token.expect("nobody waits for what is lost").unwrap();
        assert_eq!(emulator.count(route).await, 2);
    }
}

#[tokio::test]
async fn a_renewal_goes_on_beside_its_caller() {
    let emulator = Emulator::workspace_only().await;
    emulator.control("settings", json!({ "tokenLifetime": 8 })).await;
    let provider = emulator.provider();
    let first = provider.token().await.unwrap();
    let renewed = async {
        while provider.token().await.unwrap() == first {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), renewed).await.expect("it is renewed");
    assert!(emulator.count("credentials").await >= 2);
}
