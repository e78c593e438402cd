//! A request for bytes of a file, including redirects, and the meaning of its response.

use std::time::Duration;

use bytes::Bytes;
use dbsql_transport::retry::retry_after;
use dbsql_transport::{Body, RemoteOnly, TransportError, TransportErrorKind};
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};

use super::refusal::ErrorBody;
use super::version::{Span, Version, accepts_ranges, unsatisfied_total};
use super::{Storage, url};
use crate::error::RetryAdvice;
use crate::http::encoding;
use crate::http::proxy::LastingFailure;
use crate::telemetry::{answered, unanswered};
use crate::{Error, ErrorKind};

/// The maximum number of requests for one file, including redirects.
const MAX_REQUESTS: usize = 3;

/// The requested bytes.
pub(super) struct Wanted<'a> {
    pub(super) url: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) from: u64,
    pub(super) to: Option<u64>,
    /// The version of the requested bytes.
    pub(super) etag: Option<&'a HeaderValue>,
    /// Of this attempt.
    pub(super) span: &'a tracing::Span,
}

/// The response to it.
pub(super) enum Response {
    File(Opened),
    /// The store rejected the link, as it does for an expired one. It takes precedence over the
    /// clock.
    Rejected(Error),
    /// The offset is beyond the end of the file, which has this length.
    OutOfRange {
        total: Option<u64>,
        error: Error,
    },
}

/// A body with bytes of the file.
pub(super) struct Opened {
    pub(super) body: Body,
    pub(super) span: Span,
    pub(super) version: Version,
    /// Whether it is a part, not the whole file.
    pub(super) is_part: bool,
    pub(super) accepts_ranges: Option<bool>,
}

pub(super) struct Failure {
    pub(super) error: Error,
    pub(super) wait: Option<Duration>,
    /// Whether a retry may help.
    pub(super) transient: bool,
}

impl Failure {
    pub(super) fn transient(error: Error) -> Self {
        Self { error, wait: None, transient: true }
    }

    pub(super) fn lasting(error: Error) -> Self {
        Self { error, wait: None, transient: false }
    }
}

impl Wanted<'_> {
    fn request(&self, url: &Uri, headers: &HeaderMap) -> Request<Bytes> {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = url.clone();
        *request.headers_mut() = headers.clone();
        let headers = request.headers_mut();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some(range) = self.range() {
            headers.insert(RANGE, range);
            if let Some(etag) = self.etag {
                headers.insert(IF_RANGE, etag.clone());
            }
        }
        request
    }

    /// `None` for the whole file.
    fn range(&self) -> Option<HeaderValue> {
        let text = match self.to {
            None if self.from == 0 => return None,
            None => format!("bytes={}-", self.from),
            Some(to) => format!("bytes={}-{}", self.from, to.saturating_sub(1)),
        };
        HeaderValue::try_from(text).ok()
    }
}

