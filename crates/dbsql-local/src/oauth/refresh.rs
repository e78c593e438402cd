//! The grant of refresh tokens (RFC 6749, section 6), with rotation (RFC 9700, section 4.14.2).

use serde_json::{Map, Value};

use crate::oauth::answer::Refusal;
use crate::oauth::authenticate::Caller;
use crate::oauth::discovery::Asked;
use crate::oauth::form::Form;
use crate::oauth::sign_ins::Holder;

pub(super) fn refresh(
    asked: &Asked<'_>,
    form: &Form,
    caller: Option<&Caller<'_>>,
) -> Result<Map<String, Value>, Refusal> {
    let caller = caller.ok_or(Refusal::invalid_request("client_id is missing"))?;
    caller.proven_if_it_can()?;
    let given = form.get("refresh_token");
    let given = given.ok_or(Refusal::invalid_request("refresh_token is missing"))?;
    let inner = asked.inner;
    let mut sign_ins = inner.oauth.sign_ins();
    const UNKNOWN: Refusal = Refusal::invalid_grant("the refresh token is not known");
    let known = sign_ins.refresh_tokens.get_mut(given).ok_or(UNKNOWN)?;
    if known.holder.client != caller.client.id {
        return Err(Refusal::invalid_grant("the refresh token belongs to another client"));
    }
    let token = known.clone();
    if token.is_used {
        sign_ins.revoke_family(token.family, &inner.credentials);
        return Err(Refusal::invalid_grant(
            "the refresh token was replaced; all of its sign-in are revoked",
        ));
    }
    let scope = narrowed(&token.holder.scope, form.get("scope")).ok_or(Refusal::invalid_scope())?;
    let rotates = asked.settings.rotate_refresh_tokens;
    known.is_used = rotates;
    let holder = Holder { scope, ..token.holder.clone() };
    let mut answer = sign_ins.issue(asked, &holder, Some(token.family));
    if rotates {
        let next = sign_ins.refresh_token(token.holder, token.family, &inner.runtime);
        answer.insert("refresh_token".to_owned(), next.into());
    }
    Ok(answer)
}

/// Returns the requested scopes, if the sign-in has them all; those of the sign-in if none are
/// requested.
fn narrowed(granted: &str, asked: Option<&str>) -> Option<String> {
    let Some(asked) = asked else { return Some(granted.to_owned()) };
    let has = |scope: &str| granted.split(' ').any(|one| one == scope);
    asked.split(' ').filter(|scope| !scope.is_empty()).all(has).then(|| asked.to_owned())
}
