//! One identity at one workspace.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use super::credential::{CredentialOptions, DatabaseCredential, GenerateDatabaseCredential};
use super::event::CredentialEvent;
use super::options::Options;
use super::platform::{BoxFuture, Listener, MaybeSend, SubjectToken};
use super::provider::CredentialProvider;
use super::run::{Client, request_id};
use crate::error::{Code, Error};
use crate::http::{Outcome, Response};
use crate::instance::Instance;
use crate::json::{self, Value};
use crate::operation::{Operation, Output};
use crate::session::{Provider, Session};
use crate::shared::{Rc, RefCell};
use crate::target::{Target, check_name};

/// How long a call waits, in ms. Whoever wants to wait for less drops its future.
pub(super) const TIMEOUT: u64 = 30_000;

/// One identity at one workspace. Its clones are the same workspace: share it, since its callers share their tokens.
#[derive(Clone, Debug)]
pub struct Workspace {
    client: Rc<Client>,
    providers: Rc<Providers>,
}

#[derive(Default)]
struct Providers(RefCell<Vec<Rc<Provider>>>);

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.borrow().iter().map(|provider| provider.target.name().to_owned()))
            .finish()
    }
}

impl Workspace {
    /// Begins with the workspace's address: `my-workspace.cloud.databricks.com`, with `https://` or without, and with
    /// `?o=<workspace id>` on a host that serves many. `http://` is taken for loopback addresses only.
    pub fn builder(host: impl Into<String>) -> WorkspaceBuilder {
        let mut options = Options::default();
        options.put("host", Value::String(host.into()));
        WorkspaceBuilder { options, details: None, subject_token: None, listener: None }
    }

    /// Its address.
    pub fn host(&self) -> &str {
        self.client.session.address.origin()
    }

    /// What keeps a credential for a database fresh. The same options give the same provider.
    pub fn credentials(&self, options: &CredentialOptions) -> Result<CredentialProvider, Error> {
        let target = options.options().read(Target::of_provider)?;
        let mut providers = self.providers.0.borrow_mut();
        let known = providers.iter().find(|known| known.target.key() == target.key()).map(Rc::clone);
        let provider = known.unwrap_or_else(|| {
            let provider = Rc::new(Provider::new(&self.client.session, target));
            providers.push(Rc::clone(&provider));
            provider
        });
        Ok(CredentialProvider::new(Rc::clone(&self.client), provider))
    }

    /// One credential, not cached: the call of the Databricks SDKs by this name.
    pub async fn generate_database_credential(
        &self,
        options: &GenerateDatabaseCredential,
    ) -> Result<DatabaseCredential, Error> {
        let (target, id) = options.options().read(|fields| {
            let id = match fields.get("requestId") {
                Some(_) => fields.header("requestId", 128)?.to_owned(),
                None => request_id(),
            };
            Ok((Target::of_call(fields)?, id))
        })?;
        match self.run(|session, deadline| Operation::generate(session, target, id, deadline)).await? {
            Output::Token(token) => Ok(DatabaseCredential::of(&token)),
            _ => Err(odd()),
        }
    }

    /// A provisioned database instance.
    pub async fn get_database_instance(&self, name: &str) -> Result<Instance, Error> {
        self.describe("instance", name).await
    }

    /// An autoscaling endpoint, by its path.
    pub async fn get_endpoint(&self, path: &str) -> Result<Instance, Error> {
        self.describe("endpoint", path).await
    }

    /// All provisioned database instances.
    pub async fn list_database_instances(&self) -> Result<Vec<Instance>, Error> {
        match self.run(Operation::list).await? {
            Output::Instances(all) => Ok(all.into_iter().map(|details| Instance { details }).collect()),
            _ => Err(odd()),
        }
    }

    /// An instance by its name, or an endpoint by its path, once it takes connections. One that will not do so by itself is
    /// [`Code::InstanceNotAvailable`].
    pub async fn wait_until_available(&self, name: &str, timeout: Duration) -> Result<Instance, Error> {
        let name = checked("available", name)?;
        let deadline = self.client.deadline(millis(timeout));
        let operation = Operation::available(&self.client.session, &name, deadline);
        instance(self.client.run(operation).await?)
    }

    /// The name that the workspace knows this identity by, which is its Postgres user.
    pub async fn current_user(&self) -> Result<String, Error> {
        match self.run(Operation::user).await? {
            Output::User(name) => Ok(name),
            _ => Err(odd()),
        }
    }

    async fn describe(&self, kind: &str, name: &str) -> Result<Instance, Error> {
        let name = checked(kind, name)?;
        instance(self.run(|session, deadline| Operation::describe(session, &name, deadline)).await?)
    }

