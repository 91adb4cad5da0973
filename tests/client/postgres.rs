//! Logging in to the database.

use lakebase_credentials::Code;
use lakebase_credentials::client::LoginError;
use lakebase_credentials::postgres::{ConnectError, Connector};
use tokio_postgres::Config;

use crate::emulator::Emulator;
use crate::orders::{connect, count_orders, credentials};

fn config(emulator: &Emulator) -> Config {
    let mut config = Config::new();
    config.port(emulator.database_port());
    config
}

fn refusal(result: Result<impl Sized, ConnectError>) -> ConnectError {
    result.err().expect("the login is refused")
}

#[tokio::test]
async fn the_example_mints_connects_queries_renews_and_reconnects() {
    let emulator = Emulator::start().await;
    let id = emulator.get("client id");
    let provider =
        credentials(emulator.get("workspace"), id, emulator.get("client secret"), "orders").unwrap();
    let connector = Connector::new(&provider, &config(&emulator), Some(&emulator.ca())).await.unwrap();
    let first = connect(&connector).await.unwrap();
    let (orders, user) = count_orders(&first).await.unwrap();
    assert!(orders > 0);
    assert_eq!(user, id);
    connect(&connector).await.unwrap();
    let requests = [("token", 1), ("instance", 1), ("credentials", 1)];
    for (route, count) in requests {
        assert_eq!(emulator.count(route).await, count, "{route}");
    }

    // The token ends, and the workspace token with it; what is open stays.
    let token = provider.token().await.unwrap();
    emulator.advance(3_700).await;
    let second = connect(&connector).await.unwrap();
    assert_eq!(count_orders(&second).await.unwrap(), count_orders(&first).await.unwrap());
    assert_eq!(emulator.logins().await, [true, true, false, true]);
    assert_eq!((emulator.count("token").await, emulator.count("credentials").await), (2, 3));
    assert_ne!(provider.token().await.unwrap(), token);

    let printed = format!("{connector:?} {provider:?}");
    let secrets = [token.expose(), provider.token().await.unwrap().expose(), emulator.get("client secret")]
        .map(str::to_owned);
    for secret in secrets {
        assert!(!printed.contains(&secret));
    }
}

#[tokio::test]
async fn a_server_that_is_not_verified_gets_no_token() {
    let emulator = Emulator::start().await;
    let provider = emulator.provider();
    let mut elsewhere = config(&emulator);
    elsewhere.host("other.example").hostaddr("127.0.0.1".parse().unwrap());
    // Of an authority that nobody trusts, and for another name.
    for (config, ca) in [(config(&emulator), None), (elsewhere, Some(emulator.ca()))] {
        let connector = Connector::new(&provider, &config, ca.as_deref()).await.unwrap();
        let error = refusal(connector.connect().await);
        assert!(matches!(&error, LoginError::Attempt(cause) if cause.code().is_none()), "{error:?}");
    }
    assert_eq!(emulator.logins().await, [false; 0]);
}

#[tokio::test]
async fn a_refused_login_is_tried_once_more_and_explained() {
    let emulator = Emulator::start().await;
    let provider = emulator.provider();
    let mut stranger = config(&emulator);
    stranger.user("nobody@example.com");
    let connector = Connector::new(&provider, &stranger, Some(&emulator.ca())).await.unwrap();
    let error = refusal(connector.connect().await);
    let LoginError::Refused { error, cause } = error else { panic!("{error:?}") };
    assert_eq!(error.code, Code::LoginRefused);
    assert!(error.hint().contains("databricks_create_role"));
    assert_eq!(cause.code().map(tokio_postgres::error::SqlState::code), Some("28P01"));
    assert_eq!(emulator.logins().await, [false, false]);
}
