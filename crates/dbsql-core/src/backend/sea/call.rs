//! A request, its exchange and its parsed response.

use bytes::Bytes;
use dbsql_protocol::handle::QueryId;
use dbsql_protocol::sea::json::{self, Document, Limits, ReadError};
use dbsql_transport::{CollectError, RequestSent};
use http::{HeaderValue, Method};
use std::error::Error as _;

use super::Sea;
use super::fault::{self, About};
use crate::backend::{Target, Until};
use crate::error::RetryAdvice;
use crate::http::attempt::Answer;
use crate::http::cookies::Cookies;
use crate::http::exchange::{CallSpec, Retry};
use crate::http::flight::Flight;
use crate::http::last_error::LastError;
use crate::http::refusal::{TransientError, Verdict};
use crate::http::slots::{Class, HeldSlot};
use crate::http::turns::Turns;
use crate::{Error, ErrorKind, Result};

/// The maximum size of a response without a result, in bytes.
pub(super) const SHORT_LIMIT: usize = 4 << 20;

/// The maximum size of a response with a manifest or links, in bytes: enough for the schema of some
/// ten thousand nested columns, and for the links of 100 GiB, the maximum of a result.
pub(super) const RESULT_LIMIT: usize = 16 << 20;

/// The maximum size of a response to a submit or a status, which may contain the first rows, in
/// bytes: servers include at most 25 MiB, which base64 expands to 34. It does not depend on the
/// byte budget: a client with a small one must still learn that a statement has ended. Rows that
/// exceed the budget are an error when they are read.
pub(super) const ROWS_LIMIT: usize = 40 << 20;

/// Reads a body.
type ReadBody<A> = fn(&[u8], &Limits) -> std::result::Result<A, ReadError>;

/// Bodies up to this size are parsed in place, which is faster than moving them to another thread.
const READ_IN_PLACE: usize = 64 << 10;

/// The next step after a response that is too large.
const NOT_AGAIN: &str = "repeating the call does not help: the same response comes again";

/// A request and its rules.
#[derive(Debug)]
pub(super) struct Call {
    /// Its name in the protocol, for spans and errors.
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Bytes,
    pub(super) about: About,
    pub(super) retry: Retry,
    pub(super) class: Class,
    pub(super) held_slot: HeldSlot,
    pub(super) query_id: Option<QueryId>,
    pub(super) until: Until,
    pub(super) cookies: Cookies,
    /// The maximum size of the response in bytes.
    pub(super) limit: usize,
    pub(super) turns: Turns,
    pub(super) flight: Flight,
    /// Where its last transient error is reported.
    pub(super) last_error: LastError,
}

impl Call {
    /// A request that may be repeated, about something that this client has seen alive.
    pub(super) fn new(
        name: &'static str,
        method: Method,
        path: String,
        about: About,
        until: Until,
    ) -> Self {
        Self {
            name,
            method,
            path,
            body: Bytes::new(),
            about,
            retry: Retry::Alive,
            class: Class::Ordinary,
            held_slot: HeldSlot::default(),
            query_id: None,
            until,
            cookies: Cookies::default(),
            limit: SHORT_LIMIT,
            turns: Turns::default(),
            flight: Flight::default(),
            last_error: LastError::default(),
        }
    }

    /// A request about a statement that this client has seen alive.
    pub(super) fn about_statement(
        name: &'static str,
        method: Method,
        path: String,
        target: &Target,
        until: Until,
    ) -> Self {
        Self {
            query_id: Some(target.query_id()),
            cookies: target.cookies.clone(),
            limit: RESULT_LIMIT,
            ..Self::new(name, method, path, About::Statement, until)
        }
    }
}

/// Writes a request.
pub(super) fn written(request: &impl Document) -> Result<Bytes> {
    let body = json::write(request).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "failed to serialize the request").with_source(error)
    })?;
    Ok(body.into())
}

