//! An operation on the server: status, cancel, close.

use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TCancelOperationReq, TCloseOperationReq, TGetOperationStatusReq, TGetOperationStatusResp,
    TJobExecutionStatus, TOperationHandle, TOperationState, TOperationType, TProgressUpdateResp,
};

use super::Thrift;
use super::fault::{self, About};
use super::rpc::Call;
use crate::backend::{Asking, Target, Until};
use crate::error::ServerMessage;
use crate::http::exchange::Retry;
use crate::http::slots::Class;
use crate::status::{ExecutionStatus, Progress, StatusReport};
use crate::{Error, ErrorKind, Result};

/// Returns the wire form of a handle. Its other fields are not kept in a handle and not needed: every
/// client that rebuilds one sends these values.
pub(super) fn wire_handle(target: &Target) -> Result<TOperationHandle> {
    let operation_id = target.handle.to_identifier().ok_or_else(|| {
        Error::new(
            ErrorKind::Unsupported,
            "this handle belongs to the Statement Execution API, which this client does not support",
        )
        .with_query(Some(target.query_id()))
        .with_next_step("pick it up with a client that does")
    })?;
    Ok(TOperationHandle {
        operation_id,
        operation_type: target
            .operation_type
            .map_or(TOperationType::EXECUTE_STATEMENT, TOperationType),
        has_result_set: true,
        modified_row_count: None,
    })
}

pub(super) async fn status(
    thrift: &Thrift,
    target: &Target,
    asking: Asking,
    until: Until,
) -> Result<StatusReport> {
    let request = TGetOperationStatusReq {
        operation_handle: wire_handle(target)?,
        get_progress_update: Some(true),
    };
    let mut call = Call::about_operation(target, until);
    match asking {
        Asking::First => call.retry = Retry::First,
        Asking::Again => {}
        Asking::Poll(due, slot, last_error) => {
            call.class = Class::Poll(due);
            call.held_slot = slot;
            call.last_error = last_error;
        }
    }
    let response = thrift.call::<rpc::GetOperationStatus>(call, &request).await?;
    fault::check(&response.status, About::Operation)?;
    Ok(status_report(&response))
}

pub(super) async fn cancel(thrift: &Thrift, target: &Target, until: Until) -> Result<()> {
    let request = TCancelOperationReq { operation_handle: wire_handle(target)? };
    let call = Call { class: Class::Urgent, ..Call::about_operation(target, until) };
    let response = thrift.call::<rpc::CancelOperation>(call, &request).await?;
    fault::check(&response.status, About::Operation)
}

pub(super) async fn close(thrift: &Thrift, target: &Target, until: Until) -> Result<()> {
    let request = TCloseOperationReq { operation_handle: wire_handle(target)? };
    let call = Call { class: Class::Urgent, ..Call::about_operation(target, until) };
    let response = thrift.call::<rpc::CloseOperation>(call, &request).await?;
    fault::check(&response.status, About::Operation)
}

/// Reads the state and the related fields.
pub(super) fn status_report(response: &TGetOperationStatusResp) -> StatusReport {
    let (status, raw) = match response.operation_state {
        // A server that does not report the state has not ended the operation: the official clients
        // continue polling.
        None => (ExecutionStatus::Running, "absent".to_owned()),
        Some(state) => (
            execution_status(state),
            state.name().map_or_else(|| state.0.to_string(), str::to_owned),
        ),
    };
    StatusReport {
        status,
        raw,
        failure: failure(status, response),
        progress: response.progress_update_response.as_ref().and_then(progress),
        rows_affected: response
            .num_modified_rows
            .filter(|_| status == ExecutionStatus::Finished)
            .and_then(|rows| u64::try_from(rows).ok()),
        attachment: None,
    }
}

fn execution_status(state: TOperationState) -> ExecutionStatus {
    match state {
        TOperationState::INITIALIZED_STATE | TOperationState::PENDING_STATE => {
            ExecutionStatus::Pending
        }
        TOperationState::RUNNING_STATE => ExecutionStatus::Running,
        TOperationState::FINISHED_STATE => ExecutionStatus::Finished,
        TOperationState::CANCELED_STATE => ExecutionStatus::Canceled,
        TOperationState::CLOSED_STATE => ExecutionStatus::Closed,
        TOperationState::ERROR_STATE => ExecutionStatus::Failed,
        TOperationState::TIMEDOUT_STATE => ExecutionStatus::TimedOut,
        // UNKNOWN_STATE, and states of newer servers.
        _ => ExecutionStatus::Unknown,
    }
}

fn failure(status: ExecutionStatus, response: &TGetOperationStatusResp) -> Option<Error> {
    let (kind, lead) = status.failure()?;
    let full = match (&response.error_message, &response.diagnostic_info) {
        (Some(message), Some(info)) => Some(format!("{message}\n{info}")),
        (one, other) => one.as_ref().or(other.as_ref()).cloned(),
    };
    let message = ServerMessage::new(
        response.display_message.as_deref().or(response.error_message.as_deref()),
        full.as_deref(),
        response.sql_state.as_deref(),
        response.error_details_json.as_deref(),
    );
    Some(Error::from_server(kind, lead, message))
}

fn progress(update: &TProgressUpdateResp) -> Option<Progress> {
    let is_reported = update.status != TJobExecutionStatus::NOT_AVAILABLE
        && update.progressed_percentage.is_finite();
    is_reported.then(|| Progress {
        fraction: update.progressed_percentage.clamp(0.0, 1.0),
        summary: update.footer_summary.clone(),
    })
}

#[cfg(test)]
mod tests;
