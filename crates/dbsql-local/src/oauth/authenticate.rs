//! The client of a request to a token endpoint, and whether it has authenticated.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

use crate::oauth::answer::Refusal;
use crate::oauth::assertion;
use crate::oauth::client::OAuthClient;
use crate::oauth::discovery::Asked;
use crate::oauth::form::{Form, decode};

/// The client of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller<'a> {
    pub(super) client: &'a OAuthClient,
    /// Whether it presented its secret or a signature.
    pub(super) is_proven: bool,
}

const UNKNOWN: Refusal = Refusal::invalid_client("the client is unknown or its secret is wrong");

/// Returns the client, if the request names one.
pub(super) fn caller<'a>(asked: &Asked<'a>, form: &Form) -> Result<Option<Caller<'a>>, Refusal> {
    let clients = &asked.inner.oauth.realm.clients;
    let basic = asked.request.headers().contains_key(header::AUTHORIZATION);
    let secret = form.get("client_secret").is_some();
    let assertion = form.get("client_assertion").is_some();
    if usize::from(basic) + usize::from(secret) + usize::from(assertion) > 1 {
        return Err(Refusal::invalid_request("the client authenticates in more than one way"));
    }
    let caller = if assertion {
        Some(assertion::caller(asked, form)?)
    } else {
        by_secret(clients, asked.request.headers(), form)?
    };
    let named = form.get("client_id");
    match caller {
        Some(caller) if named.is_some_and(|named| named != caller.client.id) => {
            Err(Refusal::invalid_request("client_id names another client"))
        }
        caller => Ok(caller),
    }
}

/// Identifies the client by the Basic scheme or by form fields.
pub(super) fn by_secret<'a>(
    clients: &'a [OAuthClient],
    headers: &HeaderMap,
    form: &Form,
) -> Result<Option<Caller<'a>>, Refusal> {
    let find = |id: &str| clients.iter().find(|client| client.id == id);
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let given = value.to_str().ok().and_then(basic).ok_or(UNKNOWN)?;
        let client = given
            .iter()
            .find_map(|(id, secret)| find(id).filter(|client| client.has_secret(secret)));
        return client.map(|client| Some(Caller { client, is_proven: true })).ok_or(UNKNOWN);
    }
    let Some(id) = form.get("client_id") else {
        return match form.get("client_secret") {
            Some(_) => Err(Refusal::invalid_request("client_id is missing")),
            None => Ok(None),
        };
    };
    let client = find(id).ok_or(UNKNOWN)?;
    match form.get("client_secret") {
        Some(secret) if client.has_secret(secret) => Ok(Some(Caller { client, is_proven: true })),
        Some(_) => Err(UNKNOWN),
        None => Ok(Some(Caller { client, is_proven: false })),
    }
}

/// Returns id and secret: undecoded, as most clients send them, and decoded, as RFC 6749 requires
/// (section 2.3.1).
fn basic(value: &str) -> Option<[(String, String); 2]> {
    let (scheme, rest) = value.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("Basic"))?;
    let decoded = (decode(id.as_bytes())?, decode(secret.as_bytes())?);
    Some([(id.to_owned(), secret.to_owned()), decoded])
}

impl Caller<'_> {
    /// Fails if a client that has credentials did not authenticate.
    pub(super) fn proven_if_it_can(&self) -> Result<(), Refusal> {
        match self.is_proven || !self.client.is_confidential() {
            true => Ok(()),
            false => Err(Refusal::invalid_client("the client has not authenticated")),
        }
    }
}
