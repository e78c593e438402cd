//! A request to an OAuth token endpoint (RFC 6749) and its response.

use std::time::Duration;

use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::hosts::Endpoint;
use crate::quoting::SentSecrets;
use crate::sign_in_request::{Answer, Rejection, Resend, SignInRequest, json_object, not_of};
use crate::{AuthContext, AuthError, Authorization, Secret, Token};

/// The maximum lifetime. A token with a longer one is renewed after this.
const MAX_LIFETIME: Duration = Duration::from_secs(366 * 24 * 3600);

/// A form that is posted to a token endpoint. It has no `Debug`: it holds secrets.
pub(crate) struct TokenRequest {
    endpoint: Endpoint,
    service: &'static str,
    form: Vec<(&'static str, Zeroizing<String>)>,
    basic: Option<HeaderValue>,
    sent: SentSecrets,
    resend: Resend,
}

/// The response of a token endpoint.
#[derive(Debug)]
pub(crate) struct TokenAnswer {
    pub(crate) access_token: Secret,
    /// `None` when the response does not specify it.
    pub(crate) lifetime: Option<Duration>,
    #[cfg_attr(not(feature = "browser"), expect(dead_code, reason = "for the browser"))]
    pub(crate) refresh_token: Option<Secret>,
}

impl TokenAnswer {
    pub(crate) fn into_token(self) -> Result<Token, AuthError> {
        let token = Token::bearer(&self.access_token)?;
        Ok(match self.lifetime {
            Some(lifetime) => token.expires_in(lifetime),
            None => token,
        })
    }
}

impl TokenRequest {
    /// Creates a request with this `grant_type`.
    pub(crate) fn new(endpoint: Endpoint, grant_type: &str) -> Self {
        let request = Self {
            endpoint,
            service: "the token service",
            form: Vec::new(),
            basic: None,
            sent: SentSecrets::default(),
            resend: Resend::IfTransient,
        };
        request.field("grant_type", grant_type)
    }

    /// Sets the name of the service in errors.
    pub(crate) fn service(mut self, service: &'static str) -> Self {
        self.service = service;
        self
    }

    /// Adds a field to the form.
    pub(crate) fn field(mut self, name: &'static str, value: &str) -> Self {
        self.form.push((name, Zeroizing::new(value.to_owned())));
        self
    }

    /// Adds the scopes, if there are any.
    pub(crate) fn scopes(self, scopes: &[String]) -> Self {
        if scopes.is_empty() { self } else { self.field("scope", &scopes.join(" ")) }
    }

    /// Adds a field that must not appear in errors.
    pub(crate) fn secret(mut self, name: &'static str, value: &Secret) -> Self {
        self.sent.note(value);
        self.field(name, value.expose())
    }

    /// Authenticates the client with HTTP Basic; id and secret are encoded as RFC 6749, 2.3.1
    /// requires.
    pub(crate) fn basic(mut self, id: &str, secret: &Secret) -> Result<Self, AuthError> {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let encoded = Zeroizing::new(encode(secret.expose()));
        let id: String = encode(id);
        let header = Authorization::basic(&id, &Secret::new(encoded.as_str()))?;
        self.sent.note(secret);
        self.sent.note(&Secret::new(format!("{id}:{}", encoded.as_str())));
        self.basic = Some(header.header_value().clone());
        Ok(self)
    }

    /// Disables resends of a request that may have been sent: for an authorization code or a
    /// refresh token, which is valid once.
    #[cfg_attr(
        not(any(test, feature = "browser", feature = "private-key-jwt")),
        expect(dead_code, reason = "for what can be used once")
    )]
    pub(crate) fn once(mut self) -> Self {
        self.resend = Resend::IfNotSent;
        self
    }

    fn encoded(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.form {
            form.append_pair(name, value);
        }
        form.finish()
    }

    /// Sends the form.
    ///
    /// The rejection has the OAuth error code, if there is one.
    pub(crate) async fn send(self, context: &AuthContext) -> Result<TokenAnswer, Rejection> {
        let content_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        let mut request = SignInRequest::post(self.endpoint.clone(), self.service)
            .header(CONTENT_TYPE, content_type)
            .body(self.encoded())
            .resend(self.resend);
        if let Some(basic) = &self.basic {
            request = request.header(AUTHORIZATION, basic.clone());
        }
        let service = request.service();
        request.send(context, |answer| read(&service, &self.sent, &answer)).await
    }
}

