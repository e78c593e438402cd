//! One call over HTTP: credentials, deadlines, repeats, and the rule that a statement is sent once.

use std::time::Duration;

use bytes::Bytes;
use dbsql_auth::{AuthError, AuthErrorKind, Authorization, SharedTokenProvider};
use dbsql_protocol::handle::QueryId;
use dbsql_runtime::{Instant, Runtime};
use dbsql_transport::retry::{RetryBudget, RetryPolicy, retry_after};
use dbsql_transport::{
    CollectError, FreshConnection, RequestSent, SendPermit, SharedTransport, TransportError,
    TransportErrorKind,
};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, Request, StatusCode};
use tracing::Instrument;

use crate::deadline::earlier;
use crate::error::RetryAdvice;
use crate::http::endpoint::Endpoint;
use crate::http::flight::Flight;
use crate::{Error, ErrorKind, Result};

/// Pooled connections idle for longer than this carry no submit: racing the server's idle close
/// would turn a harmless reset into an unknown outcome.
const FRESH: Duration = Duration::from_secs(1);

/// Largest answer collected into memory. One fetch asks for far less; a server that sends more
/// than this is broken or hostile.
const ANSWER_LIMIT: usize = 1 << 30;

/// Pause before a repetition that the client's budget of repetitions does not pay for.
const BROKE: Duration = Duration::from_secs(10);

/// Everything a call needs that is the same for all calls of a client.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) endpoint: Endpoint,
    pub(crate) transport: SharedTransport,
    pub(crate) credentials: SharedTokenProvider,
    pub(crate) runtime: Runtime,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: RetryBudget,
    pub(crate) user_agent: HeaderValue,
}

/// One call and the rules for it.
#[derive(Debug)]
pub(crate) struct CallSpec {
    /// The protocol's name for the call, for spans and errors.
    pub(crate) name: &'static str,
    pub(crate) repeat: Repeat,
    pub(crate) query_id: Option<QueryId>,
    pub(crate) until: Option<Instant>,
    /// How long one attempt waits for its answer.
    pub(crate) answer_timeout: Duration,
    /// Where it is, for those who may want to give it up.
    pub(crate) flight: Flight,
}

/// Which failures of a call allow sending it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// All that may pass: repeating the call changes nothing.
    Always,
    /// As `Always`, but few times: somebody waits for a first sign of life, and each attempt may
    /// leave a session behind for the server's idle timer.
    Opening,
    /// Only those where the server certainly did not take it: the statement runs once.
    WhenNotTaken,
}

/// How often an opening call is sent at most.
const OPENING_ATTEMPTS: u32 = 3;

/// What one attempt came to.
pub(crate) enum Verdict<T> {
    Done(T),
    /// A clear answer; repeating gives the same.
    Refused(Error),
    /// Trouble that may pass.
    Trouble(Trouble),
}

/// Trouble that may pass, and whether the server may have taken the request all the same.
pub(crate) struct Trouble {
    pub(crate) error: Error,
    pub(crate) taken: RequestSent,
    pub(crate) retry_after: Option<Duration>,
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Which attempt it answers, counted from 0.
    pub(crate) attempt: u32,
}

