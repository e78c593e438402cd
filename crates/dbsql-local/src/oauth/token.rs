//! The token endpoint.

use bytes::Bytes;
use http::{Request, Response, header};
use serde_json::{Map, Value};

use crate::oauth::answer::{Refusal, tokens};
use crate::oauth::discovery::Asked;
use crate::oauth::form::Form;
use crate::oauth::{authenticate, client_credentials, code, exchange, refresh};

pub(super) const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// The supported grant types.
pub(super) const GRANTS: [&str; 4] =
    ["authorization_code", "client_credentials", "refresh_token", TOKEN_EXCHANGE];

pub(super) fn answer(asked: &Asked<'_>) -> Response<Bytes> {
    match grant(asked) {
        Ok(answer) => tokens(answer, &asked.settings.overrides),
        Err(refusal) => refusal.response(asked.request.headers()),
    }
}

fn grant(asked: &Asked<'_>) -> Result<Map<String, Value>, Refusal> {
    let form = form(asked.request)?;
    let grant = form.get("grant_type").ok_or(Refusal::invalid_request("grant_type is missing"))?;
    let Some(grant) = GRANTS.into_iter().find(|known| *known == grant) else {
        return Err(Refusal::unsupported_grant_type());
    };
    let caller = authenticate::caller(asked, &form)?;
    let answer = match grant {
        "authorization_code" => code::redeem(asked, &form, caller.as_ref()),
        "client_credentials" => client_credentials::grant(asked, &form, caller.as_ref()),
        "refresh_token" => refresh::refresh(asked, &form, caller.as_ref()),
        _ => exchange::exchange(asked, &form, caller.as_ref()),
    }?;
    asked.inner.oauth.sign_ins().count(grant);
    Ok(answer)
}

/// Parses the parameters in the body of a request.
pub(super) fn form(request: &Request<Bytes>) -> Result<Form, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::invalid_request("the body is not application/x-www-form-urlencoded"));
    }
    Form::parse(request.body())
        .ok_or(Refusal::invalid_request("a parameter comes twice or is no UTF-8"))
}
