//! A service's way to its database: a pool's manager would do what `connect` does.
//!
//! ```sh
//! cargo run --example orders --features tokio-postgres
//! ```
//!
//! It wants `DATABRICKS_HOST`, `DATABRICKS_CLIENT_ID`, `DATABRICKS_CLIENT_SECRET` and `LAKEBASE_INSTANCE`; for a server of
//! your own, such as the emulator's, `PGPORT` and `PGSSLROOTCERT` too. Each time that Enter is pressed it logs in anew.

use std::env::{VarError, var};
use std::error::Error;
use std::io::stdin;

use lakebase_credentials::client::{CredentialOptions, CredentialProvider, Workspace};
use lakebase_credentials::postgres::{ConnectError, Connector};
use tokio_postgres::{Client, Config};

/// The credentials of one database instance, for a service principal.
pub(crate) fn credentials(
    host: &str,
    id: &str,
    secret: &str,
    instance: &str,
) -> Result<CredentialProvider, lakebase_credentials::Error> {
    let workspace = Workspace::builder(host).service_principal(id, secret).build()?;
    workspace.credentials(&CredentialOptions::instance(instance))
}

/// A connection that is ready for queries.
pub(crate) async fn connect(connector: &Connector) -> Result<Client, ConnectError> {
    let (client, connection) = connector.connect().await?;
    // It moves the bytes, and ends when the client is dropped.
    tokio::spawn(connection);
    Ok(client)
}

/// How many orders there are, and who asks.
pub(crate) async fn count_orders(client: &Client) -> Result<(i64, String), tokio_postgres::Error> {
    let row = client.query_one("SELECT count(*), current_user::text FROM orders", &[]).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (host, id) = (var("DATABRICKS_HOST")?, var("DATABRICKS_CLIENT_ID")?);
    let provider = credentials(&host, &id, &var("DATABRICKS_CLIENT_SECRET")?, &var("LAKEBASE_INSTANCE")?)?;
    let mut config = Config::new();
    if let Ok(port) = var("PGPORT") {
        config.port(port.parse()?);
    }
    let ca = match var("PGSSLROOTCERT") {
        Ok(path) => Some(std::fs::read_to_string(path)?),
        Err(VarError::NotPresent) => None,
        Err(error) => return Err(error.into()),
    };
    let connector = Connector::new(&provider, &config, ca.as_deref()).await?;
    let mut line = String::new();
    loop {
        let client = connect(&connector).await?;
        let (orders, user) = count_orders(&client).await?;
        println!("{user} sees {orders} orders; Enter logs in anew");
        if stdin().read_line(&mut line)? == 0 {
            return Ok(());
        }
    }
}
