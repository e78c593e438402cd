//! The exchange of a token of another issuer (RFC 8693).

use serde_json::{Map, Value, json};

use crate::oauth::answer::Refusal;
use crate::oauth::authenticate::Caller;
use crate::oauth::discovery::Asked;
use crate::oauth::form::Form;
use crate::oauth::jwt::Jwt;
use crate::oauth::sign_ins::Holder;

/// The types of subject tokens that are JWTs.
const JWTS: [&str; 3] = [
    "urn:ietf:params:oauth:token-type:jwt",
    "urn:ietf:params:oauth:token-type:id_token",
    "urn:ietf:params:oauth:token-type:access_token",
];

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// Exchanges a token of a foreign issuer for one of the service principal in `client_id`, or else
/// of its subject. A token of the workspace itself is returned unchanged if the request asks for
/// it.
pub(super) fn exchange(
    asked: &Asked<'_>,
    form: &Form,
    caller: Option<&Caller<'_>>,
) -> Result<Map<String, Value>, Refusal> {
    let given = form.get("subject_token");
    let given = given.ok_or(Refusal::invalid_request("subject_token is missing"))?;
    if !form.get("subject_token_type").is_some_and(|kind| JWTS.contains(&kind)) {
        return Err(Refusal::invalid_request("subject_token_type is not the one of JWTs"));
    }
    let inner = asked.inner;
    if form.get("return_original_token_if_authenticated") == Some("true")
        && let Some(left) = inner.credentials.time_left(given, &inner.runtime)
    {
        return Ok(original(given, left.map(|left| left.as_secs())));
    }
    const INVALID: Refusal = Refusal::invalid_request("the subject token is not valid");
    let token = Jwt::parse(given).ok_or(INVALID)?;
    let oauth = &inner.oauth;
    let issuer = oauth.realm.issuers.iter().find(|issuer| token.text("iss") == Some(&issuer.url));
    let issuer =
        issuer.ok_or(Refusal::invalid_request("the issuer of the subject token is not known"))?;
    if !issuer.vouches_for(&token, &oauth.key, inner.runtime.wall_now()) {
        return Err(INVALID);
    }
    let subject = token.text("sub").ok_or(INVALID)?;
    let (principal, scope) = match caller {
        Some(Caller { client, .. }) => (client.id.clone(), client.granted(form.get("scope"))),
        None => (subject.to_owned(), Some(form.get("scope").unwrap_or("all-apis").to_owned())),
    };
    let scope = scope.ok_or(Refusal::invalid_scope())?;
    let holder = Holder { client: principal.clone(), principal, scope };
    let mut answer = oauth.sign_ins().issue(asked, &holder, None);
    answer.insert("issued_token_type".to_owned(), ACCESS_TOKEN.into());
    Ok(answer)
}

/// Returns the response with the original token.
fn original(token: &str, seconds: Option<u64>) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("access_token".to_owned(), token.into());
    answer.insert("issued_token_type".to_owned(), ACCESS_TOKEN.into());
    answer.insert("token_type".to_owned(), "Bearer".into());
    if let Some(seconds) = seconds {
        answer.insert("expires_in".to_owned(), json!(seconds));
    }
    answer
}
