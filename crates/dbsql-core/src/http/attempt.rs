//! One attempt of a call: an owned task that takes a slot, sends the request and collects the
//! response. The caller waits for it, and may be dropped, or kept without being polled, at any
//! time.

use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use dbsql_auth::{AuthError, Authorization};
use dbsql_runtime::{Instant, NoRuntime};
use dbsql_transport::{CollectError, FreshConnection, RequestSent, SendPermit, TransportError};
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Request, StatusCode};
use tokio::sync::oneshot;
use tracing::Instrument;

use super::cookies::Cookies;
use super::exchange::{CallSpec, Exchange, Retry};
use super::slots::{Class, HeldSlot, Slots};
use super::turns::Turns;
use crate::deadline::earlier;
use crate::{Error, ErrorKind, Result};

/// Pooled connections idle for longer than this carry no submit: racing the server's idle close
/// would turn a harmless reset into an unknown outcome.
const SUBMIT_IDLE_LIMIT: Duration = Duration::from_secs(1);

/// How long the response to a submit is still read after the future that waited for it was dropped.
/// Aborting it would not undo the statement, and an HTTP/2 connection on which many requests are
/// aborted is closed, with everything that is in flight on it.
const UNWANTED_ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// The capacity for all headers of a request, including those added by the credentials and hyper:
/// growing the map costs as much as writing all of them.
const HEADERS: usize = 12;

/// An attempt that has not started yet.
pub(crate) struct Attempt {
    exchange: Arc<Exchange>,
    request: Request<Bytes>,
    number: u32,
    class: Class,
    held_slot: HeldSlot,
    until: Option<Instant>,
    response_timeout: Duration,
    answer_limit: usize,
    permit: SendPermit,
    /// Whether it is a submit.
    once: bool,
    cookies: Cookies,
    turns: Turns,
}

/// The outcome of an attempt.
pub(crate) struct Ended {
    /// The credentials that it was sent with.
    pub(crate) credentials: Option<Authorization>,
    pub(crate) outcome: Outcome,
    /// Whether the end of the request may have been sent, whatever the response: a request that was
    /// answered before that is never completed.
    pub(crate) sent: RequestSent,
}

pub(crate) enum Outcome {
    Answered(Answer),
    NoCredentials(AuthError),
    Failed(TransportError),
    BrokenBody(CollectError),
    /// There was no response within the timeout of the attempt.
    TimedOut(RequestSent),
    /// The runtime that it ran in is gone, or its caller has moved to another one.
    Lost(RequestSent),
}

/// A complete response.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The number of its attempt, counted from 0.
    pub(crate) attempt: u32,
}

impl Attempt {
    pub(crate) fn new(exchange: &Arc<Exchange>, call: &CallSpec, number: u32, body: Bytes) -> Self {
        let mut request = Request::new(body);
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = call.uri.clone();
        let headers = request.headers_mut();
        headers.reserve(HEADERS);
        headers.insert(CONTENT_TYPE, call.content_type.clone());
        headers.insert(ACCEPT, call.content_type.clone());
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.insert(USER_AGENT, exchange.user_agent.clone());
        if let Some(id) = exchange.endpoint.org_id() {
            // Digits only, checked by the endpoint.
            if let Ok(value) = HeaderValue::from_str(id) {
                headers.insert(HeaderName::from_static("x-databricks-org-id"), value);
            }
        }
        if let Some(id) = exchange.endpoint.workspace_id() {
            // Printable ASCII, checked with the settings.
            if let Ok(value) = HeaderValue::from_str(id) {
                headers.insert(HeaderName::from_static("x-databricks-workspace-id"), value);
            }
        }
        call.cookies.apply(&call.uri, headers, exchange.runtime.wall_now());
        let permit = call.flight.next_permit();
        request.extensions_mut().insert(permit.clone());
        if call.retry == Retry::Once {
            request.extensions_mut().insert(FreshConnection::new(SUBMIT_IDLE_LIMIT));
        }
        Self {
            exchange: Arc::clone(exchange),
            request,
            number,
            class: call.class,
            held_slot: call.held_slot.clone(),
            until: call.until,
            response_timeout: call.response_timeout,
            answer_limit: call.answer_limit,
            permit,
            once: call.retry == Retry::Once,
            cookies: call.cookies.clone(),
            turns: call.turns.clone(),
        }
    }

