//! The calls of the Databricks SDKs, and what goes wrong with them.

use std::time::{Duration, SystemTime};

use lakebase_credentials::Code;
use lakebase_credentials::client::{
    CredentialOptions, GenerateDatabaseCredential, RequestedClaims, Workspace,
};
use lakebase_credentials::planner::State;
use serde_json::json;

use crate::emulator::Emulator;

#[tokio::test]
async fn each_call_gives_what_the_workspace_says() {
    let emulator = Emulator::workspace_only().await;
    let workspace = emulator.workspace();
    assert_eq!(workspace.host(), emulator.get("workspace"));
    assert_eq!(workspace.current_user().await.unwrap(), emulator.get("client id"));
    let instance = workspace.get_database_instance("orders").await.unwrap();
    assert_eq!(
        (instance.name(), instance.state(), instance.host()),
        ("orders", "AVAILABLE", Some("localhost"))
    );
    let endpoint = workspace.get_endpoint(emulator.get("endpoint")).await.unwrap();
    assert_eq!(endpoint.name(), emulator.get("endpoint"));
    assert!(workspace.list_database_instances().await.unwrap().contains(&instance));
    let started = workspace.wait_until_available("starting", Duration::from_mins(2)).await.unwrap();
    assert_eq!(started.state(), "AVAILABLE");

    let before = SystemTime::now();
    for options in [
        GenerateDatabaseCredential { instance_names: vec!["orders".into()], ..Default::default() },
        GenerateDatabaseCredential {
            claims: vec![RequestedClaims {
                table_names: vec!["a.b.c".into()],
                ..RequestedClaims::read_only()
            }],
            request_id: Some("r-1".into()),
            ..Default::default()
        },
        GenerateDatabaseCredential {
            endpoint: Some(emulator.get("endpoint").into()),
            ttl: Some(Duration::from_hours(1)),
            ..Default::default()
        },
    ] {
        let credential = workspace.generate_database_credential(&options).await.unwrap();
        assert!(credential.token.expose().len() > 100);
        assert!(credential.expiration_time > before + Duration::from_mins(50));
        assert!(!format!("{credential:?}").contains(credential.token.expose()));
    }
}

#[tokio::test]
async fn a_provider_caches_and_is_one_for_the_same_options() {
    let emulator = Emulator::workspace_only().await;
    let workspace = emulator.workspace();
    let provider = workspace.credentials(&CredentialOptions::instance("orders")).unwrap();
    assert_eq!((provider.state(), provider.expiration_time()), (State::Empty, None));
    let credential = provider.credential().await.unwrap();
    assert_eq!(
        (provider.state(), provider.expiration_time()),
        (State::Fresh, Some(credential.expiration_time))
    );
    let same = workspace.clone().credentials(&CredentialOptions::instance("orders")).unwrap();
    assert_eq!(same.token().await.unwrap(), credential.token);
    let lasting = provider.credential_lasting(Duration::from_mins(10)).await.unwrap();
    assert_eq!((lasting, emulator.count("credentials").await), (credential.clone(), 1));
    let error = provider.credential_lasting(Duration::from_hours(2)).await.unwrap_err();
    assert_eq!(error.option.as_deref(), Some("minRemaining"));

    assert!(provider.invalidate(&credential.token));
    assert!(!provider.invalidate(&credential.token), "it is held no longer");
    assert_ne!(provider.token().await.unwrap(), credential.token);
}

#[tokio::test]
async fn errors_say_what_to_do() {
    let emulator = Emulator::workspace_only().await;
    let wrong =
        emulator.builder().service_principal(emulator.get("client id"), "wrong-secret").build().unwrap();
    let error = wrong.current_user().await.unwrap_err();
    assert_eq!((error.code, error.retryable), (Code::InvalidClient, false));
    assert!(error.hint().contains("client id and secret"));
    assert!(!error.describe().contains("wrong-secret"));
    let error = emulator.workspace().get_database_instance("absent").await.unwrap_err();
    assert_eq!((error.code, error.target.as_deref()), (Code::NotFound, Some("absent")));
    for (builder, option) in [
        (Workspace::builder("x.example"), "clientId"),
        (Workspace::builder("x.example").token("a b"), "token"),
        (Workspace::builder("x.example").service_principal("id", "secret").scopes([""; 0]), "scopes"),
        (
            Workspace::builder("x.example").service_principal("id", "secret").authorization_details("{}"),
            "authorizationDetails",
        ),
    ] {
        assert!(!format!("{builder:?}").contains("secret\""));
        assert_eq!(builder.build().unwrap_err().option.as_deref(), Some(option));
    }
    assert_eq!(
        Workspace::builder("http://x.example").token("t").build().unwrap_err().code,
        Code::InsecureHost
    );
}

#[tokio::test]
async fn faults_that_pass_are_waited_out() {
    let emulator = Emulator::workspace_only().await;
    emulator.fault("token", json!({ "reset": true }), json!(1)).await;
    emulator.fault("credentials", json!({ "status": 503 }), json!(1)).await;
    emulator.provider().token().await.unwrap();
    assert_eq!((emulator.count("token").await, emulator.count("credentials").await), (2, 2));
}

#[tokio::test]
async fn a_platform_vouches_for_a_workload() {
    let emulator = Emulator::workspace_only().await;
    let told = emulator.control("platform-token", json!({ "subject": "repo:example/shop" })).await;
    let subject = told["token"].as_str().unwrap().to_owned();
    let ask = move || {
        let subject = subject.clone();
        async move { Ok::<_, std::io::Error>(subject) }
    };
    let workspace =
        emulator.builder().subject_token(ask).client_id(emulator.get("client id")).build().unwrap();
    assert_eq!(workspace.current_user().await.unwrap(), emulator.get("client id"));

    let fails = || async { Err::<String, _>(std::io::Error::other("expired: a.platform.token")) };
    let workspace = emulator.builder().subject_token(fails).build().unwrap();
    let error = workspace.current_user().await.unwrap_err();
    assert!(error.message.contains("io::error::Error"), "{}", error.message);
    assert!(!format!("{error:?}").contains("platform.token"), "{}", error.message);
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let workspace = Workspace::builder("x.example").token("ready").build().unwrap();
    let mut call = Box::pin(workspace.current_user());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else {
        panic!("it fails at once")
    };
    assert_eq!(error.option.as_deref(), Some("runtime"));
}
