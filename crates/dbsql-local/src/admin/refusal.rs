//! The reasons for rejecting a request of the admin endpoint.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::service::json_response;

/// An HTTP status with an error in JSON, and the field that is wrong, if one is.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<String>,
}

impl Refusal {
    /// The request did not come from this machine's own pages or programs.
    pub(super) fn foreign(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "PERMISSION_DENIED", message)
    }

    pub(super) fn unauthenticated() -> Self {
        let message = "the admin token is missing or wrong: `Authorization: Bearer TOKEN`";
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", message)
    }

    pub(super) fn media_type() -> Self {
        let message = "the body must have the content type application/json";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("the body has more than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "REQUEST_TOO_LARGE", message)
    }

    pub(super) fn no_statement(id: &str) -> Self {
        let id: String = id.chars().take(64).collect();
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("there is no statement {id}"))
    }

    pub(super) fn malformed(error: &serde_json::Error) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "MALFORMED_JSON", format!("invalid JSON: {error}"))
    }

    pub(super) fn missing(field: String) -> Self {
        Self::of_field("MISSING_FIELD", field, "is missing")
    }

    pub(super) fn unknown(field: String, known: &str) -> Self {
        Self::of_field("UNKNOWN_FIELD", field, &format!("is not a field: expected {known}"))
    }

    pub(super) fn invalid(field: String, message: &str) -> Self {
        Self::of_field("INVALID_FIELD", field, message)
    }

    fn of_field(code: &'static str, field: String, message: &str) -> Self {
        let message = format!("`{field}` {message}");
        Self { field: Some(field), ..Self::new(StatusCode::BAD_REQUEST, code, message) }
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), field: None }
    }

    pub(super) fn response(self) -> Response<Bytes> {
        let Self { status, code, message, field } = self;
        let body = json!({ "error_code": code, "message": message, "field": field, "details": [] });
        let mut response = json_response(status, &body);
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}