impl Storage {
    /// Sends a request and follows its redirects, up to the head of the response.
    pub(super) async fn request(&self, wanted: &Wanted<'_>) -> Result<Response, Failure> {
        let mut url = wanted.url.clone();
        let mut headers = wanted.headers.clone();
        for _ in 0..MAX_REQUESTS {
            self.links.check(&url).map_err(Failure::lasting)?;
            let mut request = wanted.request(&url, &headers);
            if self.links.is_remote_only(&url) {
                request.extensions_mut().insert(RemoteOnly);
            }
            let sent = self.transport.send(request).await;
            let response = sent.map_err(|error| {
                unanswered(wanted.span, &error);
                unsent(error, host(&url))
            })?;
            let status = response.status();
            answered(wanted.span, status);
            if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                return self.read(response, host(&url)).await;
            }
            let next = url::redirected(&url, response.headers());
            let refused = |text: &str| {
                let message = format!("{text} (HTTP {})", status.as_u16());
                let error = Error::new(ErrorKind::Protocol, message);
                Failure::lasting(error.with_host(host(&url)))
            };
            let next = next.map_err(refused)?;
            if !url::same_origin(&url, &next) {
                // It is meant for that host only.
                headers.remove(AUTHORIZATION);
                if !headers.is_empty() {
                    return Err(refused(
                        "result storage redirected a request with headers to another host",
                    ));
                }
            }
            url = next;
        }
        let error = Error::new(ErrorKind::Protocol, "too many redirects from result storage");
        Err(Failure::lasting(error.with_host(host(&url))))
    }

    async fn read(&self, response: http::Response<Body>, host: &str) -> Result<Response, Failure> {
        let (head, mut body) = response.into_parts();
        let (status, headers) = (head.status, &head.headers);
        let fails = |kind, text: &str| {
            let message = format!("{text} (HTTP {})", status.as_u16());
            Error::new(kind, message).with_host(host)
        };
        if matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT) {
            if let Some(encoding) = encoding::foreign(headers) {
                let text = format!(
                    "result storage sent a file with the content encoding {encoding}, which was not \
                     expected"
                );
                let error = fails(ErrorKind::Protocol, &text).with_retry(RetryAdvice::Never);
                let advice = "check for an intermediary that compresses files of result storage";
                return Err(Failure::lasting(error.with_next_step(advice)));
            }
            let is_part = status == StatusCode::PARTIAL_CONTENT;
            let span = if is_part { Span::part(headers) } else { Some(Span::whole(headers)) };
            let span = span.ok_or_else(|| {
                let text = "invalid Content-Range from result storage";
                Failure::transient(fails(ErrorKind::Protocol, text))
            })?;
            let version = Version::new(headers, span.total);
            let accepts_ranges = if is_part { Some(true) } else { accepts_ranges(headers) };
            return Ok(Response::File(Opened { body, span, version, is_part, accepts_ranges }));
        }
        let error_body = match status.as_u16() {
            400..=499 => ErrorBody::read(&mut body, &self.runtime).await,
            _ => ErrorBody::default(),
        };
        let fails = |kind, text: &str| {
            let code = error_body.code.as_ref().map(|code| format!(", {code}")).unwrap_or_default();
            let message = format!("{text} (HTTP {}{code})", status.as_u16());
            Error::new(kind, message).with_host(host)
        };
        let wait = retry_after(headers, self.runtime.wall_now());
        Err(match status.as_u16() {
            408 | 425 | 429 | 500..=599 => {
                let error = fails(ErrorKind::Transport, "result storage failed");
                Failure { error, wait, transient: true }
            }
            400 if error_body.is_request_timeout() => {
                let error = fails(ErrorKind::Transport, "result storage failed");
                Failure { error, wait, transient: true }
            }
            401 | 403 | 404 | 410 => return Ok(Response::Rejected(rejected(&fails))),
            400 if error_body.expired => return Ok(Response::Rejected(rejected(&fails))),
            416 => {
                let error = fails(ErrorKind::ResultGone, "the result file ends before its rows");
                return Ok(Response::OutOfRange { total: unsatisfied_total(headers), error });
            }
            _ => {
                let text = "invalid response from result storage";
                Failure::lasting(fails(ErrorKind::Protocol, text))
            }
        })
    }
}

fn rejected(fails: &impl Fn(ErrorKind, &str) -> Error) -> Error {
    fails(ErrorKind::ResultGone, "the result link expired or was rejected")
}

/// There was no response.
fn unsent(error: TransportError, host: &str) -> Failure {
    if error.is_local_address() {
        let message = "the host of a result link resolves to this machine or its network link";
        let error = Error::new(ErrorKind::Config, message).with_source(error);
        return Failure::lasting(error.with_host(host).with_next_step(super::policy::ALLOW_HOST));
    }
    if let Some(LastingFailure { kind, next_step }) = LastingFailure::of(&error) {
        let kind = if kind == ErrorKind::Auth { kind } else { ErrorKind::StorageUnreachable };
        let message = format!("the download of a result file failed: {error}");
        let error = Error::new(kind, message).with_source(error).with_host(host);
        // The statement has run: the advice for a submit does not apply.
        let error = error.with_retry(RetryAdvice::RepeatCall).with_next_step(next_step);
        return Failure::lasting(error);
    }
    let transient = !error.is_tls() && error.kind() != TransportErrorKind::Other;
    let unreachable = error.kind() == TransportErrorKind::Connect || !transient;
    let kind = if unreachable { ErrorKind::StorageUnreachable } else { ErrorKind::Transport };
    let message = "the download of a result file failed";
    let error = Error::new(kind, message).with_host(host).with_source(error);
    Failure { error, wait: None, transient }
}

pub(super) fn host(url: &Uri) -> &str {
    url.host().unwrap_or_default()
}
