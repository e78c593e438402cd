//! The grant of service principals (RFC 6749, section 4.4).

use serde_json::{Map, Value};

use crate::oauth::answer::Refusal;
use crate::oauth::authenticate::Caller;
use crate::oauth::discovery::Asked;
use crate::oauth::form::Form;
use crate::oauth::sign_ins::Holder;

pub(super) fn grant(
    asked: &Asked<'_>,
    form: &Form,
    caller: Option<&Caller<'_>>,
) -> Result<Map<String, Value>, Refusal> {
    let caller = caller.ok_or(Refusal::invalid_client("the client has not authenticated"))?;
    caller.proven_if_it_can()?;
    let client = caller.client;
    if !caller.is_proven {
        return Err(Refusal::unauthorized_client("the client has no secret and no key"));
    }
    let scope = client.granted(form.get("scope")).ok_or(Refusal::invalid_scope())?;
    let holder = Holder { principal: client.id.clone(), client: client.id.clone(), scope };
    Ok(asked.inner.oauth.sign_ins().issue(asked, &holder, None))
}
