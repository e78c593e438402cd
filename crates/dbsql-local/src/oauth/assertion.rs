//! Clients that authenticate with a JWT that they have signed (RFC 7523, section 3).

use crate::oauth::answer::Refusal;
use crate::oauth::authenticate::Caller;
use crate::oauth::discovery::{Asked, issuer};
use crate::oauth::form::Form;
use crate::oauth::jwt::Jwt;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(super) fn caller<'a>(asked: &Asked<'a>, form: &Form) -> Result<Caller<'a>, Refusal> {
    const INVALID: Refusal = Refusal::invalid_client("the client assertion is not valid");
    if form.get("client_assertion_type") != Some(JWT_BEARER) {
        return Err(Refusal::invalid_request("client_assertion_type is not the one of JWTs"));
    }
    let oauth = &asked.inner.oauth;
    let assertion = form.get("client_assertion").and_then(Jwt::parse).ok_or(INVALID)?;
    let subject = assertion.text("sub").ok_or(INVALID)?;
    let client = oauth.client(subject).ok_or(INVALID)?;
    let is_signed = client.keys(assertion.key_id()).any(|key| assertion.is_signed_by(key));
    if !is_signed || assertion.text("iss") != Some(subject) {
        return Err(INVALID);
    }
    if !assertion.is_for(&audiences(asked)) {
        return Err(Refusal::invalid_client("the client assertion is for another audience"));
    }
    if !assertion.is_current(asked.inner.runtime.wall_now()) {
        return Err(Refusal::invalid_client("the client assertion has expired"));
    }
    if let Some(id) = assertion.text("jti")
        && !oauth.sign_ins().is_first(subject, id)
    {
        return Err(Refusal::invalid_client("the client assertion was used before"));
    }
    Ok(Caller { client, is_proven: true })
}

/// The accepted names of the token endpoint and its issuer.
fn audiences(asked: &Asked<'_>) -> Vec<String> {
    let owners = [None, Some(asked.settings.account_id.as_str())];
    owners
        .into_iter()
        .map(|account| issuer(asked.base, account))
        .flat_map(|owner| [format!("{owner}/v1/token"), owner])
        .collect()
}
