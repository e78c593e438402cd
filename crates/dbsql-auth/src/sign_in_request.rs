//! One HTTP request of a sign-in: sent through the client's transport, within time and size limits, and
//! resent after a transient error.

use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::{Instant, NoRuntime};
use dbsql_transport::retry::{Attempts, RetryPolicy, retry_after};
use dbsql_transport::{
    CollectError, ProxyFailure, RequestSent, TransportError, TransportErrorKind,
};
use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use http::{HeaderMap, Method, Request, StatusCode};

use crate::hosts::{Endpoint, host_of};
use crate::{AuthContext, AuthError};

/// The time limit for the first byte of a response.
const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(15);

/// The time limit for a whole response.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The maximum size of a response in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// The maximum number of resends, and the time after the first failure in which they are allowed.
const MAX_RESENDS: u32 = 2;
const RESEND_TIME: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// A request of a sign-in. It has no `Debug`: its body holds secrets.
pub(crate) struct SignInRequest {
    method: Method,
    endpoint: Endpoint,
    /// The service, for errors: "the token service".
    service: &'static str,
    headers: HeaderMap,
    body: Bytes,
    resend: Resend,
    response_timeout: Duration,
}

/// Which failures allow the request to be resent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resend {
    /// Transient failures.
    IfTransient,
    /// Only failures before the request was sent: its contents are valid once.
    IfNotSent,
    Never,
}

/// A response with any status.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A failed exchange.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    pub(crate) error: AuthError,
    /// The OAuth error code, such as `invalid_grant`.
    pub(crate) code: Option<String>,
    is_transient: bool,
    sent: RequestSent,
}

impl Rejection {
    /// A retry would fail the same way.
    pub(crate) fn last(error: AuthError) -> Self {
        Self { error, code: None, is_transient: false, sent: RequestSent::Maybe }
    }

    /// A retry may help.
    pub(crate) fn transient(error: AuthError) -> Self {
        Self { is_transient: true, ..Self::last(error) }
    }

    pub(crate) fn map_error(mut self, change: impl FnOnce(AuthError) -> AuthError) -> Self {
        self.error = change(self.error);
        self
    }

    pub(crate) fn with_code(mut self, code: Option<String>) -> Self {
        self.code = code;
        self
    }
}

impl From<AuthError> for Rejection {
    fn from(error: AuthError) -> Self {
        Self::last(error)
    }
}

impl From<Rejection> for AuthError {
    fn from(rejection: Rejection) -> Self {
        rejection.error
    }
}

impl SignInRequest {
    pub(crate) fn get(endpoint: Endpoint, service: &'static str) -> Self {
        Self::new(Method::GET, endpoint, service)
    }

    pub(crate) fn post(endpoint: Endpoint, service: &'static str) -> Self {
        Self::new(Method::POST, endpoint, service)
    }

    fn new(method: Method, endpoint: Endpoint, service: &'static str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let user_agent = concat!("dbsql/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(user_agent));
        Self {
            method,
            endpoint,
            service,
            headers,
            body: Bytes::new(),
            resend: Resend::IfTransient,
            response_timeout: ANSWER_TIMEOUT,
        }
    }

    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn resend(mut self, resend: Resend) -> Self {
        self.resend = resend;
        self
    }

    /// Sets the time limit for a whole response.
    pub(crate) fn response_timeout(mut self, limit: Duration) -> Self {
        self.response_timeout = limit;
        self
    }

    /// Names the service and its host in errors: "the token service at host".
    pub(crate) fn service(&self) -> String {
        format!("{} at {}", self.service, self.endpoint.host())
    }

    /// Sends the request and parses the response with `read`. Redirects are not followed.
    pub(crate) async fn send<T>(
        &self,
        context: &AuthContext,
        read: impl Fn(Answer) -> Result<T, Rejection> + Send + Sync,
    ) -> Result<T, Rejection> {
        let runtime = context.runtime();
        let policy = RetryPolicy::new().initial_backoff(FIRST_PAUSE).max_elapsed(RESEND_TIME);
        let mut backoff = policy.backoff();
        let start = runtime.now();
        let mut resent = 0;
        loop {
            let rejection = match self.attempt(context).await.and_then(&read) {
                Ok(value) => return Ok(value),
                Err(rejection) => rejection,
            };
            let elapsed = runtime.now().saturating_duration_since(start);
            let attempts = Attempts::new(resent + 1, elapsed);
            let rejection = rejection.map_error(|error| error.with_attempts(attempts));
            let host = self.endpoint.host();
            tracing::debug!(host, resent, error = %rejection.error, "a sign-in request failed");
            let may_resend = match self.resend {
                Resend::IfTransient => rejection.is_transient,
                Resend::IfNotSent => rejection.is_transient && rejection.sent == RequestSent::No,
                Resend::Never => false,
            };
            if !may_resend || resent == MAX_RESENDS {
                return Err(rejection);
            }
            let wait = rejection.error.retry_after();
            let Some(pause) = backoff.next_delay(runtime, wait) else { return Err(rejection) };
            runtime.sleep(pause).await;
            resent += 1;
        }
    }

