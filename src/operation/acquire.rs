//! A provider's token: served, or got by a flight that all its callers wait for.

use alloc::boxed::Box;

use super::{FLIGHT, GRACE, Input, Mint, Operation, Output, Platform, Step, Work};
use crate::clock::Now;
use crate::error::Error;
use crate::planner::{Decision, Need};
use crate::session::Provider;
use crate::shared::Rc;

impl Operation {
    pub(super) fn acquire_step(
        &mut self,
        provider: &Rc<Provider>,
        min_remaining: Option<u64>,
        input: &Input,
        platform: &Platform,
    ) -> Result<Step, Error> {
        let now = &platform.now;
        let need = Need { min_remaining, deadline: self.deadline, joined: self.joined };
        let decision = provider.slot.with(|planner| {
            if let (Input::Lost, Some(flight)) = (input, self.joined) {
                planner.lose(flight);
            }
            planner.decide(now, &need)
        });
        match decision {
            Decision::Serve { value, renew: false } => Ok(Step::Done(Output::Token(value))),
            // The next step finds the flight under way, and serves.
            Decision::Serve { renew: true, .. } => Ok(self.mint(provider, true, platform)),
            Decision::Begin => Ok(self.mint(provider, false, platform)),
            waiting => self.wait(provider.slot.serial, waiting, now),
        }
    }

    pub(super) fn mint(&self, provider: &Rc<Provider>, early: bool, platform: &Platform) -> Step {
        let begun = platform.now.elapsed;
        let (before, id) = provider.slot.with(|planner| {
            let before = planner.state(&platform.now);
            (before, planner.begin(&platform.now, begun + self.session.request_timeout + GRACE))
        });
        let (provider, request_id) = (Rc::clone(provider), (platform.request_id)());
        let work = Work::Mint(Rc::new(Mint { provider, request_id, begun, early, before, id }));
        Step::Launch(Box::new(Self::new(&self.session, &self.target, begun + FLIGHT, work)))
    }

    pub(super) fn wait<T>(&mut self, slot: u32, decision: Decision<T>, now: &Now) -> Result<Step, Error> {
        match decision {
            Decision::Join { flight, until } => {
                self.joined = Some(flight);
                self.alive(until + GRACE);
                Ok(Step::Join { slot, flight, ms: until.saturating_sub(now.elapsed) + 1 })
            }
            Decision::Wait { until } => {
                self.alive(until + GRACE);
                // One more, since timers may fire within the ms before they are due.
                Ok(Step::Sleep(until.saturating_sub(now.elapsed) + 1))
            }
            Decision::Fail(error) => Err(error),
            Decision::Serve { .. } | Decision::Begin => Ok(Step::Sleep(0)),
        }
    }
}
