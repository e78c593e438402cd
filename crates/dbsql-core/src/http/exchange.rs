//! One call over HTTP: the loop that every request of the engine goes through, and the rule that a
//! statement is sent once.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dbsql_auth::TokenCache;
use dbsql_protocol::handle::QueryId;
use dbsql_runtime::{Instant, Runtime};
use dbsql_transport::retry::{RetryBudget, RetryPolicy};
use dbsql_transport::{RequestSent, SharedTransport};
use http::{HeaderValue, Method, Uri};
use tracing::{Instrument, Span};

use super::attempt::{Answer, Attempt, Outcome};
use super::cookies::Cookies;
use super::endpoint::Endpoint;
use super::flight::Flight;
use super::lanes::Lanes;
use super::last_error::LastError;
use super::refusal::{Judge, TransientError, Verdict, no_credentials};
use super::retries::{Next, OverBudget, Retries};
use super::slots::{Class, HeldSlot};
use super::turns::Turns;
use crate::error::RetryAdvice;
use crate::telemetry::{RequestInfo, answered, failed, request_span, unanswered};
use crate::{Error, ErrorKind, Result};

/// The maximum number of attempts of an opening call.
const MAX_OPENING_ATTEMPTS: u32 = 3;

/// The maximum number of resends of a first call after a response that proves nothing, and the time
/// limit for them: a wrong path must be reported immediately.
const MAX_UNPROVEN_RETRIES: u32 = 2;
const UNPROVEN_RETRY_TIME: Duration = Duration::from_secs(2);

/// The maximum number of resends of a submit after the server asked to retry later.
const MAX_THROTTLED_RESENDS: u32 = 3;

/// The parts of a call that are the same for all calls of a client.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) endpoint: Endpoint,
    pub(crate) transport: SharedTransport,
    pub(crate) credentials: TokenCache,
    pub(crate) runtime: Runtime,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: RetryBudget,
    pub(crate) user_agent: HeaderValue,
    pub(crate) lanes: Arc<Lanes>,
}

/// A call and its rules.
#[derive(Clone, Debug)]
pub(crate) struct CallSpec {
    /// The name of the call in the protocol, for spans and errors.
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) content_type: HeaderValue,
    pub(crate) retry: Retry,
    pub(crate) class: Class,
    /// A slot for the first attempt that the caller has already acquired.
    pub(crate) held_slot: HeldSlot,
    pub(crate) query_id: Option<QueryId>,
    pub(crate) until: Option<Instant>,
    /// The response timeout of one attempt.
    pub(crate) response_timeout: Duration,
    /// The maximum size of the response in bytes.
    pub(crate) answer_limit: usize,
    /// Tracks the call, so that it can be revoked.
    pub(crate) flight: Flight,
    /// The cookies of the session that the call belongs to.
    pub(crate) cookies: Cookies,
    /// The requests that this one must follow.
    pub(crate) turns: Turns,
    /// Where its last transient error is reported.
    pub(crate) last_error: LastError,
}

/// Which failures of a call allow it to be resent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Any transient error, including a response that proves nothing: the call may be repeated, and
    /// this client has seen its subject alive.
    Alive,
    /// Like `Alive`, but after a response that proves nothing only twice and within a short time.
    First,
    /// Like `First`, and only a few times after any error: each attempt may leave a session to the
    /// server's idle timer.
    Opening,
    /// Only on proof that the server did not accept the request: a statement runs once.
    Once,
    /// None: the request is optional, and must not spend the budget of other calls.
    Never,
}

impl Exchange {
    /// Performs a call: sends a body built for each attempt (counted from 0) and has the response
    /// read by `read`, which gets every 200, and every error of the server itself.
    pub(crate) async fn complete<T: Send, R: Future<Output = Verdict<T>> + Send>(
        self: &Arc<Self>,
        call: &CallSpec,
        body: impl Fn(u32) -> Bytes + Send + Sync,
        read: impl Fn(Answer) -> R + Send + Sync,
    ) -> Result<T> {
        let mut retries = Retries::new(&self.runtime, &self.retry, &self.budget, call.until);
        let outcome = self.attempts(call, body, read, &mut retries).await;
        call.last_error.clear();
        outcome.map_err(|error| retries.tell(error))
    }