/// The relevant members of a response: RFC 6749, 5.1 and 5.2, and those of Databricks gateways.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Members {
    #[serde(deserialize_with = "secret")]
    access_token: Option<Secret>,
    #[serde(deserialize_with = "secret")]
    refresh_token: Option<Secret>,
    token_type: Option<Value>,
    expires_in: Option<Value>,
    error: Option<Value>,
    error_description: Option<Value>,
    error_code: Option<Value>,
    message: Option<Value>,
    #[serde(rename = "errorCode")]
    camel_code: Option<Value>,
    #[serde(rename = "errorSummary")]
    camel_summary: Option<Value>,
}

/// A string is moved, not copied; anything else is `None`.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(Secret::from(text)),
        _ => None,
    })
}

/// Reads the response of a token endpoint.
fn read(service: &str, sent: &SentSecrets, answer: &Answer) -> Result<TokenAnswer, Rejection> {
    let Some(members) = json_object::<Members>(&answer.body) else {
        return Err(not_of(service, answer));
    };
    let text = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
    let code =
        [&members.error, &members.error_code, &members.camel_code].into_iter().find_map(text);
    if let Some(code) = code {
        let description = [&members.error_description, &members.message, &members.camel_summary];
        let description = description.into_iter().find_map(text);
        return Err(rejected(service, sent, answer, &code, description.as_deref()));
    }
    if !answer.status.is_success() {
        return Err(not_of(service, answer));
    }
    let unusable = |what: &str| {
        Rejection::last(AuthError::rejected(format!("the response of {service} {what}")))
    };
    let Some(access_token) = members.access_token else {
        return Err(unusable("has no access_token"));
    };
    match text(&members.token_type) {
        Some(kind) if !kind.eq_ignore_ascii_case("bearer") => {
            return Err(unusable("has a token that is not a bearer token"));
        }
        _ => {}
    }
    let lifetime = match members.expires_in {
        None | Some(Value::Null) => None,
        Some(value) => match seconds(&value) {
            Some(seconds) if seconds >= 1.0 => {
                let lifetime = Duration::try_from_secs_f64(seconds.floor());
                Some(lifetime.unwrap_or(MAX_LIFETIME).min(MAX_LIFETIME))
            }
            Some(_) => {
                return Err(unusable("has a token that has expired (expires_in is not positive)"));
            }
            None => return Err(unusable("has an expires_in that is not a number")),
        },
    };
    Ok(TokenAnswer { access_token, lifetime, refresh_token: members.refresh_token })
}

/// Parses a number or a string with a number, as sent by the older endpoint of Entra.
fn seconds(value: &Value) -> Option<f64> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (!seconds.is_nan()).then_some(seconds)
}

/// The service rejected the request with an error response.
fn rejected(
    service: &str,
    sent: &SentSecrets,
    answer: &Answer,
    code: &str,
    description: Option<&str>,
) -> Rejection {
    let status = answer.status.as_u16();
    let code = sent.code(code);
    let shown = code.as_deref().unwrap_or("an invalid error code");
    let message = match description.and_then(|description| sent.quotable(description)) {
        Some(description) => format!("{service} answered {shown} (HTTP {status}): {description}"),
        None => format!("{service} answered {shown} (HTTP {status})"),
    };
    match code.as_deref() {
        Some("temporarily_unavailable" | "server_error" | "slow_down") => {
            let error = AuthError::unavailable(message).with_next_step("try again later");
            Rejection::transient(error)
        }
        known => {
            let error = AuthError::rejected(message);
            let error = match known.and_then(next_step) {
                Some(next_step) => error.with_next_step(next_step),
                None => error,
            };
            Rejection::last(error)
        }
    }
    .with_code(code)
}

fn next_step(code: &str) -> Option<&'static str> {
    Some(match code {
        "invalid_client" => {
            "check the client id and its secret or key, and that it has not expired"
        }
        "invalid_grant" => "sign in again, or check the token or key that was presented",
        "unauthorized_client" | "access_denied" => {
            "ask an administrator to allow this client to sign in to the workspace"
        }
        "invalid_scope" => "check the requested scopes",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