impl Exchange {
    /// Posts a body built for each attempt (counted from 0) and has the answer read by `read`,
    /// which sees every status that is not dealt with here: 200s, and the 4xx of the protocol.
    pub(crate) async fn post<T: Send>(
        &self,
        call: &CallSpec,
        body: impl Fn(u32) -> Bytes + Send + Sync,
        read: impl Fn(Answer) -> Verdict<T> + Send + Sync,
    ) -> Result<T> {
        let mut backoff = self.retry.backoff();
        let mut token_refreshed = false;
        let mut last_trouble: Option<Error> = None;
        let mut attempt = 0;
        loop {
            let span = tracing::debug_span!(
                "dbsql.request",
                method = call.name,
                attempt,
                query_id = call.query_id.map(tracing::field::display),
            );
            let verdict = self
                .attempt(
                    call,
                    attempt,
                    body(attempt),
                    &read,
                    &mut token_refreshed,
                    last_trouble.as_ref(),
                )
                .instrument(span)
                .await;
            let trouble = match verdict {
                Verdict::Done(value) => {
                    self.budget.credit();
                    return Ok(value);
                }
                Verdict::Refused(error) => return Err(self.named(error, call)),
                Verdict::Trouble(trouble) => trouble,
            };
            attempt += 1;
            if trouble.taken == RequestSent::No {
                call.flight.returns();
            }
            let error = self.named(trouble.error, call);
            tracing::debug!(method = call.name, attempt, %error, "attempt failed");
            match call.repeat {
                Repeat::WhenNotTaken if trouble.taken == RequestSent::Maybe => {
                    return Err(self.outcome_unknown(error, call));
                }
                Repeat::Opening if attempt >= OPENING_ATTEMPTS => return Err(error),
                _ => {}
            }
            let Some(mut delay) = backoff.next_delay(&self.runtime, trouble.retry_after) else {
                return Err(self.gave_up(error, call, trouble.retry_after));
            };
            if !self.budget.try_spend() {
                if call.repeat != Repeat::Always {
                    return Err(self.gave_up(error, call, trouble.retry_after));
                }
                // An outage that empties the budget must not end healthy statements' waits.
                delay = delay.max(self.runtime.jitter(BROKE / 2, BROKE));
            }
            let wake = self.runtime.now() + delay;
            if call.until.is_some_and(|until| wake >= until) {
                // A long Retry-After is worth more to the caller than waiting for the deadline.
                if trouble.retry_after.is_some() {
                    return Err(self.gave_up(error, call, trouble.retry_after));
                }
                self.runtime.sleep_until(call.until.unwrap_or(wake)).await;
                return Err(self.deadline(call, RequestSent::No, Some(&error)));
            }
            self.runtime.sleep_until(wake).await;
            last_trouble = Some(error);
        }
    }

