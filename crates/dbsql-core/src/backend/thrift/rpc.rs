//! One remote procedure call: encoded, exchanged, decoded.

use bytes::Bytes;
use dbsql_protocol::handle::QueryId;
use dbsql_protocol::message::{
    ApplicationException, ApplicationExceptionKind, ReplyError, decode_reply, encode_call,
};
use dbsql_protocol::rpc::Rpc;
use dbsql_protocol::wire::DecodeError;
use dbsql_transport::RequestSent;

use super::Thrift;
use super::fault::{self, About};
use crate::backend::Until;
use crate::error::{RetryAdvice, ServerMessage};
use crate::http::exchange::{Answer, CallSpec, Repeat, Trouble, Verdict};
use crate::http::flight::Flight;
use crate::{Error, ErrorKind, Result};

/// What distinguishes one call from the next beside its request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    pub(super) about: About,
    pub(super) repeat: Repeat,
    pub(super) query_id: Option<QueryId>,
    pub(super) until: Until,
}

impl Call {
    /// A call that may be repeated, about an operation.
    pub(super) fn about_operation(query_id: QueryId, until: Until) -> Self {
        Self { about: About::Operation, repeat: Repeat::Always, query_id: Some(query_id), until }
    }
}

impl Thrift {
    /// Sends a request and gives back its response, whatever its status says.
    pub(super) async fn call<R: Rpc>(
        &self,
        call: Call,
        request: &R::Request,
    ) -> Result<R::Response> {
        self.call_followed::<R>(call, request, Flight::default()).await
    }

    /// As [`call`](Self::call), with somebody who looks at how far it has come.
    pub(super) async fn call_followed<R: Rpc>(
        &self,
        call: Call,
        request: &R::Request,
        flight: Flight,
    ) -> Result<R::Response> {
        let body = encode_call::<R>(request);
        self.exchange
            .post(
                &self.spec::<R>(call, flight),
                |_| body.clone(),
                |answer| read_reply::<R>(answer, call.about, call.repeat),
            )
            .await
    }

    /// Sends a request that depends on how often it was sent before, and gives back the body of
    /// the answer, not decoded yet, with the number of the attempt that it answers.
    pub(super) async fn call_raw<R: Rpc>(
        &self,
        call: Call,
        request: impl Fn(u32) -> R::Request + Send + Sync,
    ) -> Result<(u32, Bytes)> {
        self.exchange
            .post(
                &self.spec::<R>(call, Flight::default()),
                |attempt| encode_call::<R>(&request(attempt)),
                |answer| {
                    let attempt = answer.attempt;
                    match expect_success(answer, call.about, R::NAME) {
                        Ok(body) => Verdict::Done((attempt, body)),
                        Err(error) => Verdict::Refused(error),
                    }
                },
            )
            .await
    }

    fn spec<R: Rpc>(&self, call: Call, flight: Flight) -> CallSpec {
        CallSpec {
            name: R::NAME,
            repeat: call.repeat,
            query_id: call.query_id,
            until: call.until,
            flight,
            answer_timeout: match call.repeat {
                Repeat::Always => self.answer_timeout,
                Repeat::Opening | Repeat::WhenNotTaken => self.submit_answer_timeout,
            },
        }
    }
}

fn read_reply<R: Rpc>(answer: Answer, about: About, repeat: Repeat) -> Verdict<R::Response> {
    let body = match expect_success(answer, about, R::NAME) {
        Ok(body) => body,
        Err(error) => return Verdict::Refused(error),
    };
    let maybe_taken =
        |error| Verdict::Trouble(Trouble { error, taken: RequestSent::Maybe, retry_after: None });
    match decode_reply::<R>(body) {
        Ok(response) => Verdict::Done(response),
        Err(ReplyError::Exception(exception)) => {
            let not_run = refused_before_running(&exception);
            let error = raised(R::NAME, &exception);
            match (repeat, error.kind()) {
                (Repeat::WhenNotTaken, _) if !not_run => maybe_taken(error),
                (Repeat::WhenNotTaken, ErrorKind::Protocol) => {
                    Verdict::Refused(error.with_retry(RetryAdvice::SafeToResubmit))
                }
                _ => Verdict::Refused(error),
            }
        }
        Err(ReplyError::Decode(error)) => {
            let cut_off = matches!(
                error,
                DecodeError::Truncated { .. } | DecodeError::LengthExceedsBody { .. }
            );
            let error = unreadable(R::NAME, error);
            // A cut-off body may come whole the next time; another kind of page will not. After a
            // submit neither tells whether the statement runs.
            if cut_off || repeat == Repeat::WhenNotTaken {
                maybe_taken(error)
            } else {
                Verdict::Refused(error)
            }
        }
        Err(other) => maybe_taken(unreadable(R::NAME, other)),
    }
}

/// The exceptions that a dispatcher raises before it calls the handler.
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
    Error::new(
        ErrorKind::Protocol,
        format!("the answer to {name} is not what it should be: {error}"),
    )
    .with_source(error)
    .with_next_step("check that the host and http_path belong to a Databricks or Spark server")
}

/// The body of a 200, or what another status means on this protocol.
fn expect_success(answer: Answer, about: About, name: &str) -> Result<Bytes> {
    if answer.status.is_success() {
        return Ok(answer.body);
    }
    let header = answer.headers.get("x-thriftserver-error-message").and_then(|v| v.to_str().ok());
    // A gateway's JSON error or a line of text; a page of HTML says nothing to anybody.
    let text = header.map(str::to_owned).or_else(|| json_or_text(&answer.body)).unwrap_or_default();
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
        &format!("the server refused {name} (HTTP {code})"),
        message,
    ))
}

fn json_or_text(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(text) {
        let part = |key: &str| json.get(key).and_then(serde_json::Value::as_str);
        return match (part("error_code"), part("message")) {
            (Some(code), Some(message)) => Some(format!("{code}: {message}")),
            (one, other) => one.or(other).map(str::to_owned),
        };
    }
    (!text.starts_with('<') && text.len() <= 1000).then(|| text.to_owned())
}
