//! The reasons for rejecting a request.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use crate::engine::SqlError;

/// An HTTP status with an error in JSON.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    /// The request cannot be read, or it fails.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// A field has an invalid value.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_PARAMETER_VALUE", message)
    }

    /// The statement is in the wrong state.
    pub(super) fn wrong_state(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_STATE", message)
    }

    pub(super) fn no_statement(id: &str) -> Self {
        let message = format!("The statement {id} was not found.");
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub(super) fn no_session(id: &str) -> Self {
        let message = format!("Session {id} does not exist");
        Self::new(StatusCode::NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", message)
    }

    pub(super) fn no_warehouse(id: &str) -> Self {
        let message = format!("SQL warehouse {id} does not exist");
        Self::new(StatusCode::NOT_FOUND, "RESOURCE_DOES_NOT_EXIST", message)
    }

    /// A limit is reached.
    pub(super) fn too_many(what: &str) -> Self {
        let message = format!("{what}, and there cannot be more");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", message)
    }

    /// The service failed.
    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", message)
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn response(self) -> Response<Bytes> {
        let body = json!({ "error_code": self.code, "message": self.message, "details": [] });
        let mut response = Response::new(Bytes::from(body.to_string()));
        *response.status_mut() = self.status;
        let kind = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

/// The engine rejected the statement.
impl From<SqlError> for Refusal {
    fn from(error: SqlError) -> Self {
        Self::bad_request(error.text())
    }
}