    /// Makes attempts until one succeeds or no other one is allowed.
    async fn attempts<T: Send, R: Future<Output = Verdict<T>> + Send>(
        self: &Arc<Self>,
        call: &CallSpec,
        body: impl Fn(u32) -> Bytes + Send + Sync,
        read: impl Fn(Answer) -> R + Send + Sync,
        retries: &mut Retries,
    ) -> Result<T> {
        let mut failures = Failures::default();
        let mut attempt = 0;
        loop {
            let tried = self.attempt(call, attempt, body(attempt), &read, &mut failures, retries);
            let failure = match tried.await {
                Verdict::Done(value) => {
                    retries.succeeded();
                    return Ok(value);
                }
                Verdict::Refused(error) => return Err(advise(error, call.retry)),
                Verdict::Transient(failure) => failure,
            };
            attempt += 1;
            if failure.sent == RequestSent::No {
                call.flight.not_accepted();
            }
            let error = advise(failure.error.clone(), call.retry);
            tracing::debug!(method = call.name, attempt, %error, "attempt failed");
            failures.note(&failure, self.runtime.now());
            if call.retry == Retry::Once && failure.sent == RequestSent::Maybe {
                return Err(outcome_unknown(error));
            }
            if call.flight.is_given_up() || !failures.allow_retry(call.retry, attempt) {
                return Err(gave_up(error, call.retry, failure.retry_after));
            }
            let over_budget = match call.retry {
                Retry::Alive | Retry::First => OverBudget::WaitLonger,
                Retry::Opening | Retry::Once | Retry::Never => OverBudget::GiveUp,
            };
            let wake = match retries.after_failure(failure.retry_after, over_budget) {
                Next::At(wake) => wake,
                // A long Retry-After is more useful to the caller than waiting for the deadline.
                Next::DeadlineFirst if failure.retry_after.is_none() && call.until.is_some() => {
                    self.runtime
                        .sleep_until(call.until.unwrap_or_else(|| self.runtime.now()))
                        .await;
                    return Err(deadline_passed(call, RequestSent::No, Some(&error)));
                }
                Next::DeadlineFirst | Next::GiveUp => {
                    return Err(gave_up(error, call.retry, failure.retry_after));
                }
            };
            if failure.is_unproven && call.retry != Retry::Alive && !failures.in_time(wake) {
                return Err(gave_up(error, call.retry, failure.retry_after));
            }
            call.last_error.set(|| retries.tell(error.clone()));
            failures.last = Some(error);
            self.runtime.sleep_until(wake).await;
        }
    }

    /// One attempt, and a second one with other credentials if the first were rejected.
    async fn attempt<T, R: Future<Output = Verdict<T>> + Send>(
        self: &Arc<Self>,
        call: &CallSpec,
        number: u32,
        body: Bytes,
        read: &(impl Fn(Answer) -> R + Send + Sync),
        failures: &mut Failures,
        retries: &mut Retries,
    ) -> Verdict<T> {
        loop {
            if call.until.is_some_and(|until| self.runtime.now() >= until) {
                let last = failures.last.as_ref();
                return Verdict::Refused(deadline_passed(call, RequestSent::No, last));
            }
            let span = request_span(RequestInfo {
                name: call.name,
                method: &call.method,
                uri: &call.uri,
                query_id: call.query_id,
                resent: retries.begin(),
            });
            let attempt = Attempt::new(self, call, number, body.clone());
            let ended = match attempt.run().instrument(span.clone()).await {
                Ok(Some(ended)) => {
                    record(&span, &ended.outcome);
                    ended
                }
                Ok(None) => {
                    // The caller's own deadline. Nothing of the call may be sent from now on.
                    let sent = call.flight.give_up();
                    return Verdict::Refused(deadline_passed(call, sent, failures.last.as_ref()));
                }
                Err(error) => return Verdict::Refused(error),
            };
            let judge = Judge { exchange: self, call };
            if judge.rejects_credentials(&ended) {
                call.cookies.clear();
                if let Some(stale) = &ended.credentials
                    && !failures.token_renewed
                {
                    // Rejected before anything was processed, so this applies to a statement too.
                    failures.token_renewed = true;
                    call.flight.not_accepted();
                    match self.runtime.timeout_at(call.until, self.credentials.renew(stale)).await {
                        Ok(Ok(true)) => continue,
                        Ok(Ok(false)) => {}
                        Ok(Err(error)) => return no_credentials(error),
                        Err(_) => {
                            let last = failures.last.as_ref();
                            return Verdict::Refused(deadline_passed(call, RequestSent::No, last));
                        }
                    }
                }
            }
            let sent = ended.sent;
            let verdict = match judge.verdict(ended) {
                Verdict::Done(answer) => read(answer).await,
                Verdict::Refused(error) => Verdict::Refused(error),
                Verdict::Transient(failure) => Verdict::Transient(failure),
            };
            return match verdict {
                // The server cannot have accepted an incomplete request.
                Verdict::Transient(failure) if sent == RequestSent::No => {
                    Verdict::Transient(TransientError { sent, ..failure })
                }
                verdict => verdict,
            };
        }
    }
}

