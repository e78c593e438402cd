//! A request to the Thrift path.

use std::sync::Arc;

use bytes::Bytes;
use dbsql_protocol::message::Call;
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{TOperationHandle, TSessionHandle};
use dbsql_protocol::wire::DecodeError;

use crate::operation::Operation;
use crate::service::Inner;
use crate::session::Session;

/// A call, or the reason why the body is not one.
#[derive(Debug)]
pub(crate) struct Request(pub(super) Result<Call, DecodeError>);

impl Request {
    pub(crate) fn decode(body: Bytes) -> Self {
        Self(Call::decode(body))
    }

    /// Returns the name of the method, as spelled by the client.
    pub(crate) fn method(&self) -> Option<&str> {
        self.0.as_ref().ok().map(Call::method)
    }

    pub(crate) fn opens_session(&self) -> bool {
        self.method() == Some(rpc::OpenSession::NAME)
    }

    /// Returns the operation of the call, if it is alive.
    pub(crate) fn operation(&self, inner: &Inner) -> Option<Arc<Operation>> {
        let id = operation_handle(self.0.as_ref().ok()?)?.operation_id;
        inner.operation(&id.guid, &id.secret)
    }

    /// Returns the session of the call, by its operation if necessary.
    pub(crate) fn session(&self, inner: &Inner) -> Option<Arc<Session>> {
        match session_handle(self.0.as_ref().ok()?) {
            Some(handle) => inner.session(&handle.session_id.guid, &handle.session_id.secret),
            None => self.operation(inner).map(|operation| Arc::clone(&operation.session)),
        }
    }
}

/// Returns the handle of a call on an operation.
fn operation_handle(call: &Call) -> Option<TOperationHandle> {
    macro_rules! handle {
        ($($rpc:ident)*) => {
            match call.method() {
                $(rpc::$rpc::NAME => Some(call.arguments::<rpc::$rpc>().ok()?.operation_handle),)*
                _ => None,
            }
        };
    }
    handle!(GetOperationStatus CancelOperation CloseOperation GetResultSetMetadata FetchResults)
}

/// Returns the handle of a call on a session.
fn session_handle(call: &Call) -> Option<TSessionHandle> {
    macro_rules! handle {
        ($($rpc:ident)*) => {
            match call.method() {
                $(rpc::$rpc::NAME => Some(call.arguments::<rpc::$rpc>().ok()?.session_handle),)*
                _ => None,
            }
        };
    }
    handle!(
        CloseSession GetInfo ExecuteStatement GetTypeInfo GetCatalogs GetSchemas GetTables
        GetTableTypes GetColumns GetFunctions GetPrimaryKeys GetCrossReference
    )
}
