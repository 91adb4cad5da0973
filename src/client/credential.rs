//! What is asked for, and what comes of it.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use super::options::Options;
use crate::json::Value;
use crate::secret::Secret;
use crate::token::Token;

/// A database credential: `token` is the Postgres password until `expiration_time`.
///
/// It is looked at when a connection logs in, and never again: open connections stay.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DatabaseCredential {
    /// The token, which prints as `[secret]`.
    pub token: Secret,
    /// When it ends, by the workspace's clock.
    pub expiration_time: SystemTime,
}

impl DatabaseCredential {
    pub(super) fn of(token: &Token) -> Self {
        Self { token: token.secret.clone(), expiration_time: time(token.expires_at) }
    }
}

/// A moment, from ms since the Unix epoch.
pub(super) fn time(ms: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(ms).unwrap_or_default())
}

/// What the credentials of a [`super::CredentialProvider`] are for.
#[derive(Clone, Debug, Default)]
pub struct CredentialOptions {
    /// A provisioned database instance, by its name.
    pub instance: Option<String>,
    /// Or an autoscaling endpoint, by its path: `projects/…/branches/…/endpoints/…`.
    pub endpoint: Option<String>,
    /// What the credentials may do, if that is to be less than their identity may.
    pub claims: Vec<RequestedClaims>,
    /// How long each lives: 300 to 3,600 s, and one hour if not said. For endpoints only.
    pub ttl: Option<Duration>,
    /// The group to act as. For endpoints only.
    pub group_name: Option<String>,
}

impl CredentialOptions {
    /// Credentials for a provisioned database instance.
    pub fn instance(name: impl Into<String>) -> Self {
        Self { instance: Some(name.into()), ..Self::default() }
    }

    /// Credentials for an autoscaling endpoint.
    pub fn endpoint(path: impl Into<String>) -> Self {
        Self { endpoint: Some(path.into()), ..Self::default() }
    }

    pub(super) fn options(&self) -> Options {
        let mut options =
            common(&self.claims, self.endpoint.as_deref(), self.ttl, self.group_name.as_deref());
        options.put_text("instance", self.instance.as_deref());
        options
    }
}

/// What [`super::Workspace::generate_database_credential`] asks for: at least one of `instance_names`, `endpoint` and
/// `claims`.
#[derive(Clone, Debug, Default)]
pub struct GenerateDatabaseCredential {
    /// Provisioned database instances, by their names.
    pub instance_names: Vec<String>,
    /// Or an autoscaling endpoint, by its path.
    pub endpoint: Option<String>,
    /// Makes a repetition recognisable to the service; a random one if not given.
    pub request_id: Option<String>,
    /// As in [`CredentialOptions::claims`].
    pub claims: Vec<RequestedClaims>,
    /// As in [`CredentialOptions::ttl`].
    pub ttl: Option<Duration>,
    /// As in [`CredentialOptions::group_name`].
    pub group_name: Option<String>,
}

impl GenerateDatabaseCredential {
    pub(super) fn options(&self) -> Options {
        let mut options =
            common(&self.claims, self.endpoint.as_deref(), self.ttl, self.group_name.as_deref());
        options.put_texts("instanceNames", &self.instance_names);
        options.put_text("requestId", self.request_id.as_deref());
        options
    }
}

fn common(
    claims: &[RequestedClaims],
    endpoint: Option<&str>,
    ttl: Option<Duration>,
    group_name: Option<&str>,
) -> Options {
    let mut options = Options::default();
    if !claims.is_empty() {
        options.put("claims", Value::Array(claims.iter().map(RequestedClaims::value).collect()));
    }
    options.put_text("endpoint", endpoint);
    if let Some(ttl) = ttl {
        options.put("ttl", Value::Number(ttl.as_secs_f64()));
    }
    options.put_text("groupName", group_name);
    options
}

/// One permission that a credential is asked to be limited to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestedClaims {
    /// `READ_ONLY`, say.
    pub permission_set: Option<String>,
    /// The tables that it is for, as `catalog.schema.table`; all of them if there are none.
    pub table_names: Vec<String>,
}

impl RequestedClaims {
    /// Reading and nothing else.
    pub fn read_only() -> Self {
        Self { permission_set: Some("READ_ONLY".into()), table_names: Vec::new() }
    }

    fn value(&self) -> Value {
        let mut members = Vec::new();
        if let Some(permissions) = &self.permission_set {
            members.push(("permissionSet".into(), permissions.as_str().into()));
        }
        if !self.table_names.is_empty() {
            let table = |name: &String| Value::object([("tableName", name.as_str().into())]);
            members.push(("resources".into(), Value::Array(self.table_names.iter().map(table).collect())));
        }
        Value::Object(members)
    }
}

/// What is known of a connection. What is not given is looked up, or has Lakebase's default.
#[derive(Clone, Debug, Default)]
pub struct ConnectionOptions {
    /// The host; looked up if not given, which is a request.
    pub host: Option<String>,
    /// The port: 5432.
    pub port: Option<u16>,
    /// The Postgres user: a service principal's client id, or looked up, which is a request.
    pub user: Option<String>,
    /// The database: `databricks_postgres`.
    pub database: Option<String>,
    /// How long to wait for an instance that is starting: not at all, if not given.
    pub wait_for_available: Option<Duration>,
}

impl ConnectionOptions {
    pub(super) fn options(&self) -> Options {
        let mut options = Options::default();
        options.put_text("host", self.host.as_deref());
        if let Some(port) = self.port {
            options.put("port", Value::Number(port.into()));
        }
        options.put_text("user", self.user.as_deref());
        options.put_text("database", self.database.as_deref());
        options.put_millis("waitForAvailable", self.wait_for_available);
        options
    }
}