/// The failures of a call so far.
#[derive(Default)]
struct Failures {
    last: Option<Error>,
    token_renewed: bool,
    first_unproven: Option<Instant>,
    unproven: u32,
    throttled: u32,
}

impl Failures {
    fn note(&mut self, failure: &TransientError, now: Instant) {
        if failure.is_unproven {
            self.unproven += 1;
            self.first_unproven.get_or_insert(now);
        }
        self.throttled += u32::from(failure.error.kind() == ErrorKind::Throttled);
    }

    fn allow_retry(&self, retry: Retry, attempts: u32) -> bool {
        match retry {
            Retry::Alive => true,
            Retry::First => self.unproven <= MAX_UNPROVEN_RETRIES,
            Retry::Opening => {
                self.unproven <= MAX_UNPROVEN_RETRIES && attempts < MAX_OPENING_ATTEMPTS
            }
            Retry::Never => false,
            Retry::Once => self.throttled <= MAX_THROTTLED_RESENDS,
        }
    }

    /// Returns `true` if a retry at this time is early enough for a first call.
    fn in_time(&self, wake: Instant) -> bool {
        self.first_unproven.is_none_or(|first| wake <= first + UNPROVEN_RETRY_TIME)
    }
}

/// Records in the span of a request what it came to.
fn record(span: &Span, outcome: &Outcome) {
    let class = match outcome {
        Outcome::Answered(answer) => return answered(span, answer.status),
        Outcome::NoCredentials(_) => "auth",
        Outcome::Failed(error) => return unanswered(span, error),
        Outcome::BrokenBody(_) => "broken_body",
        Outcome::TimedOut(_) => "timeout",
        Outcome::Lost(_) => "runtime_lost",
    };
    failed(span, class);
}

fn deadline_passed(call: &CallSpec, sent: RequestSent, last: Option<&Error>) -> Error {
    let message = format!("the deadline passed during {}", call.name);
    let mut error = advise(Error::new(ErrorKind::Deadline, message), call.retry);
    if let Some(last) = last {
        error = error.with_source(last.clone());
    }
    match (call.retry, sent) {
        (Retry::Once, RequestSent::Maybe) => outcome_unknown(error),
        (Retry::Once, RequestSent::No) => error
            .with_retry(RetryAdvice::SafeToResubmit)
            .with_next_step("the statement was not sent: submit it again"),
        (Retry::Opening | Retry::First | Retry::Alive | Retry::Never, _) => error,
    }
}

fn outcome_unknown(cause: Error) -> Error {
    let message = "the statement was sent, but there was no clear response";
    Error::new(ErrorKind::OutcomeUnknown, message).with_source(cause)
}

/// Retries failed, or were not allowed any more.
fn gave_up(error: Error, retry: Retry, wait: Option<Duration>) -> Error {
    match (retry, wait) {
        (Retry::Once, Some(_)) => error
            .after(wait)
            .with_next_step("the statement was not accepted: submit it again, but not sooner"),
        (_, Some(_)) => error.after(wait),
        (Retry::Once, None) => error
            .with_retry(RetryAdvice::SafeToResubmit)
            .with_next_step("the statement was not accepted: submit it again"),
        (_, None) => error,
    }
}

/// Adapts the advice to the call.
fn advise(error: Error, retry: Retry) -> Error {
    match (retry, error.retry()) {
        // There is a statement already: the rejection of this call says nothing about it.
        (Retry::Alive | Retry::First | Retry::Never, RetryAdvice::SafeToResubmit) => {
            error.with_retry(RetryAdvice::RepeatCall)
        }
        (Retry::Opening, RetryAdvice::RepeatCall | RetryAdvice::RepeatCallAfter(_)) => {
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
