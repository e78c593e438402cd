//! Handles on the wire.

use bytes::Bytes;
use dbsql_protocol::types::{
    THandleIdentifier, TOperationHandle, TOperationState, TOperationType, TSessionHandle,
};

use crate::identity::Identity;
use crate::operation::{Operation, OperationKind, State};
use crate::session::{Protocol, Session};

pub(super) fn identifier(identity: &Identity) -> THandleIdentifier {
    THandleIdentifier {
        guid: Bytes::copy_from_slice(&identity.guid),
        secret: Bytes::copy_from_slice(&identity.secret),
    }
}

pub(super) fn of_session(session: &Session) -> TSessionHandle {
    let version = match session.protocol {
        Protocol::Thrift(version) => Some(version.number()),
        Protocol::Sea(_) => None,
    };
    TSessionHandle { session_id: identifier(&session.identity), server_protocol_version: version }
}

pub(super) fn of_operation(operation: &Operation) -> TOperationHandle {
    TOperationHandle {
        operation_id: identifier(&operation.identity),
        operation_type: match operation.kind {
            OperationKind::Statement => TOperationType::EXECUTE_STATEMENT,
            OperationKind::TypeInfo => TOperationType::GET_TYPE_INFO,
            OperationKind::Catalogs => TOperationType::GET_CATALOGS,
            OperationKind::Schemas => TOperationType::GET_SCHEMAS,
            OperationKind::Tables => TOperationType::GET_TABLES,
            OperationKind::TableTypes => TOperationType::GET_TABLE_TYPES,
            OperationKind::Columns => TOperationType::GET_COLUMNS,
            OperationKind::Functions => TOperationType::GET_FUNCTIONS,
            OperationKind::Keys => TOperationType::UNKNOWN,
        },
        has_result_set: operation.has_result_set(),
        modified_row_count: None,
    }
}

pub(super) fn state(state: &State) -> TOperationState {
    match state {
        State::Initialized => TOperationState::INITIALIZED_STATE,
        State::Pending => TOperationState::PENDING_STATE,
        State::Running => TOperationState::RUNNING_STATE,
        State::Finished { .. } => TOperationState::FINISHED_STATE,
        State::Failed(_) => TOperationState::ERROR_STATE,
        State::Canceled => TOperationState::CANCELED_STATE,
        State::TimedOut(_) => TOperationState::TIMEDOUT_STATE,
        State::Closed => TOperationState::CLOSED_STATE,
    }
}
