//! Looking up instances, endpoints and the caller's own name.

use std::rc::Rc;

use super::platform::{now, random};
use super::session::{Session, Unwatched};
use super::wait::Wait;
use crate::call::backoff;
use crate::error::Error;
use crate::instance::{Instance, Readiness, me_request, user_name};

/// Describes an instance, or an endpoint by its path, within `deadline` (elapsed ms).
pub(super) async fn describe(session: &Rc<Session>, name: &str, deadline: u64) -> Result<Instance, Error> {
    let about = |mut error: Error| {
        error.target = Some(name.to_owned());
        session.name(error)
    };
    let request = if name.contains('/') {
        Instance::endpoint_request(&session.address, name)
    } else {
        Instance::request(&session.address, name)
    };
    let answer = session.call(request, deadline, &Unwatched).await.map_err(about)?;
    Instance::from_response(&answer.response).map_err(about)
}

/// Asks again, with growing pauses, until the instance is available. One that will not become so by itself, and one
/// that is not by `deadline` (elapsed ms), is an error that names the state.
pub(super) async fn wait_until_available(
    session: &Rc<Session>,
    name: &str,
    deadline: u64,
    tell: &dyn Fn(&Instance),
) -> Result<Instance, Error> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let instance = describe(session, name, deadline).await?;
        tell(&instance);
        let pause = backoff(attempt, random());
        match instance.readiness() {
            Readiness::Available => return Ok(instance),
            Readiness::Coming if now().elapsed + pause < deadline => Wait::sleep(pause).await,
            _ => return Err(session.name(instance.not_available())),
        }
    }
}

/// The Postgres user of this identity: known for a service principal, asked for otherwise.
pub(super) async fn postgres_user(session: &Rc<Session>, deadline: u64) -> Result<String, Error> {
    if let Some(user) = session.identity.user() {
        return Ok(user.to_owned());
    }
    let answer = session.call(me_request(&session.address), deadline, &Unwatched).await?;
    user_name(&answer.response).map_err(|error| session.name(error))
}
