//! One remote procedure call: encoded, exchanged, decoded.

use std::error::Error as _;

use bytes::Bytes;
use dbsql_protocol::handle::QueryId;
use dbsql_protocol::message::{
    ApplicationException, ApplicationExceptionKind, ReplyError, decode_reply_within, encode_call,
};
use dbsql_protocol::rpc::Rpc;
use dbsql_protocol::wire::DecodeError;
use dbsql_transport::{CollectError, RequestSent};
use http::{HeaderValue, Method};

use super::Thrift;
use super::fault::{self, About};
use crate::backend::{Target, Until};
use crate::error::{RetryAdvice, ServerMessage};
use crate::http::attempt::Answer;
use crate::http::cookies::Cookies;
use crate::http::exchange::{CallSpec, Retry};
use crate::http::flight::Flight;
use crate::http::last_error::LastError;
use crate::http::refusal::{TransientError, Verdict, own_word};
use crate::http::slots::{Class, HeldSlot};
use crate::http::turns::Turns;
use crate::{Error, ErrorKind, Result};

/// The maximum size of a response about a session or an operation, in bytes: enough for an error
/// message that quotes a large query plan.
pub(super) const STATUS_LIMIT: usize = 4 << 20;

/// The maximum size of a schema in bytes: enough for some ten thousand nested columns.
pub(super) const SCHEMA_LIMIT: usize = 16 << 20;

/// The maximum memory of the structs of a response in addition to its bytes.
const STRUCT_BYTES: usize = 16 << 20;

/// Bodies up to this size are decoded in place, which is faster than moving them to another thread.
pub(super) const DECODE_IN_PLACE: usize = 64 << 10;

/// The parameters of a call, except its request.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) about: About,
    pub(super) retry: Retry,
    pub(super) class: Class,
    pub(super) held_slot: HeldSlot,
    pub(super) query_id: Option<QueryId>,
    pub(super) until: Until,
    pub(super) cookies: Cookies,
    /// The maximum size of the response in bytes.
    pub(super) limit: usize,
    /// Where its last transient error is reported.
    pub(super) last_error: LastError,
}

impl Call {
    /// A call about an operation that this client has seen alive.
    pub(super) fn about_operation(target: &Target, until: Until) -> Self {
        Self {
            about: About::Operation,
            retry: Retry::Alive,
            class: Class::Ordinary,
            held_slot: HeldSlot::default(),
            query_id: Some(target.query_id()),
            until,
            cookies: target.cookies.clone(),
            limit: STATUS_LIMIT,
            last_error: LastError::default(),
        }
    }

    /// A call about the result of an operation.
    pub(super) fn about_result(target: &Target, limit: usize, until: Until) -> Self {
        Self { about: About::Result, limit, ..Self::about_operation(target, until) }
    }
}

impl Thrift {
    /// Sends a request and returns its response, whatever its status says.
    pub(super) async fn call<R: Rpc>(
        &self,
        call: Call,
        request: &R::Request,
    ) -> Result<R::Response> {
        self.call_followed::<R>(call, request, Flight::default()).await
    }

