//! Connections by [`tokio_postgres`], over TLS that verifies the server and sends its name (SNI): feature `tokio-postgres`.

use alloc::borrow::ToOwned;
use alloc::string::ToString;
use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::client::{ConnectionOptions, CredentialProvider, LoginError, system_tls, tls_builder};
use crate::error::{Code, Error};

/// The connection that a [`Client`] speaks on: spawn it, since it is what moves the bytes.
pub type Connection =
    tokio_postgres::Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Why there is no connection.
pub type ConnectError = LoginError<tokio_postgres::Error>;

/// How long a login may take, unless the configuration has a `connect_timeout`.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Connects to a provider's database, as often as asked, each time with a token that is good.
///
/// A pool's manager calls [`Connector::connect`] for each of its connections. Those that are open stay when a token ends.
#[derive(Clone)]
pub struct Connector {
    provider: CredentialProvider,
    config: Config,
    tls: MakeRustlsConnect,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Connector {
    /// Takes tokio-postgres' own configuration, `Config::new()` if there is nothing to say. Host and user are looked up
    /// unless it names them; the database is `databricks_postgres` unless it names one.
    ///
    /// The server is verified against the certificate authorities of the system, or against those of `ca`, in PEM form,
    /// alone. A configuration that has a password, more than one host, a socket, or `sslmode=disable` is refused.
    pub async fn new(
        provider: &CredentialProvider,
        config: &Config,
        ca: Option<&str>,
    ) -> Result<Self, Error> {
        let given = read(config)?;
        let tls = match ca {
            Some(pem) => trust(pem)?,
            None => system_tls()?,
        };
        let connection = provider.connection(&given).await?;
        let mut config = config.clone();
        if config.get_hosts().is_empty() {
            config.host(connection.host);
        }
        if config.get_ports().is_empty() {
            config.port(connection.port);
        }
        config.user(connection.user).dbname(connection.database).ssl_mode(SslMode::Require);
        Ok(Self { provider: provider.clone(), config, tls: MakeRustlsConnect::new(tls) })
    }

    /// Connects and logs in. A token that the database refuses is dropped, and the login tried once more with a new one.
    pub async fn connect(&self) -> Result<(Client, Connection), ConnectError> {
        let limit = self.config.get_connect_timeout().copied().unwrap_or(TIMEOUT);
        let attempt = |token: crate::Secret| {
            let (mut config, tls) = (self.config.clone(), self.tls.clone());
            config.password(token.expose());
            async move { config.connect(tls).await }
        };
        let login =
            self.provider.login(attempt, |error| error.code().map(tokio_postgres::error::SqlState::code));
        tokio::time::timeout(limit, login).await.unwrap_or_else(|_| {
            Err(Error::new(Code::Timeout, "the database did not finish the login within the time given")
                .into())
        })
    }
}

/// What a configuration says of the connection, judged: what would betray the token is refused.
fn read(config: &Config) -> Result<ConnectionOptions, Error> {
    if config.get_password().is_some() {
        return Err(Error::argument(
            "password",
            "comes from the provider: a fixed one would end within the hour",
        ));
    }
    if config.get_ssl_mode() == SslMode::Disable {
        let mut error =
            Error::new(Code::InsecureTls, "`sslmode` is \"disable\", which sends the token unencrypted");
        error.option = Some("sslmode".to_owned());
        return Err(error);
    }
    let host = match config.get_hosts() {
        [] if config.get_hostaddrs().is_empty() => None,
        [Host::Tcp(host)] => Some(host.clone()),
        [] => {
            return Err(Error::argument(
                "hostaddr",
                "has no host beside it, by whose name the server is verified",
            ));
        }
        _ => return Err(Error::argument("host", "must be one host name: the server is verified by it")),
    };
    let port = match config.get_ports() {
        [] => None,
        [port] => Some(*port),
        _ => return Err(Error::argument("port", "must be one port")),
    };
    let text = |text: Option<&str>| text.map(ToOwned::to_owned);
    let (user, database) = (text(config.get_user()), text(config.get_dbname()));
    Ok(ConnectionOptions { host, port, user, database, wait_for_available: None })
}

/// Trusts the certificate authorities of this PEM, and no others.
fn trust(pem: &str) -> Result<ClientConfig, Error> {
    let refuse = |why: &str| Error::argument("ca", &["must be certificates in PEM form: ", why].concat());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| refuse(&error.to_string()))?;
        roots.add(certificate).map_err(|error| refuse(&error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(refuse("there is none in it"));
    }
    Ok(tls_builder()?.with_root_certificates(Arc::new(roots)).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        text.parse().unwrap()
    }

    #[test]
    fn a_configuration_that_would_betray_the_token_is_refused() {
        for (text, option) in [
            ("password=x", "password"),
            ("sslmode=disable host=a.example", "sslmode"),
            ("host=a.example,b.example", "host"),
            ("host=/var/run/postgresql", "host"),
            ("hostaddr=127.0.0.1", "hostaddr"),
            ("host=a.example port=1,2", "port"),
        ] {
            assert_eq!(read(&config(text)).unwrap_err().option.as_deref(), Some(option), "{text}");
        }
        let given = read(&config("host=a.example port=5433 user=u dbname=d")).unwrap();
        assert_eq!((given.host.as_deref(), given.port), (Some("a.example"), Some(5433)));
        assert_eq!((given.user.as_deref(), given.database.as_deref()), (Some("u"), Some("d")));
    }

    #[test]
    fn only_certificates_are_trusted() {
        for pem in ["", "no pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(trust(pem).unwrap_err().option.as_deref(), Some("ca"), "{pem}");
        }
    }
}
