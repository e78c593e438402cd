//! Where requests go, and the answers that are not Thrift.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::json;

use crate::credentials::Admission;
use crate::faults::Fault;
use crate::result::ResultFile;
use crate::service::Inner;
use crate::service::exchange::json;
use crate::service::route::Route;
use crate::settings::Quirks;
use crate::store::Denied;
use crate::thrift::{self, Answer};

/// Where a server says what is wrong when it does not answer in Thrift.
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-thriftserver-error-message");

/// Where some gateways say it in short.
const REASON_PHRASE: HeaderName = HeaderName::from_static("x-databricks-reason-phrase");

pub(super) async fn answer(
    inner: &Arc<Inner>,
    request: &Request<Bytes>,
    origin: &str,
    route: Route,
    fault: Option<&Fault>,
) -> Response<Bytes> {
    if route.needs_credentials() {
        match inner.credentials.admit(request.headers(), &inner.runtime) {
            Admission::Passes => {}
            Admission::Unknown => return unauthorized(),
            Admission::Expired => return expired_token(&inner.settings.quirks),
        }
    }
    match route {
        Route::Download => download(inner, request, fault).await,
        // Without an answer clients leave their features at the defaults.
        Route::FeatureFlags | Route::Nothing => not_found(),
        Route::Telemetry => json(StatusCode::OK, &json!({})),
        Route::TooLarge => error(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"),
        Route::WrongMethod(allowed) => wrong_method(allowed),
        Route::NotThrift => {
            error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_REQUEST: this path speaks Thrift")
        }
        Route::Thrift(Err(reason)) => message(thrift::unreadable(&reason)),
        Route::Thrift(Ok(call)) => match thrift::answer(inner, &call, origin, fault).await {
            Answer::Message(body) => message(body),
            Answer::Http(status, message) => error(status, &message),
        },
    }
}

fn message(body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    let kind = HeaderValue::from_static("application/x-thrift");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// A planned status.
pub(super) fn status(status: u16, retry_after: Option<Duration>) -> Response<Bytes> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = error(status, "TEMPORARILY_UNAVAILABLE: a planned fault");
    if let Some(after) = retry_after {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The answer after a panic on our side.
pub(super) fn broken() -> Response<Bytes> {
    error(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR: the service panicked")
}

/// Forgets the operation that is asked about.
pub(super) fn evict_operation(inner: &Inner, route: &Route) {
    if let Route::Thrift(Ok(call)) = route
        && let Some(handle) = thrift::operation_handle(call)
        && let Some(operation) = inner.operation(&handle.operation_id)
    {
        inner.registry.close_operation(&operation.identity.guid, &inner.runtime);
    }
}

/// Lets the token of the request be expired.
pub(super) fn expire_token(inner: &Inner, request: &Request<Bytes>) {
    inner.credentials.expire(request.headers());
}

/// Forgets the session that is asked about.
pub(super) fn lose_session(inner: &Inner, route: &Route) {
    let Route::Thrift(Ok(call)) = route else { return };
    let session = match thrift::session_handle(call) {
        Some(handle) => inner.session(&handle.session_id),
        None => thrift::operation_handle(call)
            .and_then(|handle| inner.operation(&handle.operation_id))
            .map(|operation| Arc::clone(&operation.session)),
    };
    if let Some(session) = session {
        inner.registry.close_session(&session.identity.guid, &inner.runtime);
    }
}

async fn download(
    inner: &Inner,
    request: &Request<Bytes>,
    fault: Option<&Fault>,
) -> Response<Bytes> {
    // As with real stores: the signature is the authorization, and a second one is a mistake.
    // It is also how a token shows that goes where it must not.
    if request.headers().contains_key(header::AUTHORIZATION) {
        let message = "InvalidArgument: only one way of authorization is allowed";
        return error(StatusCode::BAD_REQUEST, message);
    }
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let opened = inner.store.open(target, inner.runtime.wall_now());
    let file = match opened {
        Ok(file) if fault != Some(&Fault::ExpireLink) => file,
        Err(Denied::BadSignature) => {
            return error(StatusCode::FORBIDDEN, "SignatureDoesNotMatch: no such link");
        }
        Ok(_) | Err(Denied::Expired) => {
            return error(StatusCode::FORBIDDEN, "AccessDenied: the request has expired");
        }
    };
    let encoded = inner.runtime.offload(move || ResultFile::bytes(&file)).await;
    let Ok(Ok(bytes)) = encoded else { return broken() };
    let mut response = ranged(request, bytes);
    response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let kind = HeaderValue::from_static("application/octet-stream");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    if request.method() == Method::HEAD {
        let length = HeaderValue::from(response.body().len());
        response.headers_mut().insert(header::CONTENT_LENGTH, length);
        *response.body_mut() = Bytes::new();
    }
    response
}

/// The part of the bytes that the request asks for: one range, or else all of them.
fn ranged(request: &Request<Bytes>, bytes: Bytes) -> Response<Bytes> {
    let total = bytes.len() as u64;
    let wanted = request.headers().get(header::RANGE).and_then(|value| value.to_str().ok());
    let (start, end) = match wanted.map_or(Range::All, |text| range(text, total)) {
        Range::All => return Response::new(bytes),
        Range::Outside => {
            let mut response = error(StatusCode::RANGE_NOT_SATISFIABLE, "InvalidRange");
            put_range(&mut response, &format!("bytes */{total}"));
            return response;
        }
        Range::Part(start, end) => (start, end),
    };
    let mut response = Response::new(bytes.slice(start as usize..end as usize));
    *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    put_range(&mut response, &format!("bytes {start}-{}/{total}", end - 1));
    response
}

fn put_range(response: &mut Response<Bytes>, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    All,
    /// From the first to before the second.
    Part(u64, u64),
    Outside,
}

/// What a header asks for. Anything but one range of bytes may be answered with everything.
fn range(text: &str, total: u64) -> Range {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|part| part.split_once('-'))
    else {
        return Range::All;
    };
    match (first.parse::<u64>(), last.parse::<u64>()) {
        _ if total == 0 => Range::Outside,
        (Ok(first), _) if first >= total => Range::Outside,
        (Ok(first), Ok(last)) if first <= last => {
            Range::Part(first, last.saturating_add(1).min(total))
        }
        (Ok(first), Err(_)) if last.is_empty() => Range::Part(first, total),
        (Err(_), Ok(0)) if first.is_empty() => Range::Outside,
        (Err(_), Ok(count)) if first.is_empty() => Range::Part(total.saturating_sub(count), total),
        _ => Range::All,
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

/// The answer to a token that was right once.
fn expired_token(quirks: &Quirks) -> Response<Bytes> {
    if quirks.forbid_expired_tokens {
        let message = "PERMISSION_DENIED: Invalid access token: it has expired";
        let mut response = error(StatusCode::FORBIDDEN, message);
        let reason = HeaderValue::from_static("Invalid access token");
        response.headers_mut().insert(REASON_PHRASE, reason);
        return response;
    }
    let mut response = error(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED: the token has expired");
    // As RFC 6750 has it.
    let challenge = HeaderValue::from_static(
        r#"Bearer error="invalid_token", error_description="The access token expired""#,
    );
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// An error as a gateway says it: JSON, and the same in a header.
fn error(status: StatusCode, message: &str) -> Response<Bytes> {
    let code = message.split_once(':').map_or("ERROR", |(code, _)| code);
    let mut response = json(status, &json!({ "error_code": code, "message": message }));
    if let Ok(value) = HeaderValue::from_str(message) {
        response.headers_mut().insert(ERROR_MESSAGE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_rfc_9110_has_them() {
        let cases = [
            ("bytes=0-0", Range::Part(0, 1)),
            ("bytes=2-", Range::Part(2, 10)),
            ("bytes=-3", Range::Part(7, 10)),
            ("bytes=-30", Range::Part(0, 10)),
            ("bytes=5-99", Range::Part(5, 10)),
            ("bytes=10-", Range::Outside),
            ("bytes=-0", Range::Outside),
            ("bytes=5-4", Range::All),
            ("bytes=0-1,4-5", Range::All),
            ("rows=0-1", Range::All),
            ("bytes=x-1", Range::All),
        ];
        for (text, expected) in cases {
            assert_eq!(range(text, 10), expected, "{text}");
        }
    }
}
