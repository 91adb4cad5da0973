//! The emulator (`tests/emulator/`) as a process of its own, on free ports, for one test.

use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use lakebase_credentials::client::{CredentialOptions, CredentialProvider, Workspace, WorkspaceBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub(crate) struct Emulator {
    told: HashMap<String, String>,
    http: reqwest::Client,
    // Killed when it is dropped; PostgreSQL ends with it.
    _process: Child,
}

/// For loopback, without TLS, whose provider a program would have to choose.
fn plain_http() -> reqwest::Client {
    let provider = rustls::crypto::ring::default_provider().into();
    let tls =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap()
}

impl Emulator {
    /// A workspace and its databases.
    pub(crate) async fn start() -> Self {
        Self::run(&[]).await
    }

    /// The workspace alone, which starts at once.
    pub(crate) async fn workspace_only() -> Self {
        Self::run(&["--no-database"]).await
    }

    async fn run(options: &[&str]) -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        assert!(
            tests.join("node_modules").exists(),
            "the emulator's packages are missing: npm ci --prefix tests"
        );
        let mut process = Command::new("node")
            .arg(tests.join("emulator/main.js"))
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Node.js runs");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut told = HashMap::new();
        while !told.contains_key("control") {
            let line = tokio::time::timeout(Duration::from_mins(2), lines.next_line()).await;
            let line = line.expect("it starts").unwrap().expect("it says what it serves");
            let (name, value) = line.split_once(": ").expect("a name and a value");
            told.insert(name.to_owned(), value.to_owned());
        }
        Self { told, http: plain_http(), _process: process }
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        &self.told[name]
    }

    pub(crate) fn builder(&self) -> WorkspaceBuilder {
        Workspace::builder(self.get("workspace"))
    }

    pub(crate) fn workspace(&self) -> Workspace {
        let builder = self.builder();
        builder.service_principal(self.get("client id"), self.get("client secret")).build().unwrap()
    }

    pub(crate) fn provider(&self) -> CredentialProvider {
        self.workspace().credentials(&CredentialOptions::instance("orders")).unwrap()
    }

    pub(crate) fn database_port(&self) -> u16 {
        let (_, rest) = self.get("database").split_once(':').unwrap();
        rest.split_once('/').unwrap().0.parse().unwrap()
    }

    pub(crate) fn ca(&self) -> String {
        std::fs::read_to_string(self.get("certificate authority")).unwrap()
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/_emulator/{path}", self.get("control"));
        let answer = self.http.post(url).body(body.to_string()).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    pub(crate) async fn fault(&self, route: &str, fault: Value, times: Value) {
        self.control("fault", json!({ "route": route, "fault": fault, "times": times })).await;
    }

    /// Has time pass in the workspace, in seconds.
    pub(crate) async fn advance(&self, seconds: u64) {
        self.control("clock", json!({ "advance": seconds })).await;
    }

    async fn list(&self, path: &str) -> Vec<Value> {
        let url = format!("{}/_emulator/{path}", self.get("control"));
        let text = self.http.get(url).send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// How many requests there were for a route.
    pub(crate) async fn count(&self, route: &str) -> usize {
        self.list("requests").await.iter().filter(|request| request["route"] == route).count()
    }

    /// Waits until there were so many.
    pub(crate) async fn reached(&self, route: &str, count: usize) {
        let arrived = async {
            while self.count(route).await < count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), arrived).await.expect("the request arrives");
    }

    /// Who tried to log in to the database, and whether they did.
    pub(crate) async fn logins(&self) -> Vec<bool> {
        self.list("logins").await.iter().map(|login| login["accepted"] == true).collect()
    }
}
