//! Servers that answer without end, not at all, or with the address of another.

use std::time::Duration;

use lakebase_credentials::Code;
use lakebase_credentials::client::Workspace;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::emulator::Emulator;

/// A server that answers each request with these headers and a body that has no end; its address.
async fn endless() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = socket.read(&mut request).await;
                let _ = socket.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await;
                while socket.write_all(&[b' '; 8_192]).await.is_ok() {}
            });
        }
    });
    address
}

#[tokio::test]
async fn an_answer_without_end_is_no_answer() {
    let workspace = Workspace::builder(endless().await).token("ready").build().unwrap();
    let error = workspace.current_user().await.unwrap_err();
    assert_eq!(error.code, Code::UnexpectedResponse);
    assert!(error.message.contains("too large"), "{}", error.message);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let emulator = Emulator::workspace_only().await;
    let elsewhere = Emulator::workspace_only().await;
    let address = format!("{}/api/2.0/preview/scim/v2/Me", elsewhere.get("workspace"));
    emulator.fault("me", json!({ "redirect": address }), json!("Infinity")).await;
    let error = emulator.workspace().current_user().await.unwrap_err();
    assert_eq!(error.code, Code::WorkspaceRedirect);
    assert_eq!(elsewhere.count("me").await, 0);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_not_waited_for() {
    let emulator = Emulator::workspace_only().await;
    for fault in ["hang", "hangBody"] {
        emulator.fault("me", json!({ fault: true }), json!(1)).await;
        let builder = emulator.builder().token(emulator.get("user token"));
        let workspace = builder.request_timeout(Duration::from_millis(500)).build().unwrap();
        assert_eq!(workspace.current_user().await.unwrap(), emulator.get("user"));
    }
}
