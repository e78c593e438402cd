//! The span of one HTTP request: one attempt of a call, or of a download.

use dbsql_protocol::handle::QueryId;
use dbsql_transport::{TransportError, TransportErrorKind};
use http::{Method, StatusCode, Uri};
use tracing::Span;
use tracing::field::Empty;

use super::fields::*;
use super::{address, port};

/// The properties of a request that are known before it is sent. Of its URL, which may be a secret,
/// only the host and the port are recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestInfo<'a> {
    /// The protocol's name for it.
    pub(crate) name: &'a str,
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) query_id: Option<QueryId>,
    /// The number of previous attempts.
    pub(crate) resent: u32,
}

/// Returns the span of one attempt of a request to the workspace.
pub(crate) fn request_span(info: RequestInfo<'_>) -> Span {
    tracing::debug_span!(
        "dbsql.request",
        { OTEL_KIND } = CLIENT,
        { OTEL_STATUS_CODE } = Empty,
        { DATABRICKS_REQUEST_NAME } = info.name,
        { DATABRICKS_QUERY_ID } = info.query_id.map(display),
        { HTTP_REQUEST_METHOD } = info.method.as_str(),
        { HTTP_REQUEST_RESEND_COUNT } = (info.resent > 0).then_some(info.resent),
        { HTTP_RESPONSE_STATUS_CODE } = Empty,
        { ERROR_TYPE } = Empty,
        { SERVER_ADDRESS } = address(info.uri),
        { SERVER_PORT } = port(info.uri),
    )
}

/// Returns the span of one attempt to download a result file, up to the first bytes.
pub(crate) fn download_span(uri: &Uri, resent: u32) -> Span {
    tracing::debug_span!(
        "dbsql.download",
        { OTEL_KIND } = CLIENT,
        { OTEL_STATUS_CODE } = Empty,
        { HTTP_REQUEST_METHOD } = Method::GET.as_str(),
        { HTTP_REQUEST_RESEND_COUNT } = (resent > 0).then_some(resent),
        { HTTP_RESPONSE_STATUS_CODE } = Empty,
        { ERROR_TYPE } = Empty,
        { SERVER_ADDRESS } = address(uri),
        { SERVER_PORT } = port(uri),
    )
}

/// Records the status of the response to a request. A status of 400 or above is an error whose type
/// is the status.
pub(crate) fn answered(span: &Span, status: StatusCode) {
    span.record(HTTP_RESPONSE_STATUS_CODE, status.as_u16());
    if status.is_client_error() || status.is_server_error() {
        failed(span, status.as_str());
    }
}

/// Records that a request has no response, with the kind of the error.
pub(crate) fn unanswered(span: &Span, error: &TransportError) {
    failed(
        span,
        match error.kind() {
            TransportErrorKind::Connect => "connect",
            TransportErrorKind::Timeout => "timeout",
            TransportErrorKind::Interrupted => "interrupted",
            _ => "other",
        },
    );
}

/// Records why there is no response to a request.
pub(crate) fn failed(span: &Span, class: &str) {
    span.record(OTEL_STATUS_CODE, ERROR);
    span.record(ERROR_TYPE, class);
}
