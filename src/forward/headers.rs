//! The few headers of a request that matter.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::route::Access;
use super::{Answer, Asked, BODY_MAX, Body, answer};
use crate::address::Address;
use crate::secret::Secret;
use crate::text;

/// Longest token that is passed on, in bytes: more than servers take of all headers together.
pub(super) const TOKEN_MAX: usize = 32 * 1024;

/// The token to pass on, where the route takes one.
pub(super) fn token(access: Access, authorization: Option<&str>) -> Result<Option<Secret>, Answer> {
    let no = |message| Answer::unauthenticated(message).with("www-authenticate", "Bearer");
    match (access, authorization) {
        (Access::PublicClient, None) => Ok(None),
        (Access::PublicClient, Some(_)) => Err(Answer::bad_request(
            400,
            "the token endpoint is forwarded for public clients only, which send no Authorization header: a client \
             secret never belongs in a page",
        )),
        (Access::Token, None) => Err(no("the request needs the caller's own token, Authorization: Bearer")),
        (Access::Token, Some(value)) => {
            let token = text::split_once(value, " ")
                .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"))
                .map(|(_, token)| token)
                .filter(|token| !token.is_empty() && token.len() <= TOKEN_MAX)
                .filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()));
            match token {
                Some(token) => Ok(Some(Secret::new(token))),
                None => Err(no("the Authorization header is no Bearer token")),
            }
        }
    }
}

pub(super) fn check_body(body: Body, asked: &Asked) -> Result<(), Answer> {
    if body == Body::None {
        return Ok(());
    }
    let media_type = answer::media_type(asked.content_type);
    if !media_type.eq_ignore_ascii_case(body.media_type()) {
        let message = text::concat(&["the body must be ", body.media_type()]);
        return Err(Answer::bad_request(415, &message));
    }
    if asked.content_encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return Err(Answer::bad_request(415, "the body must not be compressed"));
    }
    // A length that is no number is left to the count of what comes in.
    let length = asked.content_length.and_then(text::parse_number);
    if length.is_some_and(|length| length > BODY_MAX as u64) {
        return Err(Answer::too_large());
    }
    Ok(())
}

/// The workspace id to send. On a host of many workspaces it chooses one, so it is the configured one or none: what a page
/// sends can only agree.
pub(super) fn workspace_id(workspace: &Address, asked: Option<&str>) -> Result<Option<String>, Answer> {
    let configured = workspace.workspace_id();
    if configured.is_some() && asked.is_some() && configured != asked {
        return Err(Answer::bad_request(400, "another workspace than the one configured is asked for"));
    }
    Ok(configured.map(ToOwned::to_owned))
}
