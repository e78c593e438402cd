//! The grant of authorization codes (RFC 6749, section 4.1.3) with PKCE (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use serde_json::{Map, Value};

use crate::credentials::same;
use crate::oauth::answer::Refusal;
use crate::oauth::authenticate::Caller;
use crate::oauth::discovery::Asked;
use crate::oauth::form::Form;
use crate::oauth::sign_ins::Code;

/// Redeems a code. A second attempt fails, even after a failed one; after a successful one it also
/// revokes the tokens that were issued for it (section 4.1.2).
pub(super) fn redeem(
    asked: &Asked<'_>,
    form: &Form,
    caller: Option<&Caller<'_>>,
) -> Result<Map<String, Value>, Refusal> {
    let caller = caller.ok_or(Refusal::invalid_request("client_id is missing"))?;
    caller.proven_if_it_can()?;
    let given = form.get("code").ok_or(Refusal::invalid_request("code is missing"))?;
    let verifier = form.get("code_verifier");
    let verifier = verifier.ok_or(Refusal::invalid_request("code_verifier is missing"))?;
    let inner = asked.inner;
    let mut sign_ins = inner.oauth.sign_ins();
    const UNKNOWN: Refusal = Refusal::invalid_grant("the code is not known");
    let known = sign_ins.codes.get_mut(given).ok_or(UNKNOWN)?;
    let code = known.clone();
    if code.holder.client != caller.client.id {
        return Err(Refusal::invalid_grant("the code belongs to another client"));
    }
    known.is_used = true;
    if code.is_used {
        sign_ins.revoke_family(code.family, &inner.credentials);
        return Err(Refusal::invalid_grant("the code was used before"));
    }
    fits(&code, form, verifier)?;
    if inner.runtime.now() >= code.until {
        return Err(Refusal::invalid_grant("the code has expired"));
    }
    let mut answer = sign_ins.issue(asked, &code.holder, Some(code.family));
    if code.holder.scope.split(' ').any(|scope| scope == "offline_access") {
        let token = sign_ins.refresh_token(code.holder, code.family, &inner.runtime);
        answer.insert("refresh_token".to_owned(), token.into());
    }
    Ok(answer)
}

/// Fails unless the code was issued for this redirect URI and this verifier.
fn fits(code: &Code, form: &Form, verifier: &str) -> Result<(), Refusal> {
    if form.get("redirect_uri") != Some(&code.redirect) {
        return Err(Refusal::invalid_grant(
            "redirect_uri is not that of the authorization request",
        ));
    }
    if !is_verifier(verifier) {
        return Err(Refusal::invalid_grant(
            "code_verifier is not of 43 to 128 unreserved characters",
        ));
    }
    let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
    let challenge = URL_SAFE_NO_PAD.encode(hash.as_ref());
    match same(challenge.as_bytes(), code.challenge.as_bytes()) {
        true => Ok(()),
        false => Err(Refusal::invalid_grant("code_verifier does not fit the code")),
    }
}

/// RFC 7636, section 4.1.
fn is_verifier(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// Returns `true` if it can be the challenge of the method S256: 32 bytes in base64.
pub(super) fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|hash| hash.len() == 32)
}
