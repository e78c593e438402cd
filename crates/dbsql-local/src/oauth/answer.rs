//! The responses of the token endpoints (RFC 6749, section 5).

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::service::json_response;
use crate::settings::OAuthOverrides;

/// The reason why a token is refused. No text in it comes from the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    description: &'static str,
    /// Entra's number for it.
    entra: Option<u32>,
}

impl Refusal {
    const fn new(status: StatusCode, code: &'static str, description: &'static str) -> Self {
        Self { status, code, description, entra: None }
    }

    pub(super) const fn invalid_request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// The client is unknown, or failed to authenticate.
    pub(super) const fn invalid_client(description: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", description)
    }

    /// The code or token is not valid for the request, or no longer.
    pub(super) const fn invalid_grant(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", description)
    }

    pub(super) const fn unauthorized_client(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unauthorized_client", description)
    }

    pub(super) const fn unsupported_grant_type() -> Self {
        let description = "this grant type is not supported";
        Self::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description)
    }

    pub(super) const fn invalid_scope() -> Self {
        let description = "the client is not registered for one of these scopes";
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", description)
    }

    /// A refusal of Entra, which numbers them.
    pub(super) const fn of_entra(self, code: &'static str, number: u32) -> Self {
        Self { code, entra: Some(number), ..self }
    }

    /// Returns the same refusal with another code.
    pub(super) const fn with_code(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    /// Returns the code, for a redirect.
    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    pub(super) fn description(&self) -> &'static str {
        self.description
    }

    /// Returns the HTTP response. A client that used the Basic scheme gets a challenge (RFC 6749,
    /// section 5.2).
    pub(super) fn response(&self, request: &HeaderMap) -> Response<Bytes> {
        let mut body = json!({ "error": self.code, "error_description": self.description });
        if let Some(number) = self.entra {
            body["error_description"] = json!(format!("AADSTS{number}: {}", self.description));
            body["error_codes"] = json!([number]);
        }
        let mut response = not_stored(json_response(self.status, &body));
        let tried = request.contains_key(header::AUTHORIZATION);
        if self.status == StatusCode::UNAUTHORIZED && tried {
            let scheme = HeaderValue::from_static("Basic realm=\"dbsql-local\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// Returns a successful response, with the errors that the settings ask for.
pub(super) fn tokens(
    mut answer: Map<String, Value>,
    overrides: &OAuthOverrides,
) -> Response<Bytes> {
    for (name, value) in &overrides.token_answer {
        match value {
            Value::Null => answer.remove(name),
            value => answer.insert(name.clone(), value.clone()),
        };
    }
    not_stored(json_response(StatusCode::OK, &Value::Object(answer)))
}

/// Marks a response as not cacheable (RFC 6749, section 5.1).
pub(super) fn not_stored(mut response: Response<Bytes>) -> Response<Bytes> {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