    async fn run(&self, begin: impl FnOnce(&Rc<Session>, u64) -> Operation) -> Result<Output, Error> {
        let operation = begin(&self.client.session, self.client.deadline(TIMEOUT));
        self.client.run(operation).await
    }
}

fn checked(kind: &str, name: &str) -> Result<String, Error> {
    Ok(check_name(kind, &name.into())?.to_owned())
}

fn instance(output: Output) -> Result<Instance, Error> {
    match output {
        Output::Instance(instance) => Ok(instance),
        _ => Err(odd()),
    }
}

/// What no operation does.
pub(super) fn odd() -> Error {
    Error::new(Code::UnexpectedResponse, "the call brought something else than was asked for")
}

pub(super) fn millis(time: Duration) -> u64 {
    // A year is as good as for ever, and leaves room to add to.
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).min(31_536_000_000)
}

/// What a [`Workspace`] is made of: its host, and one identity.
#[must_use = "a builder does nothing until it builds"]
pub struct WorkspaceBuilder {
    options: Options,
    details: Option<String>,
    subject_token: Option<SubjectToken>,
    listener: Option<Listener>,
}

impl WorkspaceBuilder {
    /// Machine to machine: a service principal's OAuth client credentials.
    pub fn service_principal(
        mut self,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        self.options.put("clientId", Value::String(client_id.into()));
        self.options.put("clientSecret", Value::String(client_secret.into()));
        self
    }

    /// A token that is already there: a personal access token, or a forwarded user token.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.options.put("token", Value::String(token.into()));
        self
    }

    /// Federation: `ask` gives the platform's JWT, so that there is no secret. It is asked about once an hour. What it gives
    /// goes to the token endpoint of the host and nowhere else. Of its error the type alone is told, since its words may quote
    /// the JWT: log them where they are known to be harmless.
    pub fn subject_token<A, F, E>(mut self, ask: A) -> Self
    where
        A: Fn() -> F + MaybeSend + 'static,
        F: Future<Output = Result<String, E>> + MaybeSend + 'static,
    {
        self.options.put("subjectToken", Value::Other);
        self.subject_token = Some(Box::new(move || {
            let asked = ask();
            Box::pin(async move {
                match asked.await {
                    Ok(body) => Outcome::Response(Response { body, ..Response::default() }),
                    // Its words may quote the token.
                    Err(_) => Outcome::Unreachable(core::any::type_name::<E>().into()),
                }
            }) as BoxFuture<Outcome>
        }));
        self
    }

    /// The service principal of [`WorkspaceBuilder::subject_token`], under that one's own federation policy only.
    pub fn client_id(mut self, client_id: impl Into<String>) -> Self {
        self.options.put("clientId", Value::String(client_id.into()));
        self
    }

    /// The scopes that a workspace token is asked for, in the place of `all-apis`.
    pub fn scopes<S: AsRef<str>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        let scopes = scopes.into_iter().map(|scope| scope.as_ref().into()).collect();
        self.options.put("scopes", Value::Array(scopes));
        self
    }

    /// The authorization details (RFC 9396) that a workspace token is asked for: the JSON text of an array.
    pub fn authorization_details(mut self, json: impl Into<String>) -> Self {
        let text = json.into();
        self.options.put("authorizationDetails", json::parse(&text).unwrap_or(Value::Other));
        self.details = Some(text);
        self
    }

    /// For account-level and unified hosts, which must be asked where their tokens are had. The account is needed unless the
    /// host names it.
    pub fn discovery(mut self, account_id: Option<&str>) -> Self {
        self.options.put("discovery", Value::Bool(true));
        self.options.put_text("accountId", account_id);
        self
    }

    /// The longest that one HTTP request may take: 10 s if not said.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.options.put_millis("requestTimeout", Some(timeout));
        self
    }

    /// Hears what becomes of each mint of each provider's, those in the background too: for logs and metrics. It is called in
    /// their midst, so it must return soon; the one given last is heard.
    pub fn on_event(mut self, listener: impl Fn(&CredentialEvent) + MaybeSend + 'static) -> Self {
        self.listener = Some(Box::new(listener));
        self
    }

    /// The workspace. No request is made. What was said wrong is [`Code::InvalidArgument`] and names the option.
    pub fn build(self) -> Result<Workspace, Error> {
        let mut session = self.options.read(Session::from_options)?;
        if let Some(details) = self.details {
            session.access.details = details;
        }
        let client = Rc::new(Client::new(session, self.subject_token, self.listener)?);
        Ok(Workspace { client, providers: Rc::default() })
    }
}

impl fmt::Debug for WorkspaceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The options print by their kinds only.
        f.debug_struct("WorkspaceBuilder").field("options", &self.options).finish_non_exhaustive()
    }
}
