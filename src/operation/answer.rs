//! What an operation asks for next, and what it makes of the answer.

use alloc::borrow::ToOwned;

use super::{Input, Notice, Operation, Output, Platform, Step, Work};
use crate::answer::odd;
use crate::call::{Call, backoff};
use crate::classify::Hop;
use crate::driver::check_whole;
use crate::error::{Code, Error};
use crate::http::{Request, Response};
use crate::instance::{Instance, Page, Readiness, me_request, user_name};
use crate::lifetime::Credential;
use crate::session::Session;
use crate::shared::Rc;
use crate::token::Token;

/// Pages asked for at the most: a list whose pages never end is none.
const PAGES: u32 = 1_000;
/// Most that a list's answers may hold in all, in bytes.
const LIST_MAX: usize = 32 * 1024 * 1024;

impl Operation {
    /// The next request of this operation; `None` if a connection needs no more.
    pub(super) fn request(&self) -> Option<Request> {
        let address = &self.session.address;
        match &self.work {
            Work::Mint(mint) => Some(mint.provider.target.mint_request(address, &mint.request_id)),
            Work::Token { asked, .. } => {
                let Session { identity, discovery, access, .. } = &*self.session;
                match discovery.token_endpoint() {
                    Some(url) => identity.token_request(&url, access, asked),
                    None => Some(discovery.request()),
                }
            }
            Work::Generate { target, request_id } => Some(target.mint_request(address, request_id)),
            Work::Describe | Work::Available => Some(Instance::request(address, &self.target)),
            #[cfg(feature = "admin")]
            Work::NativeLogin { enabled } => {
                Some(Instance::native_login_request(address, &self.target, *enabled))
            }
            Work::List { .. } => Some(Page::request(address, None)),
            #[cfg(feature = "admin")]
            Work::Endpoints(listing) => Some(Request::get(address, &listing.next()?)),
            #[cfg(feature = "admin")]
            Work::Exchange(exchange) => Some(exchange.request()),
            Work::User => Some(me_request(address)),
            Work::Connect { connection, .. } if connection.host.is_empty() => {
                Some(Instance::request(address, &self.target))
            }
            Work::Connect { connection, .. } if connection.user.is_empty() => Some(me_request(address)),
            Work::Connect { .. } | Work::Acquire { .. } => None,
        }
    }

    /// Reads a successful answer, and ends or goes on.
    pub(super) fn answered(&mut self, response: &Response, platform: &Platform) -> Result<Step, Error> {
        let Some(call) = self.call.take() else { return Ok(Step::Done(Output::None)) };
        let attempts = call.attempts() + 1;
        self.answers += 1;
        let (now, random) = (&platform.now, (platform.random)());
        let pause = backoff(self.answers, random);
        let output = match &mut self.work {
            Work::Acquire { .. } => Output::None,
            Work::Mint(mint) => {
                let longest = mint.provider.target.longest_life();
                let minted = Credential::from_response(response, now.wall, longest)?;
                let token = Rc::new(Token { secret: minted.token, expires_at: minted.expires_at });
                let slot = &mint.provider.slot;
                slot.with(|planner| planner.land(mint.id, now, &self.sent, minted.lifetime, token, random));
                (platform.notify)(Notice::Minted { flight: mint, attempts });
                Output::None
            }
            Work::Token { .. } if call.request.method == "GET" => {
                self.session.discovery.read(&call.request.url, response, &self.session.address)?;
                return self.advance(Input::None, platform);
            }
            Work::Token { id, .. } => {
                let id = *id;
                self.land(id, response, now, random)?;
                Output::None
            }
            Work::Generate { target, .. } => {
                let minted = Credential::from_response(response, now.wall, target.longest_life())?;
                Output::Token(Rc::new(Token { secret: minted.token, expires_at: minted.expires_at }))
            }
            Work::Describe => Output::Instance(Instance::from_response(response)?),
            #[cfg(feature = "admin")]
            Work::NativeLogin { .. } => Output::Instance(Instance::from_response(response)?),
            Work::Available => {
                let instance = Instance::from_response(response)?;
                (platform.notify)(Notice::Progress(&instance));
                if instance.wait(now.elapsed + pause < self.deadline)? == Readiness::Coming {
                    return Ok(self.pause(pause, now));
                }
                Output::Instance(instance)
            }
            Work::List { all, read } => {
                *read += response.body.len();
                let mut page = Page::from_response(response)?;
                all.append(&mut page.instances);
                if let Some(token) = page.next {
                    if self.answers >= PAGES || *read > LIST_MAX {
                        return Err(odd(Hop::Api, "lists more than any workspace has"));
                    }
                    let request = Page::request(&self.session.address, Some(&token));
                    self.call = Some(Call::new(request, self.deadline));
                    return self.send(platform);
                }
                Output::Instances(core::mem::take(all))
            }
            #[cfg(feature = "admin")]
            Work::Endpoints(listing) => {
                listing.take(response)?;
                return self.list_on(platform);
            }
            #[cfg(feature = "admin")]
            Work::Exchange(exchange) => Output::Grant(exchange.granted(response, now.wall)?),
            Work::User => Output::User(user_name(response)?),
            Work::Connect { connection, available_by } if connection.host.is_empty() => {
                let instance = Instance::from_response(response)?;
                if instance.wait(now.elapsed + pause < *available_by)? == Readiness::Coming {
                    return Ok(self.pause(pause, now));
                }
                instance.host().ok_or_else(|| instance.no_host())?.clone_into(&mut connection.host);
                return self.advance(Input::None, platform);
            }
            Work::Connect { connection, .. } => {
                connection.user = user_name(response)?;
                return self.connected();
            }
        };
        Ok(Step::Done(output))
    }

    /// Leaves out the list that was asked for, if what it is of may have been deleted meanwhile; tells whether it did.
    #[cfg(feature = "admin")]
    pub(super) fn leave_out(&mut self) -> bool {
        self.call = None;
        if let Work::Endpoints(listing) = &mut self.work { listing.skip() } else { false }
    }

    /// The next page of endpoints, or all of them.
    #[cfg(feature = "admin")]
    pub(super) fn list_on(&mut self, platform: &Platform) -> Result<Step, Error> {
        match &mut self.work {
            Work::Endpoints(listing) if listing.next().is_none() => {
                Ok(Step::Done(Output::Instances(listing.finish())))
            }
            _ => self.advance(Input::None, platform),
        }
    }

    pub(super) fn connected(&self) -> Result<Step, Error> {
        let Work::Connect { connection, .. } = &self.work else {
            return Err(Error::new(Code::Unauthenticated, "a ready token cannot be renewed"));
        };
        check_whole(connection)?;
        Ok(Step::Done(Output::Connection(connection.clone())))
    }
}