    async fn attempt<T>(
        &self,
        call: &CallSpec,
        attempt: u32,
        body: Bytes,
        read: &(impl Fn(Answer) -> Verdict<T> + Send + Sync),
        token_refreshed: &mut bool,
        last_trouble: Option<&Error>,
    ) -> Verdict<T> {
        loop {
            let now = self.runtime.now();
            if call.until.is_some_and(|until| now >= until) {
                return Verdict::Refused(self.deadline(call, RequestSent::No, last_trouble));
            }
            let timeout = now.checked_add(call.answer_timeout);
            let bound = earlier(call.until, timeout);
            let mut authorization = None;
            let exchange = self.send(call, attempt, body.clone(), &mut authorization);
            let answer = match self.runtime.timeout_at(bound, exchange).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(verdict)) => return verdict.into_verdict(),
                Err(_) => return self.timed_out(call, call.flight.request_sent(), last_trouble),
            };
            if rejects_credentials(&answer)
                && !*token_refreshed
                && authorization.is_some_and(|stale| self.credentials.rejected(&stale))
            {
                // Refused before anything was looked at, so this holds for a statement as well.
                *token_refreshed = true;
                call.flight.returns();
                continue;
            }
            return self.judge(call, answer, read);
        }
    }

    /// One request and its whole answer.
    async fn send(
        &self,
        call: &CallSpec,
        attempt: u32,
        body: Bytes,
        used: &mut Option<Authorization>,
    ) -> Result<Answer, Interruption> {
        let authorization = self.credentials.authorization().await.map_err(no_credentials)?;
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.thrift_uri().clone();
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-thrift"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/x-thrift"));
        headers.insert(USER_AGENT, self.user_agent.clone());
        authorization.apply(headers);
        if let Some(id) = self.endpoint.org_id() {
            // Digits only, checked by the endpoint.
            if let Ok(value) = HeaderValue::from_str(id) {
                headers.insert(HeaderName::from_static("x-databricks-org-id"), value);
            }
        }
        let permit = SendPermit::new();
        call.flight.departs(&permit);
        request.extensions_mut().insert(permit);
        if call.repeat == Repeat::WhenNotTaken {
            request.extensions_mut().insert(FreshConnection::new(FRESH));
        }
        *used = Some(authorization);
        let response =
            self.transport.send(request).await.map_err(|error| interrupted(call, error))?;
        let (parts, body) = response.into_parts();
        let body = body.collect(ANSWER_LIMIT).await.map_err(|error| without_body(call, error))?;
        Ok(Answer { status: parts.status, headers: parts.headers, body, attempt })
    }

    /// Deals with the statuses that mean the same for every call; the rest is the protocol's.
    fn judge<T>(
        &self,
        call: &CallSpec,
        answer: Answer,
        read: &(impl Fn(Answer) -> Verdict<T> + Send + Sync),
    ) -> Verdict<T> {
        let status = answer.status;
        let said = gateway_text(&answer);
        let what = |text: &str| match &said {
            Some(said) => format!("{text} (HTTP {}): {said}", status.as_u16()),
            None => format!("{text} (HTTP {})", status.as_u16()),
        };
        let wait = retry_after(&answer.headers, self.runtime.wall_now());
        let trouble = |kind, text: &str, taken| {
            Verdict::Trouble(Trouble {
                error: Error::new(kind, what(text)).after(wait),
                taken,
                retry_after: wait,
            })
        };
        if rejects_credentials(&answer) {
            let text = what("the server did not accept the credentials");
            return Verdict::Refused(Error::new(ErrorKind::Auth, text));
        }
        match status.as_u16() {
            403 => Verdict::Refused(Error::new(
                ErrorKind::PermissionDenied,
                what("the server denied access"),
            )),
            429 => {
                trouble(ErrorKind::Throttled, "the server asks for fewer requests", RequestSent::No)
            }
            503 if wait.is_some() && self.retry.trusts_retry_after_503() => trouble(
                ErrorKind::Throttled,
                "the server is not available for now",
                RequestSent::No,
            ),
            501 if call.repeat != Repeat::WhenNotTaken => Verdict::Refused(Error::new(
                ErrorKind::Unsupported,
                what(&format!("the server does not implement {}", call.name)),
            )),
            408 | 425 | 500..=599 => trouble(
                ErrorKind::Transport,
                &format!("the server failed to answer {}", call.name),
                RequestSent::Maybe,
            ),
            300..=399 => Verdict::Refused(
                Error::new(
                    ErrorKind::Config,
                    what("the server redirects to another place, which is never followed"),
                )
                .with_next_step("use the host and http_path of the warehouse or cluster itself"),
            ),
            _ => read(answer),
        }
    }

    fn timed_out<T>(
        &self,
        call: &CallSpec,
        sent: RequestSent,
        last_trouble: Option<&Error>,
    ) -> Verdict<T> {
        if call.until.is_some_and(|until| self.runtime.now() >= until) {
            return Verdict::Refused(self.deadline(call, sent, last_trouble));
        }
        let message =
            format!("no answer to {} within {} s", call.name, call.answer_timeout.as_secs_f64());
        Verdict::Trouble(Trouble {
            error: Error::new(ErrorKind::Transport, message),
            taken: sent,
            retry_after: None,
        })
    }

    fn deadline(&self, call: &CallSpec, sent: RequestSent, last_trouble: Option<&Error>) -> Error {
        let message = format!("the deadline passed during {}", call.name);
        let mut error = self.named(Error::new(ErrorKind::Deadline, message), call);
        if let Some(trouble) = last_trouble {
            error = error.with_source(trouble.clone());
        }
        match (call.repeat, sent) {
            (Repeat::WhenNotTaken, RequestSent::Maybe) => self.outcome_unknown(error, call),
            (Repeat::WhenNotTaken, _) => error
                .with_retry(RetryAdvice::SafeToResubmit)
                .with_next_step("the statement was not sent: submit it again"),
            (Repeat::Opening | Repeat::Always, _) => error,
        }
    }

    fn outcome_unknown(&self, cause: Error, call: &CallSpec) -> Error {
        let message = "the statement was sent, but no clear answer came back";
        self.named(Error::new(ErrorKind::OutcomeUnknown, message), call).with_source(cause)
    }

    /// Repeating did not help, or was not allowed any more.
    fn gave_up(&self, error: Error, call: &CallSpec, wait: Option<Duration>) -> Error {
        match (call.repeat, wait) {
            (Repeat::WhenNotTaken, Some(_)) => error
                .after(wait)
                .with_next_step("the statement was not taken: submit it again, but not sooner"),
            (_, Some(_)) => error.after(wait),
            (Repeat::WhenNotTaken, None) => error
                .with_retry(RetryAdvice::SafeToResubmit)
                .with_next_step("the statement was not taken: submit it again"),
            (_, None) => error,
        }
    }

    fn named(&self, error: Error, call: &CallSpec) -> Error {
        let error = error.with_query(call.query_id).with_host(self.endpoint.host());
        match (call.repeat, error.retry()) {
            // There is a statement already: that this call was refused says nothing about it.
            (Repeat::Always, RetryAdvice::SafeToResubmit) => {
                error.with_retry(RetryAdvice::RepeatCall)
            }
            (Repeat::Opening, RetryAdvice::RepeatCall | RetryAdvice::RepeatCallAfter(_)) => {
                let next_step = match error.kind() {
                    ErrorKind::Transport => {
                        "check host and port and that the server runs; there is no session yet: try \
                         again"
                    }
                    _ => "there is no session yet: try again",
                };
                error.with_next_step(next_step)
            }
            _ => error,
        }
    }
}

