//! What keeps one database credential fresh.

use core::fmt;
use core::time::Duration;
use std::time::SystemTime;

use super::credential::{ConnectionOptions, DatabaseCredential, time};
use super::options::Options;
use super::platform;
use super::run::Client;
use super::workspace::{TIMEOUT, millis, odd};
use crate::connection::Connection;
use crate::driver::{check_given, read_connection};
use crate::error::Error;
use crate::login::{refused, refuses};
use crate::operation::{Operation, Output};
use crate::planner::{Decision, Need, Planner, State};
use crate::secret::Secret;
use crate::session::Provider;
use crate::shared::Rc;
use crate::token::Token;

/// What keeps one database credential fresh: it caches it, renews it early in the background, and shares one mint among
/// all who ask. Its clones are the same provider.
#[derive(Clone)]
pub struct CredentialProvider {
    client: Rc<Client>,
    provider: Rc<Provider>,
}

impl fmt::Debug for CredentialProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialProvider")
            .field("target", &self.target())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl CredentialProvider {
    pub(super) fn new(client: Rc<Client>, provider: Rc<Provider>) -> Self {
        Self { client, provider }
    }

    /// The token, the Postgres password: good for 30 s at least, or for a quarter of its life if that is less.
    pub async fn token(&self) -> Result<Secret, Error> {
        Ok(self.acquire(None).await?.secret.clone())
    }

    /// The token and when it ends.
    pub async fn credential(&self) -> Result<DatabaseCredential, Error> {
        Ok(DatabaseCredential::of(&*self.acquire(None).await?))
    }

    /// The same, with so much life left at least.
    pub async fn credential_lasting(&self, min_remaining: Duration) -> Result<DatabaseCredential, Error> {
        let mut options = Options::default();
        options.put_millis("minRemaining", Some(min_remaining));
        let min_remaining = options.read(|fields| self.provider.target.read_min_remaining(fields))?;
        Ok(DatabaseCredential::of(&*self.acquire(min_remaining).await?))
    }

    async fn acquire(&self, min_remaining: Option<u64>) -> Result<Rc<Token>, Error> {
        let session = &self.client.session;
        let now = platform::now(session);
        let need = Need { min_remaining, deadline: now.elapsed + TIMEOUT, joined: None };
        if let Decision::Serve { value, renew: false } =
            self.provider.slot.with(|planner| planner.decide(&now, &need))
        {
            return Ok(value);
        }
        let operation = Operation::acquire(session, Rc::clone(&self.provider), min_remaining, need.deadline);
        match self.client.run(operation).await? {
            Output::Token(token) => Ok(token),
            _ => Err(odd()),
        }
    }

    /// Drops this token if it is still the one held: `true` if it was. The next call mints another.
    pub fn invalidate(&self, token: &Secret) -> bool {
        self.provider.slot.invalidate(&platform::now(&self.client.session), token.expose())
    }

    /// What `attempt` gives with the token. If Postgres refuses the login (SQLSTATE `28P01` or `28000`), the token is
    /// dropped and `attempt` called once more with a new one. Of tokens that have time left, one in a minute is dropped, or
    /// the next at once when an attempt has succeeded.
    ///
    /// `sqlstate` tells the SQLSTATE of a driver's error, if it has one.
    pub async fn login<T, E, A, F>(
        &self,
        mut attempt: A,
        sqlstate: impl Fn(&E) -> Option<&str>,
    ) -> Result<T, LoginError<E>>
    where
        A: FnMut(Secret) -> F,
        F: Future<Output = Result<T, E>>,
    {
        let mut again = false;
        loop {
            let token = self.token().await?;
            let cause = match attempt(token.clone()).await {
                Ok(done) => {
                    self.provider.slot.with(Planner::accept);
                    return Ok(done);
                }
                Err(cause) => cause,
            };
            if !sqlstate(&cause).is_some_and(refuses) {
                return Err(LoginError::Attempt(cause));
            }
            let error = self.refused(Some(&token));
            if again || !error.retryable {
                return Err(LoginError::Refused { error, cause });
            }
            again = true;
        }
    }

    /// What the error of a pool's connection means, by its SQLSTATE; `None` if the login was not refused.
    ///
    /// A token that was refused is dropped, so that the next connection has a new one: the error is retryable then. If a
    /// new token is refused too, it is kept for a minute, since a missing role is refused with every token. Where there was
    /// no token to log in with, it is the error of the mint.
    pub fn login_error(&self, sqlstate: &str) -> Option<Error> {
        refuses(sqlstate).then(|| self.refused(None))
    }

    fn refused(&self, token: Option<&Secret>) -> Error {
        let session = &self.client.session;
        refused(session, &self.provider, &platform::now(session), token.map(Secret::expose))
    }

    /// Where to connect, and as whom.
    pub async fn connection(&self, options: &ConnectionOptions) -> Result<Connection, Error> {
        // All that was given is judged before a request is made.
        let given = options.options().read(read_connection)?;
        check_given(&given)?;
        let wait = options.wait_for_available.map_or(0, millis);
        let (available_by, deadline) = (self.client.deadline(wait), self.client.deadline(wait + TIMEOUT));
        let session = &self.client.session;
        let operation = Operation::connect(session, &self.provider, given, available_by, deadline);
        match self.client.run(operation).await? {
            Output::Connection(connection) => Ok(connection),
            _ => Err(odd()),
        }
    }

    /// How fresh the credential held is.
    pub fn state(&self) -> State {
        let now = platform::now(&self.client.session);
        self.provider.slot.with(|planner| planner.state(&now))
    }

    /// When the credential held ends.
    pub fn expiration_time(&self) -> Option<SystemTime> {
        self.provider.slot.with(|planner| planner.held().map(|token| time(token.expires_at)))
    }

    /// The instance's name or the endpoint's path.
    pub fn target(&self) -> &str {
        self.provider.target.name()
    }
}

/// Why [`CredentialProvider::login`] failed; `E` is the driver's own error.
#[derive(Debug)]
pub enum LoginError<E> {
    /// There is no credential.
    Credential(Error),
    /// The database refused a new token too: [`crate::Code::LoginRefused`].
    Refused {
        /// What that means, and what to do.
        error: Error,
        /// What the database said.
        cause: E,
    },
    /// It failed for another reason than the credential.
    Attempt(E),
}

impl<E> From<Error> for LoginError<E> {
    fn from(error: Error) -> Self {
        Self::Credential(error)
    }
}

impl<E: fmt::Display> fmt::Display for LoginError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credential(error) | Self::Refused { error, .. } => error.fmt(f),
            Self::Attempt(cause) => cause.fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for LoginError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Credential(_) => None,
            Self::Refused { cause, .. } => Some(cause),
            Self::Attempt(cause) => cause.source(),
        }
    }
}
