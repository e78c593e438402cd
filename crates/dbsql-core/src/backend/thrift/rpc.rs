//! One remote procedure call: encoded, exchanged, decoded.

use std::error::Error as _;

use bytes::Bytes;
use dbsql_protocol::handle::QueryId;
use dbsql_protocol::message::{
    ApplicationException, ApplicationExceptionKind, ReplyError, decode_reply, encode_call,
};
use dbsql_protocol::rpc::Rpc;
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
use crate::http::refusal::{Trouble, Verdict, own_word};
use crate::http::slots::{Class, HeldSlot};
use crate::{Error, ErrorKind, Result};

/// The largest response to a call without rows, in bytes.
const SMALL_ANSWER_LIMIT: usize = 16 << 20;

/// The largest response that may contain rows, in bytes. One fetch requests far less.
const ROWS_ANSWER_LIMIT: usize = 1 << 30;

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
        }
    }

    /// A call about the result of an operation.
    pub(super) fn about_result(target: &Target, until: Until) -> Self {
        Self { about: About::Result, ..Self::about_operation(target, until) }
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

    /// As [`call`](Self::call), with a flight by which it may be given up.
    pub(super) async fn call_followed<R: Rpc>(
        &self,
        call: Call,
        request: &R::Request,
        flight: Flight,
    ) -> Result<R::Response> {
        let body = encode_call::<R>(request);
        let (about, retry) = (call.about, call.retry);
        let spec = self.spec::<R>(call, flight);
        let read = |answer| read_reply::<R>(answer, about, retry);
        self.exchange.complete(&spec, |_| body.clone(), read).await
    }

    /// Sends a request that depends on the number of the attempt, and returns the body of the response,
    /// of at most `limit` bytes and not decoded yet, with that number.
    pub(super) async fn call_raw<R: Rpc>(
        &self,
        call: Call,
        limit: usize,
        request: impl Fn(u32) -> R::Request + Send + Sync,
    ) -> Result<(u32, Bytes)> {
        let about = call.about;
        let spec = CallSpec { answer_limit: limit, ..self.spec::<R>(call, Flight::default()) };
        let body = |attempt| encode_call::<R>(&request(attempt));
        let read = |answer: Answer| {
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
            answer_timeout: match call.retry {
                Retry::Alive | Retry::First => self.answer_timeout,
                Retry::Opening | Retry::Once => self.submit_answer_timeout,
            },
            answer_limit: match call.about {
                About::Session | About::Operation => SMALL_ANSWER_LIMIT,
                About::Submit | About::Result => ROWS_ANSWER_LIMIT,
            },
            flight,
            cookies: call.cookies,
        }
    }
}

/// Returns whether a call failed because its response is larger than its limit.
pub(super) fn is_too_large(error: &Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref());
    matches!(source, Some(CollectError::TooLarge { .. }))
}

fn read_reply<R: Rpc>(answer: Answer, about: About, retry: Retry) -> Verdict<R::Response> {
    let body = match expect_success(answer, about, R::NAME) {
        Ok(body) => body,
        Err(error) => return Verdict::Refused(error),
    };
    match decode_reply::<R>(body) {
        Ok(response) => Verdict::Done(response),
        Err(ReplyError::Exception(exception)) => {
            let not_run = refused_before_running(&exception);
            let error = raised(R::NAME, &exception);
            match (retry, error.kind()) {
                (Retry::Once, _) if !not_run => {
                    Verdict::Trouble(Trouble::new(error, RequestSent::Maybe))
                }
                (Retry::Once, ErrorKind::Protocol) => {
                    Verdict::Refused(error.with_retry(RetryAdvice::SafeToResubmit))
                }
                _ => Verdict::Refused(error),
            }
        }
        // A page from something else, or one that was truncated: it proves nothing.
        Err(error) => Verdict::Trouble(Trouble::unproven(unreadable(R::NAME, error))),
    }
}

/// Returns whether a dispatcher raises this exception before it calls the handler.
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