impl Sea {
    /// Sends a request and returns its response.
    pub(super) async fn call<A: Document + Send + 'static>(&self, call: Call) -> Result<A> {
        self.call_read_by(call, json::read).await
    }

    /// Sends a request and returns its response, as `document` reads it.
    pub(super) async fn call_read_by<A: Send + 'static>(
        &self,
        call: Call,
        document: ReadBody<A>,
    ) -> Result<A> {
        let (name, about, retry, limit) = (call.name, call.about, call.retry, call.limit);
        let body = call.body.clone();
        let spec = self.spec(call)?;
        let read = |answer: Answer| async move {
            if answer.body.len() <= READ_IN_PLACE {
                return read_answer(&answer, name, about, retry, limit, document);
            }
            let read = move || read_answer(&answer, name, about, retry, limit, document);
            self.exchange.runtime.offload(read).await.unwrap_or_else(|error| {
                let message = format!("failed to read the response to {name}");
                let error = Error::new(ErrorKind::Transport, message).with_source(error);
                Verdict::Transient(TransientError::new(error, RequestSent::Maybe))
            })
        };
        let answered = self.exchange.complete(&spec, |_| body.clone(), read).await;
        answered.map_err(|error| match retry {
            Retry::Alive | Retry::First | Retry::Never | Retry::Opening if is_too_large(&error) => {
                error.with_retry(RetryAdvice::Never).with_next_step(NOT_AGAIN)
            }
            _ => error,
        })
    }

    fn spec(&self, call: Call) -> Result<CallSpec> {
        Ok(CallSpec {
            name: call.name,
            method: call.method,
            uri: self.exchange.endpoint.uri(&call.path)?,
            content_type: HeaderValue::from_static("application/json"),
            retry: call.retry,
            class: call.class,
            held_slot: call.held_slot,
            query_id: call.query_id,
            until: call.until,
            response_timeout: match call.retry {
                Retry::Alive | Retry::First | Retry::Never => self.response_timeout,
                Retry::Opening | Retry::Once => self.submit_response_timeout,
            },
            answer_limit: call.limit,
            flight: call.flight,
            cookies: call.cookies,
            turns: call.turns,
            last_error: call.last_error,
        })
    }
}

/// Returns whether a call failed because its response is larger than its limit.
pub(super) fn is_too_large(error: &Error) -> bool {
    let Some(source) = error.source() else { return false };
    matches!(source.downcast_ref(), Some(CollectError::TooLarge { .. }))
        || source.downcast_ref().is_some_and(exceeds)
}

/// Returns whether a body is larger than allowed, rather than broken.
fn exceeds(error: &ReadError) -> bool {
    matches!(
        error,
        ReadError::TooLarge { .. }
            | ReadError::TooDeep { .. }
            | ReadError::TooManyValues { .. }
            | ReadError::BudgetExceeded { .. }
    )
}

fn read_answer<A>(
    answer: &Answer,
    name: &str,
    about: About,
    retry: Retry,
    limit: usize,
    document: ReadBody<A>,
) -> Verdict<A> {
    if !answer.status.is_success() {
        return fault::refusal(answer, name, about);
    }
    // A call that ends something may have an empty response.
    let body = if answer.body.is_empty() && about.may_be_empty() { b"{}" } else { &*answer.body };
    let limits = if limit > RESULT_LIMIT { Limits::RESULT } else { Limits::ANSWER };
    match document(body, &Limits { bytes: limit, ..limits }) {
        Ok(document) => Verdict::Done(document),
        Err(error) if retry != Retry::Once && exceeds(&error) => {
            let message = format!("the response to {name} is too large");
            Verdict::Refused(Error::new(ErrorKind::Protocol, message).with_source(error))
        }
        // A page of something else, or a truncated one: it proves nothing.
        Err(error) => Verdict::Transient(TransientError::unproven(
            Error::new(ErrorKind::Protocol, format!("invalid response to {name}"))
                .with_source(error)
                .with_next_step(
                    "check that the host is a Databricks workspace, and that nothing between this \
                     machine and the server alters its responses",
                ),
        )),
    }
}
