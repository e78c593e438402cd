//! The calls of TCLIService and their handlers.

mod catalog;
mod columns;
mod execute;
mod fetch;
mod handles;
mod info;
mod methods;
mod operations;
mod request;
mod rows;
mod schema;
mod sessions;
mod status;
mod step;
mod unknown_fields;
mod version;

use std::sync::Arc;

use bytes::Bytes;
use dbsql_protocol::message::{self, ApplicationException, ApplicationExceptionKind, Call};
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TCancelDelegationTokenResp, TCancelOperationResp, TCloseOperationResp, TCloseSessionResp,
    TExecuteStatementResp, TFetchResultsResp, TGetCatalogsResp, TGetColumnsResp,
    TGetCrossReferenceResp, TGetDelegationTokenResp, TGetFunctionsResp, TGetInfoResp,
    TGetOperationStatusResp, TGetPrimaryKeysResp, TGetResultSetMetadataResp, TGetSchemasResp,
    TGetTableTypesResp, TGetTablesResp, TGetTypeInfoResp, TOpenSessionResp,
    TRenewDelegationTokenResp, TStatus,
};
use dbsql_protocol::wire::DecodeError;
use http::StatusCode;

use crate::engine::SqlError;
use crate::faults::Fault;
use crate::service::{Inner, Node};
pub(crate) use crate::thrift::methods::METHODS;
pub(crate) use crate::thrift::request::Request;
pub(crate) use crate::thrift::status::invalid_session;
pub use crate::thrift::version::ThriftVersion;

/// The response to a call.
#[derive(Debug)]
pub(crate) enum Answer {
    Message(Bytes),
    /// Not Thrift: an HTTP status with a message.
    Http(StatusCode, String),
}

/// The reason why a call was rejected.
#[derive(Debug)]
enum Refusal {
    Status(Box<TStatus>),
    Http(StatusCode, String),
}

impl From<SqlError> for Refusal {
    fn from(error: SqlError) -> Self {
        Self::Status(Box::new(status::failed(&error)))
    }
}

/// A response that can consist of a status alone.
trait WithStatus {
    fn with_status(status: TStatus) -> Self;
}

macro_rules! with_status {
    ($($response:ident)*) => {$(
        impl WithStatus for $response {
            fn with_status(status: TStatus) -> Self {
                #[allow(clippy::needless_update, reason = "some have nothing but a status")]
                Self { status, ..Self::default() }
            }
        }
    )*};
}

with_status! {
    TOpenSessionResp TCloseSessionResp TGetInfoResp TExecuteStatementResp TGetTypeInfoResp
    TGetCatalogsResp TGetSchemasResp TGetTablesResp TGetTableTypesResp TGetColumnsResp
    TGetFunctionsResp TGetPrimaryKeysResp TGetCrossReferenceResp TGetOperationStatusResp
    TCancelOperationResp TCloseOperationResp TGetResultSetMetadataResp TFetchResultsResp
    TGetDelegationTokenResp TCancelDelegationTokenResp TRenewDelegationTokenResp
}

/// A call and the service that handles it.
struct Ask<'a> {
    inner: &'a Arc<Inner>,
    call: &'a Call,
    /// The prefix of links.
    origin: &'a str,
    /// The fault to apply to the response.
    fault: Option<&'a Fault>,
    /// Who would open a new session.
    caller: &'a Caller,
}

/// Who sends a call.
pub(crate) struct Caller {
    /// The node that it reaches for a new session.
    pub(crate) node: Node,
    pub(crate) user: String,
    /// The client, as it calls itself.
    pub(crate) agent: Option<String>,
}

