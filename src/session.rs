//! One identity at one workspace, and the workspace token that its calls share.

use alloc::borrow::ToOwned;
#[cfg(feature = "admin")]
use alloc::vec::Vec;

use crate::access::Access;
use crate::address::Address;
use crate::clock::{Clock, Now};
use crate::discovery::Discovery;
use crate::error::Error;
use crate::fields::{Fields, NAME_MAX};
use crate::http::REQUEST_TIMEOUT;
use crate::identity::Identity;
#[cfg(feature = "admin")]
use crate::planner::Planner;
use crate::shared::{Cell, update};
#[cfg(feature = "admin")]
use crate::shared::{OnceCell, Rc, RefCell, Weak};
#[cfg(feature = "admin")]
use crate::sign_in::{Client, SignIn};
use crate::target::Target;
use crate::token::Slot;

/// One identity at one workspace.
pub struct Session {
    /// Where requests go.
    pub address: Address,
    /// Who asks.
    pub identity: Identity,
    /// Time limit of one request, in ms.
    pub request_timeout: u64,
    /// What workspace tokens are asked for.
    pub access: Access,
    /// How far the way to the token endpoint is known.
    pub discovery: Discovery,
    /// The workspace token.
    pub token: Slot,
    #[cfg(feature = "admin")]
    life: Life,
    slots: Cell<u32>,
    clock: Cell<Clock>,
    #[cfg(not(target_arch = "wasm32"))]
    turn: Cell<()>,
}

/// How a session hangs on a sign-in.
#[cfg(feature = "admin")]
#[derive(Default)]
struct Life {
    /// What gives its tokens.
    sign_in: OnceCell<Rc<SignIn>>,
    ended: Cell<bool>,
    providers: RefCell<Vec<Weak<Provider>>>,
}

impl Session {
    /// Reads `host`, one [`Identity`] and its [`Access`], `discovery` with `accountId`, and
    /// `requestTimeout` (ms).
    pub fn from_options(fields: &Fields) -> Result<Self, Error> {
        let address = Address::parse(fields.required("host", NAME_MAX)?)?;
        let identity = Identity::from_options(fields)?;
        let request_timeout = fields.number("requestTimeout", 1, 600_000)?.unwrap_or(REQUEST_TIMEOUT);
        Ok(Self {
            discovery: Discovery::from_options(fields, &address)?,
            access: Access::from_options(fields, "all-apis")?,
            address,
            identity,
            request_timeout,
            token: Slot::new(0, false),
            #[cfg(feature = "admin")]
            life: Life::default(),
            slots: Cell::default(),
            clock: Cell::default(),
            #[cfg(not(target_arch = "wasm32"))]
            turn: Cell::default(),
        })
    }

    /// The moment, from the platform's monotonic and wall clock, both in ms.
    pub fn now(&self, monotonic: f64, wall: f64) -> Now {
        update(&self.clock, |clock| clock.read(monotonic, wall))
    }

    /// Held by a thread for each step of an operation: between a look at what is held and what follows from it, no other
    /// thread comes.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn turn(&self) -> std::sync::MutexGuard<'_, ()> {
        self.turn.lock()
    }

    /// A session for the requests of a sign-in itself.
    #[cfg(feature = "admin")]
    pub(crate) fn of_client(client: &Client, request_timeout: u64) -> Result<Self, Error> {
        Ok(Self {
            discovery: Discovery::from_options(&Fields::of_object(None), &client.address)?,
            access: client.access.clone(),
            address: client.address.clone(),
            identity: Identity::SignedIn,
            request_timeout,
            token: Slot::new(0, false),
            life: Life::default(),
            slots: Cell::default(),
            clock: Cell::default(),
            #[cfg(not(target_arch = "wasm32"))]
            turn: Cell::default(),
        })
    }

    /// Gets its tokens from this sign-in from now on.
    #[cfg(feature = "admin")]
    pub(crate) fn live_on(&self, sign_in: &Rc<SignIn>) {
        let _ = self.life.sign_in.set(Rc::clone(sign_in));
    }

    /// The sign-in that its tokens come from.
    #[cfg(feature = "admin")]
    pub(crate) fn sign_in(&self) -> Option<&Rc<SignIn>> {
        self.life.sign_in.get()
    }

    /// Has this provider's token dropped when the session ends.
    #[cfg(feature = "admin")]
    pub fn adopt(&self, provider: &Rc<Provider>) {
        self.life.providers.borrow_mut().push(Rc::downgrade(provider));
    }

    /// Drops all tokens; what is under way fails, and so does all that is begun later.
    #[cfg(feature = "admin")]
    pub(crate) fn end(&self) {
        self.life.ended.set(true);
        self.token.with(Planner::clear);
        for provider in self.life.providers.take() {
            if let Some(provider) = provider.upgrade() {
                provider.slot.with(Planner::clear);
            }
        }
    }

    /// Whether it has ended.
    #[cfg(feature = "admin")]
    pub(crate) fn has_ended(&self) -> bool {
        self.life.ended.get()
    }

    /// Says in an error who asked.
    pub(crate) fn name(&self, mut error: Error) -> Error {
        error.identity.get_or_insert_with(|| self.identity.name().to_owned());
        error
    }
}

/// What a credential provider and its flights share.
pub struct Provider {
    /// What its credentials are for.
    pub target: Target,
    /// The credential held.
    pub slot: Slot,
}

impl Provider {
    /// A provider that holds nothing.
    pub fn new(session: &Session, target: Target) -> Self {
        let serial = update(&session.slots, |last| {
            *last += 1;
            *last
        });
        Self { target, slot: Slot::new(serial, true) }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::operation::Operation;

    #[test]
    fn threads_may_share_all_of_it() {
        const fn shared<T: Send + Sync>() {}
        const fn moved<T: Send>() {}
        shared::<Session>();
        shared::<Provider>();
        moved::<Operation>();
    }
}
