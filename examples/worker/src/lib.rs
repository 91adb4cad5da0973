//! A Cloudflare Worker in Rust that queries a Lakebase database. One provider serves all requests of an isolate, and each
//! request has a connection of its own.

use std::cell::OnceCell;
use std::time::UNIX_EPOCH;

use lakebase_credentials::Secret;
use lakebase_credentials::client::{
    ConnectionOptions, CredentialOptions, CredentialProvider, LoginError, Workspace,
};
use lakebase_credentials::connection::Connection;
use serde_json::{Value, json};
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config};
use worker::js_sys::Date;
use worker::postgres_tls::PassthroughTls;
use worker::{Context, Env, Request, Response, SecureTransport, Socket, event};

type Failure = Box<dyn std::error::Error>;

thread_local! {
    static PROVIDER: OnceCell<CredentialProvider> = const { OnceCell::new() };
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let answer = match request.path().as_str() {
        "/" => credential(&env).await,
        "/orders" => orders(&env).await,
        _ => return Response::error("Not found", 404),
    };
    match answer {
        Ok(answer) => Response::from_json(&answer),
        Err(failure) => Ok(Response::from_json(&explain(&*failure))?.with_status(500)),
    }
}

/// What there is to know of the credential, but for the token.
async fn credential(env: &Env) -> Result<Value, Failure> {
    let provider = provider(env)?;
    let connection = provider.connection(&known(env)).await?;
    let ends = provider.credential().await?.expiration_time.duration_since(UNIX_EPOCH)?;
    let ends = String::from(Date::new(&(ends.as_secs_f64() * 1000.0).into()).to_iso_string());
    Ok(json!({ "user": connection.user, "state": provider.state().as_str(), "expirationTime": ends }))
}

/// How many orders there are, and who asked.
async fn orders(env: &Env) -> Result<Value, Failure> {
    let provider = provider(env)?;
    let connection = provider.connection(&known(env)).await?;
    let login = provider.login(|token| connect(&connection, token), sqlstate).await;
    let client = login.map_err(|error| match error {
        LoginError::Credential(error) | LoginError::Refused { error, .. } => error.into(),
        LoginError::Attempt(cause) => cause,
    })?;
    let row = client.query_one("SELECT count(*), current_user::text FROM orders", &[]).await?;
    Ok(json!({ "orders": row.try_get::<_, i64>(0)?, "user": row.try_get::<_, String>(1)? }))
}

/// The provider of the isolate.
fn provider(env: &Env) -> Result<CredentialProvider, Failure> {
    if let Some(provider) = PROVIDER.with(|held| held.get().cloned()) {
        return Ok(provider);
    }
    let text = |name| env.var(name).map(|value| value.to_string());
    let secret = env.secret("DATABRICKS_CLIENT_SECRET")?.to_string();
    let workspace = Workspace::builder(text("DATABRICKS_HOST")?)
        .service_principal(text("DATABRICKS_CLIENT_ID")?, secret)
        .build()?;
    let provider = workspace.credentials(&CredentialOptions::instance(text("LAKEBASE_INSTANCE")?))?;
    Ok(PROVIDER.with(|held| held.get_or_init(|| provider).clone()))
}

/// What need not be looked up. A request that knows the host has one round trip less.
fn known(env: &Env) -> ConnectionOptions {
    let text = |name| env.var(name).ok().map(|value| value.to_string());
    let port = text("PGPORT").and_then(|port| port.parse().ok());
    ConnectionOptions { host: text("PGHOST"), port, ..ConnectionOptions::default() }
}

/// A connection that is ready for queries, once it has logged in.
async fn connect(to: &Connection, token: Secret) -> Result<Client, Failure> {
    // The platform verifies the server, by this name.
    let socket =
        Socket::builder().secure_transport(SecureTransport::StartTls).connect(to.host.as_str(), to.port)?;
    let mut config = Config::new();
    config.user(&to.user).dbname(&to.database).password(token.expose());
    // Without it, a server that has no TLS would be told the token.
    config.ssl_mode(SslMode::Require);
    let (client, connection) = config.connect_raw(socket, PassthroughTls).await?;
    // It moves the bytes, and ends when the client is dropped.
    wasm_bindgen_futures::spawn_local(async move { drop(connection.await) });
    Ok(client)
}

fn sqlstate(failure: &Failure) -> Option<&str> {
    failure.downcast_ref::<tokio_postgres::Error>()?.code().map(SqlState::code)
}

fn explain(failure: &(dyn std::error::Error + 'static)) -> Value {
    match failure.downcast_ref::<lakebase_credentials::Error>() {
        Some(error) => json!({ "code": error.code.as_str(), "message": error.message, "hint": error.hint() }),
        None => json!({ "message": failure.to_string() }),
    }
}