/// Handles a request.
pub(crate) async fn answer(
    inner: &Arc<Inner>,
    request: &Request,
    origin: &str,
    fault: Option<&Fault>,
    caller: &Caller,
) -> Answer {
    let call = match &request.0 {
        Ok(call) => call,
        Err(reason) => return Answer::Message(unreadable(reason)),
    };
    let ask = Ask { inner, call, origin, fault, caller };
    match call.method() {
        rpc::OpenSession::NAME => ask.with::<rpc::OpenSession>(sessions::open),
        rpc::CloseSession::NAME => ask.with::<rpc::CloseSession>(sessions::close),
        rpc::GetInfo::NAME => ask.with::<rpc::GetInfo>(info::get),
        rpc::ExecuteStatement::NAME => {
            ask.with_async::<rpc::ExecuteStatement, _>(execute::execute).await
        }
        rpc::GetOperationStatus::NAME => {
            ask.with_async::<rpc::GetOperationStatus, _>(operations::status).await
        }
        rpc::CancelOperation::NAME => ask.with::<rpc::CancelOperation>(operations::cancel),
        rpc::CloseOperation::NAME => ask.with::<rpc::CloseOperation>(operations::close),
        rpc::GetResultSetMetadata::NAME => ask.with::<rpc::GetResultSetMetadata>(fetch::metadata),
        rpc::FetchResults::NAME => ask.with_async::<rpc::FetchResults, _>(fetch::fetch).await,
        rpc::GetDelegationToken::NAME => {
            ask.with::<rpc::GetDelegationToken>(|_, _| Err(unsupported()))
        }
        rpc::CancelDelegationToken::NAME => {
            ask.with::<rpc::CancelDelegationToken>(|_, _| Err(unsupported()))
        }
        rpc::RenewDelegationToken::NAME => {
            ask.with::<rpc::RenewDelegationToken>(|_, _| Err(unsupported()))
        }
        _ => catalog::answer(&ask).await,
    }
}

impl<'a> Ask<'a> {
    /// Responds immediately.
    fn with<R: Rpc<Response: WithStatus>>(
        &self,
        answer: impl FnOnce(&Self, &R::Request) -> Result<R::Response, Refusal>,
    ) -> Answer {
        match self.call.arguments::<R>() {
            Ok(request) => self.reply::<R>(answer(self, &request)),
            Err(error) => self.exception(ApplicationExceptionKind::PROTOCOL_ERROR, &error),
        }
    }

    /// Responds asynchronously.
    async fn with_async<R: Rpc<Response: WithStatus>, F>(
        &self,
        answer: impl FnOnce(Asked<'a>, R::Request) -> F,
    ) -> Answer
    where
        F: Future<Output = Result<R::Response, Refusal>>,
    {
        match self.call.arguments::<R>() {
            Ok(request) => {
                let asked = Asked { inner: self.inner, origin: self.origin, fault: self.fault };
                self.reply::<R>(answer(asked, request).await)
            }
            Err(error) => self.exception(ApplicationExceptionKind::PROTOCOL_ERROR, &error),
        }
    }

    fn reply<R: Rpc<Response: WithStatus>>(&self, answer: Result<R::Response, Refusal>) -> Answer {
        let response = match answer {
            Ok(response) => response,
            Err(Refusal::Status(status)) => R::Response::with_status(*status),
            Err(Refusal::Http(status, text)) => return Answer::Http(status, text),
        };
        let message = message::encode_reply::<R>(self.call.sequence_id(), &response);
        Answer::Message(match self.inner.settings().quirks.unknown_fields {
            true => unknown_fields::add(message),
            false => message,
        })
    }

    fn exception(&self, kind: ApplicationExceptionKind, reason: &dyn std::fmt::Display) -> Answer {
        let exception = ApplicationException { message: reason.to_string(), kind };
        let (method, id) = (self.call.method(), self.call.sequence_id());
        Answer::Message(message::encode_exception(method, id, &exception))
    }
}

/// The parts of a call that an asynchronous response needs.
#[derive(Clone, Copy)]
struct Asked<'a> {
    inner: &'a Arc<Inner>,
    origin: &'a str,
    fault: Option<&'a Fault>,
}

/// Returns the response to a body that is not a call, without the name of a method.
fn unreadable(reason: &DecodeError) -> Bytes {
    let kind = match reason {
        DecodeError::WrongMessageType { .. } => ApplicationExceptionKind::INVALID_MESSAGE_TYPE,
        _ => ApplicationExceptionKind::PROTOCOL_ERROR,
    };
    let exception = ApplicationException { message: format!("not a call: {reason}"), kind };
    message::encode_exception("", 0, &exception)
}

fn unsupported() -> Refusal {
    SqlError::new("FEATURE_NOT_SUPPORTED", "0A000", "a local warehouse cannot do this").into()
}
