//! The dispatch of requests, and the responses that belong to no protocol.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use serde_json::json;

use crate::admin;
use crate::credentials::Admission;
use crate::faults::Fault;
use crate::oauth;
use crate::sea;
use crate::service::Inner;
use crate::service::download::download;
use crate::service::exchange::json;
use crate::service::nodes;
use crate::service::route::Route;
use crate::session::{Session, agent};
use crate::settings::Quirks;
use crate::thrift::{self, Answer, Caller};

/// The header with the error message of responses that are not Thrift.
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-thriftserver-error-message");

/// The header in which some gateways summarize it.
const REASON_PHRASE: HeaderName = HeaderName::from_static("x-databricks-reason-phrase");

pub(super) async fn answer(
    inner: &Arc<Inner>,
    request: &Request<Bytes>,
    origin: &str,
    route: &Route,
    fault: Option<&Fault>,
) -> Response<Bytes> {
    if route.needs_credentials() {
        match inner.credentials.admit(request.headers(), &inner.runtime) {
            Admission::Passes => {}
            Admission::Unknown => return unauthorized(),
            Admission::Expired => return expired_token(&inner.settings().quirks),
        }
        if oauth::lacks_management_token(inner, request.headers()) {
            let message = "PERMISSION_DENIED: the principal is no user of this workspace";
            return error(StatusCode::FORBIDDEN, message);
        }
    }
    match route {
        Route::Download => download(inner, request, origin, fault).await,
        // Without a response clients leave their features at the defaults.
        Route::FeatureFlags | Route::Nothing => not_found(),
        Route::Telemetry => json(StatusCode::OK, &json!({})),
        Route::Sea(call) => sea::answer(inner, request, call, origin, fault).await,
        Route::OAuth(call) => oauth::answer(inner, request, call, origin),
        Route::Admin(call) => admin::answer(inner, request, call, origin),
        Route::TooLarge => error(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"),
        Route::WrongMethod(allowed) => wrong_method(allowed),
        Route::NotThrift => {
            error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_REQUEST: this path speaks Thrift")
        }
        Route::Untyped => {
            let message = "BAD_REQUEST: a web page must send the content type application/json";
            error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
        }
        Route::Thrift(call) => thrift(inner, request, call, origin, fault).await,
    }
}

async fn thrift(
    inner: &Arc<Inner>,
    request: &Request<Bytes>,
    call: &thrift::Request,
    origin: &str,
    fault: Option<&Fault>,
) -> Response<Bytes> {
    let settings = inner.settings();
    let nodes = settings.quirks.node_cookie.as_deref();
    let session = if nodes.is_some() { call.session(inner) } else { None };
    if let Some(session) = session
        && !nodes::is_reached(request.headers(), session.node)
    {
        return error(StatusCode::BAD_REQUEST, &thrift::invalid_session(&session));
    }
    let node = nodes::next(inner);
    let headers = request.headers();
    let caller = Caller { node, user: oauth::user(inner, headers), agent: agent(headers) };
    match thrift::answer(inner, call, origin, fault, &caller).await {
        Answer::Message(body) => {
            let mut response = message(body);
            if let Some(attributes) = nodes
                && call.opens_session()
            {
                nodes::put_cookie(&mut response, node, attributes);
            }
            response
        }
        Answer::Http(status, message) => error(status, &message),
    }
}

fn message(body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    let kind = HeaderValue::from_static("application/x-thrift");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Creates the response with a planned status.
pub(super) fn status(
    status: u16,
    retry_after: Option<Duration>,
    by_proxy: bool,
) -> Response<Bytes> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match by_proxy {
        true => page(status),
        false => error(status, "TEMPORARILY_UNAVAILABLE: a planned fault"),
    };
    if let Some(after) = retry_after {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// An HTML page, as sent by proxies.
fn page(status: StatusCode) -> Response<Bytes> {
    let text = format!("<html><body><h1>{status}</h1></body></html>");
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/html");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The response after a panic of the service.
pub(super) fn broken() -> Response<Bytes> {
    error(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR: the service panicked")
}

/// Evicts the operation of the request.
pub(super) fn evict_operation(inner: &Inner, route: &Route) {
    let operation = match route {
        Route::Thrift(call) => call.operation(inner),
        Route::Sea(call) => call.operation(inner),
        _ => None,
    };
    if let Some(operation) = operation {
        // The object store knows nothing of it.
        inner.keep_linked(&operation.live.state());
        inner.registry.evict_operation(&operation.identity.guid, &inner.runtime);
    }
}

/// Expires the token of the request.
pub(super) fn expire_token(inner: &Inner, request: &Request<Bytes>) {
    inner.credentials.expire(request.headers());
}

/// Closes the session of the request.
pub(super) fn lose_session(inner: &Inner, request: &Request<Bytes>, route: &Route) {
    let session: Option<Arc<Session>> = match route {
        Route::Thrift(call) => call.session(inner),
        Route::Sea(call) => call.session(inner, request),
        _ => None,
    };
    if let Some(session) = session {
        inner.registry.lose_session(&session.identity.guid, &inner.runtime);
    }
}

fn not_found() -> Response<Bytes> {
    error(StatusCode::NOT_FOUND, "ENDPOINT_NOT_FOUND: there is nothing here")
}

fn wrong_method(allowed: &'static str) -> Response<Bytes> {
    let message = "BAD_REQUEST: not with this method";
    let mut response = error(StatusCode::METHOD_NOT_ALLOWED, message);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

fn unauthorized() -> Response<Bytes> {
    let mut response = error(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED: invalid credentials");
    let scheme = HeaderValue::from_static("Bearer, Basic");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    response
}

/// The response to an expired token.
fn expired_token(quirks: &Quirks) -> Response<Bytes> {
    if quirks.forbid_expired_tokens {
        let message = "PERMISSION_DENIED: Invalid access token: it has expired";
        let mut response = error(StatusCode::FORBIDDEN, message);
        let reason = HeaderValue::from_static("Invalid access token");
        response.headers_mut().insert(REASON_PHRASE, reason);
        return response;
    }
    let mut response = error(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED: the token has expired");
    // As in RFC 6750.
    let challenge = HeaderValue::from_static(
        r#"Bearer error="invalid_token", error_description="The access token expired""#,
    );
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// An error as sent by a gateway: JSON, and the same in a header.
pub(crate) fn error(status: StatusCode, message: &str) -> Response<Bytes> {
    let code = message.split_once(':').map_or("ERROR", |(code, _)| code);
    let mut response =
        json(status, &json!({ "error_code": code, "message": message, "details": [] }));
    if let Ok(value) = HeaderValue::from_bytes(message.as_bytes()) {
        response.headers_mut().insert(ERROR_MESSAGE, value);
    }
    response
}