    /// Like [`call`](Self::call), with a flight by which it can be revoked.
    pub(super) async fn call_followed<R: Rpc>(
        &self,
        call: Call,
        request: &R::Request,
        flight: Flight,
    ) -> Result<R::Response> {
        let body = encode_call::<R>(request);
        let (about, retry) = (call.about, call.retry);
        let spec = self.spec::<R>(call, flight);
        let read = |answer: Answer| async move {
            if answer.body.len() <= DECODE_IN_PLACE {
                return read_reply::<R>(answer, about, retry);
            }
            let read = move || read_reply::<R>(answer, about, retry);
            self.exchange.runtime.offload(read).await.unwrap_or_else(|error| {
                let message = format!("failed to decode the response to {}", R::NAME);
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

    /// Sends a request that depends on the number of the attempt, and returns the undecoded body of
    /// the response with that number.
    pub(super) async fn call_raw<R: Rpc>(
        &self,
        call: Call,
        request: impl Fn(u32) -> R::Request + Send + Sync,
    ) -> Result<(u32, Bytes)> {
        let about = call.about;
        let spec = self.spec::<R>(call, Flight::default());
        let body = |attempt| encode_call::<R>(&request(attempt));
        let read = |answer: Answer| async move {
            let attempt = answer.attempt;
            match expect_success(answer, about, R::NAME) {
                Ok(body) => Verdict::Done((attempt, body)),
                Err(error) => Verdict::Refused(error),
            }
        };
        self.exchange.complete(&spec, body, read).await
    }

    fn spec<R: Rpc>(&self, call: Call, flight: Flight) -> CallSpec {
        CallSpec {
            name: R::NAME,
            method: Method::POST,
            uri: self.exchange.endpoint.thrift_uri().clone(),
            content_type: HeaderValue::from_static("application/x-thrift"),
            retry: call.retry,
            class: call.class,
            held_slot: call.held_slot,
            query_id: call.query_id,
            until: call.until,
            response_timeout: match call.retry {
                // Some servers answer these when they are done.
                _ if call.about == About::Metadata => self.submit_response_timeout,
                Retry::Alive | Retry::First | Retry::Never => self.response_timeout,
                Retry::Opening | Retry::Once => self.submit_response_timeout,
            },
            answer_limit: call.limit,
            flight,
            cookies: call.cookies,
            turns: Turns::default(),
            last_error: call.last_error,
        }
    }
}

/// The next step after a response that is too large.
const NOT_AGAIN: &str = "repeating the call does not help: the same response comes again";

/// Returns `true` if a call failed because its response exceeds the limit, encoded or decoded.
pub(super) fn is_too_large(error: &Error) -> bool {
    let Some(source) = error.source() else { return false };
    matches!(source.downcast_ref(), Some(CollectError::TooLarge { .. }))
        || source.downcast_ref().is_some_and(|error| exceeds(error, STRUCT_BYTES))
}

/// Returns `true` if a response takes more memory than this when it is decoded.
pub(super) fn exceeds(error: &ReplyError, limit: usize) -> bool {
    let ReplyError::Decode(error) = error else { return false };
    matches!(error, DecodeError::BudgetExceeded { budget, .. } if *budget == limit)
}

fn read_reply<R: Rpc>(answer: Answer, about: About, retry: Retry) -> Verdict<R::Response> {
    let body = match expect_success(answer, about, R::NAME) {
        Ok(body) => body,
        Err(error) => return Verdict::Refused(error),
    };
    match decode_reply_within::<R>(body, STRUCT_BYTES) {
        Ok(response) => Verdict::Done(response),
        Err(ReplyError::Exception(exception)) => {
            let not_run = refused_before_running(&exception);
            let error = raised(R::NAME, &exception);
            match (retry, error.kind()) {
                (Retry::Once, _) if !not_run => {
                    Verdict::Transient(TransientError::new(error, RequestSent::Maybe))
                }
                (Retry::Once, ErrorKind::Protocol) => {
                    Verdict::Refused(error.with_retry(RetryAdvice::SafeToResubmit))
                }
                _ => Verdict::Refused(error),
            }
        }
        Err(error) if retry != Retry::Once && exceeds(&error, STRUCT_BYTES) => {
            let message = format!("the response to {} is too large", R::NAME);
            Verdict::Refused(Error::new(ErrorKind::Protocol, message).with_source(error))
        }
        // A page of something else, or a truncated one: it proves nothing.
        Err(error) => Verdict::Transient(TransientError::unproven(unreadable(R::NAME, error))),
    }
}

/// Returns `true` if a dispatcher raises this exception before it calls the handler.
fn refused_before_running(exception: &ApplicationException) -> bool {
    [
        ApplicationExceptionKind::UNKNOWN_METHOD,
        ApplicationExceptionKind::INVALID_MESSAGE_TYPE,
        ApplicationExceptionKind::WRONG_METHOD_NAME,
        ApplicationExceptionKind::PROTOCOL_ERROR,
    ]
    .contains(&exception.kind)
}

pub(super) fn raised(name: &str, exception: &ApplicationException) -> Error {
    let message = ServerMessage::new(Some(&exception.message), None, None, None);
    let kind = if exception.kind == ApplicationExceptionKind::UNKNOWN_METHOD {
        ErrorKind::Unsupported
    } else {
        ErrorKind::Protocol
    };
    Error::from_server(kind, &format!("the server raised an exception on {name}"), message)
        .with_next_step("check that the host and http_path belong to a Databricks or Spark server")
}

pub(super) fn unreadable(
    name: &str,
    error: impl std::error::Error + Send + Sync + 'static,
) -> Error {
    Error::new(ErrorKind::Protocol, format!("invalid response to {name}"))
        .with_source(error)
        .with_next_step("check that the host and http_path belong to a Databricks or Spark server")
}

/// Returns the body of a 200, or the error of a rejection with a mark of the protocol.
fn expect_success(answer: Answer, about: About, name: &str) -> Result<Bytes> {
    if answer.status.is_success() {
        return Ok(answer.body);
    }
    let text = own_word(&answer).unwrap_or_default();
    let known = ["Invalid SessionHandle", "Invalid OperationHandle", "RESOURCE_DOES_NOT_EXIST"];
    let message = ServerMessage::new(Some(&text), None, None, None);
    if known.iter().any(|mark| text.contains(mark)) {
        return Err(fault::refusal(message, about));
    }
    let code = answer.status.as_u16();
    if matches!(code, 404 | 405 | 410) {
        return Err(Error::from_server(
            ErrorKind::Config,
            &format!("the host has no SQL endpoint at this http_path (HTTP {code})"),
            message,
        )
        .with_next_step("copy the HTTP path from the connection details of the warehouse"));
    }
    Err(Error::from_server(
        ErrorKind::Rejected,
        &format!("the server rejected {name} (HTTP {code})"),
        message,
    ))
}