    async fn attempt(&self, context: &AuthContext) -> Result<Answer, Rejection> {
        let runtime = context.runtime();
        let mut request = Request::new(self.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.endpoint.uri().clone();
        *request.headers_mut() = self.headers.clone();
        let start = runtime.now();
        let whole = start.checked_add(self.response_timeout);
        let first_byte = start.checked_add(FIRST_BYTE_TIMEOUT.min(self.response_timeout));
        let response = context.transport().send(request);
        let response = match runtime.timeout_at(first_byte, response).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(self.failed(error)),
            Err(_) => return Err(self.timed_out(context, start)),
        };
        let (parts, body) = response.into_parts();
        let body = match runtime.timeout_at(whole, body.collect(MAX_ANSWER)).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) => return Err(self.broken(error)),
            Err(_) => return Err(self.timed_out(context, start)),
        };
        let answer = Answer { status: parts.status, headers: parts.headers, body };
        self.passable(context, answer)
    }

    /// Handles the statuses that mean the same for every request.
    fn passable(&self, context: &AuthContext, answer: Answer) -> Result<Answer, Rejection> {
        let service = self.service();
        let status = answer.status.as_u16();
        match status {
            407 => {
                let message =
                    format!("the proxy requires credentials to reach {service} (HTTP 407)");
                let next_step = "configure the credentials of the proxy";
                Err(AuthError::rejected(message).with_next_step(next_step).into())
            }
            408 | 425 | 429 | 500..=599 => {
                let message = format!("{service} is not available (HTTP {status})");
                let wait = retry_after(&answer.headers, context.runtime().wall_now());
                let error = AuthError::unavailable(message);
                let error =
                    wait.map_or_else(|| error.clone(), |w| error.clone().with_retry_after(w));
                let next_step = "try again later";
                Err(Rejection::transient(error.with_next_step(next_step)))
            }
            _ => Ok(answer),
        }
    }

    fn failed(&self, error: TransportError) -> Rejection {
        let service = self.service();
        let sent = error.request_sent();
        if error.proxy_failure().is_some_and(ProxyFailure::is_lasting) {
            let message = format!("cannot send a request to {service}: {error}");
            let next_step = "check the proxy: its URL, its user and password, and the hosts that it \
                             allows";
            let error = AuthError::rejected(message).with_next_step(next_step).with_source(error);
            return Rejection { sent, ..Rejection::last(error) };
        }
        let is_final = error.is_tls() || error.kind() == TransportErrorKind::Other;
        let rejection = if is_final {
            let runtime =
                std::error::Error::source(&error).and_then(|e| e.downcast_ref::<NoRuntime>());
            let next_step = match runtime {
                Some(missing) => missing.next_step(),
                None if error.is_tls() => {
                    "check the host name, its certificate and the root certificates of this machine"
                }
                None => "check the host and the settings of the transport",
            };
            let message = format!("cannot send a request to {service}: {error}");
            Rejection::last(
                AuthError::invalid(message).with_next_step(next_step).with_source(error),
            )
        } else {
            let message = format!("cannot reach {service}: {error}");
            let next_step = "check the network, the proxy and the name of the host";
            let error =
                AuthError::unavailable(message).with_next_step(next_step).with_source(error);
            Rejection::transient(error)
        };
        Rejection { sent, ..rejection }
    }

    fn broken(&self, error: CollectError) -> Rejection {
        let service = self.service();
        match error {
            CollectError::TooLarge { .. } => {
                let message = format!("the response of {service} is too large");
                Rejection::last(AuthError::rejected(message).with_source(error))
            }
            _ => {
                let message = format!("the response of {service} was cut off");
                Rejection::transient(AuthError::unavailable(message).with_source(error))
            }
        }
    }

    /// The time is used up: another attempt is up to the caller.
    fn timed_out(&self, context: &AuthContext, start: Instant) -> Rejection {
        let waited = context.runtime().now().saturating_duration_since(start);
        let message = format!("no response of {} within {} s", self.service(), waited.as_secs());
        Rejection::last(AuthError::unavailable(message).with_next_step("try again later"))
    }
}

/// Parses a JSON object. Without the check an array would be accepted too, by the order of the
/// fields.
pub(crate) fn json_object<T: serde::de::DeserializeOwned>(body: &[u8]) -> Option<T> {
    let is_object = body.trim_ascii_start().starts_with(b"{");
    is_object.then(|| serde_json::from_slice(body).ok()).flatten()
}

/// The rejection of a response that evidently does not come from `service`: a redirect, or a page
/// of a proxy. Neither the body nor the query string of a redirect is quoted.
pub(crate) fn not_of(service: &str, answer: &Answer) -> Rejection {
    let status = answer.status.as_u16();
    let next_step = "check the host of the workspace, and whether there is a proxy or a sign-in page \
                     between this machine and it";
    let error = match status {
        300..=399 => {
            let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
            let target = match location {
                Some(location) if location.starts_with('/') && !location.starts_with("//") => None,
                Some(location) => host_of(location),
                None => None,
            };
            let target = target.map_or_else(|| "elsewhere".to_owned(), |host| format!("to {host}"));
            AuthError::invalid(format!(
                "{service} redirects {target} (HTTP {status}); redirects are not followed"
            ))
        }
        404 | 405 | 410 => AuthError::invalid(format!(
            "there is no such service: {service} answered HTTP {status}"
        )),
        _ => AuthError::rejected(format!(
            "something other than {service} responded (HTTP {status}, {})",
            content_type(&answer.headers)
        )),
    };
    Rejection::transient(error.with_next_step(next_step))
}

/// Returns the media type, without anything that may be a secret.
fn content_type(headers: &HeaderMap) -> &'static str {
    let value = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is = |kind: &str| value.is_some_and(|value| value.to_ascii_lowercase().starts_with(kind));
    match () {
        () if is("text/html") => "an HTML page",
        () if is("application/json") => "unexpected JSON",
        () if is("text/") => "text",
        () => "no JSON",
    }
}