/// Why an attempt has no answer.
enum Interruption {
    Refused(Error),
    Trouble(Trouble),
}

impl Interruption {
    fn into_verdict<T>(self) -> Verdict<T> {
        match self {
            Self::Refused(error) => Verdict::Refused(error),
            Self::Trouble(trouble) => Verdict::Trouble(trouble),
        }
    }
}

fn no_credentials(error: AuthError) -> Interruption {
    let message = "no credentials for the request";
    match error.kind() {
        AuthErrorKind::Invalid => {
            Interruption::Refused(Error::new(ErrorKind::Config, message).with_source(error))
        }
        AuthErrorKind::Refused => {
            Interruption::Refused(Error::new(ErrorKind::Auth, message).with_source(error))
        }
        // It cannot be reached, or says what a later version will understand.
        _ => Interruption::Trouble(Trouble {
            error: Error::new(ErrorKind::Auth, message)
                .with_retry(RetryAdvice::RepeatCall)
                .with_next_step("try again: whoever gives out the tokens did not answer")
                .with_source(error),
            taken: RequestSent::No,
            retry_after: None,
        }),
    }
}

fn interrupted(call: &CallSpec, error: TransportError) -> Interruption {
    let taken = error.request_sent();
    let message = match taken {
        RequestSent::No => format!("{} could not be sent: {error}", call.name),
        RequestSent::Maybe => format!("{} was interrupted: {error}", call.name),
    };
    if taken == RequestSent::No && error.is_tls() {
        return Interruption::Refused(
            Error::new(ErrorKind::Transport, message)
                .with_retry(RetryAdvice::Never)
                .with_next_step(
                    "check the host name, its certificate and the roots that this machine trusts; \
                     where the port does not speak TLS, write http:// before the host",
                )
                .with_source(error),
        );
    }
    if taken == RequestSent::No && error.kind() == TransportErrorKind::Other {
        let settings = "check the host and the settings of the transport";
        return Interruption::Refused(
            Error::new(ErrorKind::Config, message).with_next_step(settings).with_source(error),
        );
    }
    Interruption::Trouble(Trouble {
        error: Error::new(ErrorKind::Transport, message).with_source(error),
        taken,
        retry_after: None,
    })
}

/// Part of the answer is here, so the request certainly left.
fn without_body(call: &CallSpec, error: CollectError) -> Interruption {
    let (kind, what, passes) = match &error {
        CollectError::Transport(_) => (ErrorKind::Transport, "was cut off", true),
        _ => (ErrorKind::Protocol, "is too large", false),
    };
    let message = format!("the answer to {} {what}", call.name);
    let error = Error::new(kind, message).with_source(error);
    if passes || call.repeat == Repeat::WhenNotTaken {
        Interruption::Trouble(Trouble { error, taken: RequestSent::Maybe, retry_after: None })
    } else {
        Interruption::Refused(error)
    }
}

/// Whether the credentials are no good, rather than not good enough: 401, and the 403 with which
/// Databricks tells of a token that is invalid or has expired.
fn rejects_credentials(answer: &Answer) -> bool {
    const MARKS: [&str; 3] = ["Invalid access token", "token expired", "Token is expiring"];
    match answer.status {
        StatusCode::UNAUTHORIZED => true,
        StatusCode::FORBIDDEN => {
            gateway_text(answer).is_some_and(|text| MARKS.iter().any(|mark| text.contains(mark)))
        }
        _ => false,
    }
}

/// What a gateway in front of the server says about itself, in headers that Databricks documents
/// for non-200 answers; else a short plain-text body. Never a page of HTML.
fn gateway_text(answer: &Answer) -> Option<String> {
    const HEADERS: [&str; 3] = [
        "x-databricks-reason-phrase",
        "x-thriftserver-error-message",
        "x-databricks-error-or-redirect-message",
    ];
    if answer.status.is_success() {
        return None;
    }
    let from_headers =
        HEADERS.iter().find_map(|name| answer.headers.get(*name)?.to_str().ok()).map(str::to_owned);
    from_headers.or_else(|| {
        let text = std::str::from_utf8(&answer.body).ok()?.trim();
        let plain = !text.is_empty() && !text.starts_with('<') && text.len() <= 300;
        plain.then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
    })
}
