//! Statuses of success and failure, with the messages of a warehouse.

use dbsql_protocol::types::{TOperationHandle, TSessionHandle, TStatus, TStatusCode};
use http::StatusCode;
use serde_json::json;

use crate::engine::SqlError;
use crate::identity::shown;
use crate::operation::State;
use crate::service::Inner;
use crate::session::Session;
use crate::settings::Gone;
use crate::thrift::Refusal;

pub(super) fn success() -> TStatus {
    TStatus { status_code: TStatusCode::SUCCESS_STATUS, ..TStatus::default() }
}

/// The status for a failed statement.
pub(super) fn failed(error: &SqlError) -> TStatus {
    TStatus {
        status_code: TStatusCode::ERROR_STATUS,
        info_messages: None,
        sql_state: error.sql_state.clone(),
        error_code: Some(0),
        error_message: Some(long_text(error)),
        display_message: Some(error.text()),
        error_details_json: Some(details(error)),
    }
}

/// Returns the message as it would be in the log of the server.
pub(super) fn long_text(error: &SqlError) -> String {
    format!(
        "org.apache.hive.service.cli.HiveSQLException: Error running query: {}\n\tat \
         org.apache.spark.sql.hive.thriftserver.SparkExecuteStatementOperation.execute(Local)",
        error.text(),
    )
}

/// Returns the parts of the error, for programs.
pub(super) fn details(error: &SqlError) -> String {
    json!({
        "errorClass": error.error_class,
        "sqlState": error.sql_state,
        "messageParameters": {},
    })
    .to_string()
}

/// There are no rows to read in this state.
pub(super) fn not_finished(state: &State) -> Refusal {
    let found = match state {
        State::Initialized => "INITIALIZED",
        State::Pending => "PENDING",
        State::Running => "RUNNING",
        State::Finished { .. } => "FINISHED",
        State::Failed(_) => "ERROR",
        State::Canceled => "CANCELED",
        State::TimedOut(_) => "TIMEDOUT",
        State::Closed => "CLOSED",
    };
    let why = format!("Expected state FINISHED, but found {found}");
    let error = state
        .error()
        .unwrap_or_else(|| SqlError::new("INVALID_OPERATION_STATE", "HY010", why.clone()));
    let mut status = failed(&error);
    status.error_message = Some(format!("{why}. {}", long_text(&error)));
    Refusal::Status(Box::new(status))
}

/// The operation does not exist, or the secret is wrong: the response does not distinguish them.
pub(super) fn no_operation(inner: &Inner, handle: &TOperationHandle) -> Refusal {
    let id = shown(&handle.operation_id.guid);
    match inner.settings().quirks.gone {
        Gone::Http => {
            let text = format!("RESOURCE_DOES_NOT_EXIST: Command {id} does not exist.");
            Refusal::Http(StatusCode::NOT_FOUND, text)
        }
        Gone::Text => plain(invalid_operation(handle)),
        Gone::InvalidHandle => invalid_handle(),
    }
}

/// The response to closing an unknown operation is worded differently.
pub(super) fn nothing_to_close(inner: &Inner, handle: &TOperationHandle) -> Refusal {
    match inner.settings().quirks.gone {
        Gone::InvalidHandle => invalid_handle(),
        Gone::Http | Gone::Text => plain(invalid_operation(handle)),
    }
}

fn invalid_operation(handle: &TOperationHandle) -> String {
    let id = shown(&handle.operation_id.guid);
    format!(
        "Invalid OperationHandle: OperationHandle [opType=EXECUTE_STATEMENT, \
         getHandleIdentifier()={id}]"
    )
}

/// The session does not exist, or the secret is wrong.
pub(super) fn no_session(inner: &Inner, handle: &TSessionHandle) -> Refusal {
    let id = shown(&handle.session_id.guid);
    match inner.settings().quirks.gone {
        Gone::Http => {
            Refusal::Http(StatusCode::BAD_REQUEST, format!("BAD_REQUEST: {NO_SESSION} [{id}]"))
        }
        Gone::Text => plain(format!("{NO_SESSION} [{id}]")),
        Gone::InvalidHandle => invalid_handle(),
    }
}

/// The message of a node about a session on another node.
pub(crate) fn invalid_session(session: &Session) -> String {
    format!("BAD_REQUEST: {NO_SESSION} [{}]", shown(&session.identity.guid))
}

const NO_SESSION: &str = "Invalid SessionHandle: SessionHandle";

fn invalid_handle() -> Refusal {
    let status_code = TStatusCode::INVALID_HANDLE_STATUS;
    Refusal::Status(Box::new(TStatus { status_code, ..TStatus::default() }))
}

fn plain(text: String) -> Refusal {
    Refusal::Status(Box::new(TStatus {
        status_code: TStatusCode::ERROR_STATUS,
        error_message: Some(text.clone()),
        display_message: Some(text),
        ..TStatus::default()
    }))
}

/// A limit is reached.
pub(super) fn too_many(what: &str) -> Refusal {
    let message = format!("{what}, and there cannot be more");
    SqlError::new("RESOURCE_EXHAUSTED", "54000", message).into()
}

/// The request is invalid.
pub(super) fn invalid(message: &str) -> Refusal {
    SqlError::new("INVALID_PARAMETER_VALUE", "22023", message).into()
}