    /// Runs it in a task of the caller's runtime. Returns `None` when the caller's deadline passed
    /// first. Dropping the future ends the task, except that of a submit that was sent, which
    /// continues for [`UNWANTED_ANSWER_LIMIT`].
    ///
    /// # Errors
    ///
    /// `Config` outside a suitable runtime.
    pub(crate) async fn run(self) -> Result<Option<Ended>> {
        let exchange = Arc::clone(&self.exchange);
        let runtime = &exchange.runtime;
        let here = runtime.current().map_err(no_runtime)?;
        let lane = exchange.lanes.here()?;
        let (until, permit) = (self.until, self.permit.clone());
        let (mut caller, ended) = oneshot::channel();
        let task = {
            let lane = Arc::clone(&lane);
            let mut attempt = self;
            async move {
                if let Some(ended) = attempt.perform_for(&mut caller, &lane.slots).await {
                    // The caller may have been dropped at this moment.
                    drop(caller.send(ended));
                }
            }
        };
        lane.tasks.spawn(task.in_current_span());
        drop(lane);
        let lost = || {
            let sent = permit.revoke();
            Ended { credentials: None, outcome: Outcome::Lost(sent), sent }
        };
        let ended = runtime.timeout_at(until, runtime.while_in(here, ended)).await;
        Ok(ended.ok().map(|ended| ended.and_then(|ended| ended.ok()).unwrap_or_else(lost)))
    }

    /// `None` when the caller no longer waits for the response.
    async fn perform_for(
        &mut self,
        caller: &mut oneshot::Sender<Ended>,
        slots: &Slots,
    ) -> Option<Ended> {
        let (runtime, permit, once) =
            (self.exchange.runtime.clone(), self.permit.clone(), self.once);
        let mut work = pin!(self.perform(slots));
        let ended = while_wanted(caller, work.as_mut()).await;
        if ended.is_none() && once && permit.revoke() == RequestSent::Maybe {
            let limit = runtime.now().checked_add(UNWANTED_ANSWER_LIMIT);
            // The response itself is discarded: its caller is gone.
            let _ = runtime.timeout_at(limit, work).await;
        }
        ended
    }

    async fn perform(&mut self, slots: &Slots) -> Ended {
        // A sign-in may wait for a user: it has its own limits, and takes no slot.
        if let Err(error) = self.exchange.credentials.authorization().await {
            let outcome = Outcome::NoCredentials(error);
            return Ended { credentials: None, outcome, sent: self.permit.revoke() };
        }
        let turn = self.turns.take(&self.exchange.runtime).await;
        let _slot = match self.held_slot.take() {
            Some(slot) => slot,
            None => slots.acquire(self.class).await,
        };
        let runtime = self.exchange.runtime.clone();
        let permit = self.permit.clone();
        // The time in the queue does not count for the server.
        let bound = earlier(self.until, runtime.now().checked_add(self.response_timeout));
        let mut credentials = None;
        let exchange = runtime.timeout_at(bound, self.exchange(&mut credentials));
        let exchanged = match turn {
            Some(turn) => turn.run(exchange, &permit, &runtime).await,
            None => exchange.await,
        };
        let outcome = match exchanged {
            Ok(outcome) => outcome,
            Err(_) => Outcome::TimedOut(permit.revoke()),
        };
        Ended { credentials, outcome, sent: permit.revoke() }
    }

    /// Sends the request and collects its whole response.
    async fn exchange(&mut self, used: &mut Option<Authorization>) -> Outcome {
        let authorization = match self.exchange.credentials.authorization().await {
            Ok(authorization) => authorization,
            Err(error) => return Outcome::NoCredentials(error),
        };
        authorization.apply(self.request.headers_mut());
        *used = Some(authorization);
        let uri = self.request.uri().clone();
        let request = mem::take(&mut self.request);
        let response = match self.exchange.transport.send(request).await {
            Ok(response) => response,
            Err(error) => return Outcome::Failed(error),
        };
        let (parts, body) = response.into_parts();
        self.cookies.store(&uri, &parts.headers, self.exchange.runtime.wall_now());
        match body.collect(self.answer_limit).await {
            Err(error) => Outcome::BrokenBody(error),
            Ok(body) => Outcome::Answered(Answer {
                status: parts.status,
                headers: parts.headers,
                body,
                attempt: self.number,
            }),
        }
    }
}

/// The error of a call outside a suitable runtime.
pub(crate) fn no_runtime(error: NoRuntime) -> Error {
    Error::new(ErrorKind::Config, error.to_string())
        .with_next_step(error.next_step())
        .with_source(error)
}

/// Runs `work` until it is done or its caller no longer waits for the response.
async fn while_wanted<T, U>(
    answer: &mut oneshot::Sender<U>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        if answer.poll_closed(cx).is_ready() {
            return Poll::Ready(None);
        }
        work.as_mut().poll(cx).map(Some)
    })
    .await
}
