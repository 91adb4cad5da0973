//! One identity at one workspace, and the workspace token that its calls share.

use alloc::borrow::ToOwned;
use core::cell::Cell;

use crate::access::Access;
use crate::address::Address;
use crate::clock::{Clock, Now};
use crate::discovery::Discovery;
use crate::error::Error;
use crate::fields::{Fields, NAME_MAX};
use crate::http::REQUEST_TIMEOUT;
use crate::identity::Identity;
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
    slots: Cell<u32>,
    clock: Cell<Clock>,
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
            slots: Cell::default(),
            clock: Cell::default(),
        })
    }

    /// The moment, from the platform's monotonic and wall clock, both in ms.
    pub fn now(&self, monotonic: f64, wall: f64) -> Now {
        let mut clock = self.clock.take();
        let now = clock.read(monotonic, wall);
        self.clock.set(clock);
        now
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
        let serial = session.slots.get() + 1;
        session.slots.set(serial);
        Self { target, slot: Slot::new(serial, true) }
    }
}
