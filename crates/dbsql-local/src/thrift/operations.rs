//! `GetOperationStatus`, `CancelOperation` and `CloseOperation`.

use std::sync::Arc;

use dbsql_protocol::types::{
    TCancelOperationReq, TCancelOperationResp, TCloseOperationReq, TCloseOperationResp,
    TGetOperationStatusReq, TGetOperationStatusResp, TJobExecutionStatus, TOperationHandle,
    TProgressUpdateResp,
};

use crate::later::later;
use crate::operation::{Operation, Phase, State};
use crate::service::Inner;
use crate::store::millis;
use crate::thrift::{Ask, Asked, Refusal, handles, status};

/// Returns the operation of a handle, and marks it as used.
pub(super) fn find(inner: &Inner, handle: &TOperationHandle) -> Result<Arc<Operation>, Refusal> {
    let id = &handle.operation_id;
    let operation = inner.operation(&id.guid, &id.secret);
    let operation = operation.ok_or_else(|| status::no_operation(inner, handle))?;
    operation.touch(&inner.runtime);
    Ok(operation)
}

/// Waits for the state to change, within a limit.
pub(super) async fn status(
    asked: Asked<'_>,
    request: TGetOperationStatusReq,
) -> Result<TGetOperationStatusResp, Refusal> {
    let Asked { inner, .. } = asked;
    let operation = find(inner, &request.operation_handle)?;
    let before = std::mem::discriminant(&operation.live.state());
    let deadline = later(inner.runtime.now(), inner.settings().status_window);
    let changed = |state: &State| state.is_terminal() || std::mem::discriminant(state) != before;
    let phase = operation.wait(&inner.runtime, Some(deadline), changed).await;
    if matches!(phase.state, State::Closed) {
        return Err(status::no_operation(inner, &request.operation_handle));
    }
    operation.touch(&inner.runtime);
    Ok(report(&operation, &phase, request.get_progress_update.unwrap_or(false)))
}

/// Returns the status of an operation.
pub(super) fn report(
    operation: &Operation,
    phase: &Phase,
    with_progress: bool,
) -> TGetOperationStatusResp {
    let started = millis(operation.live.started);
    let state = &phase.state;
    let mut response = TGetOperationStatusResp {
        status: status::success(),
        operation_state: Some(handles::state(state)),
        operation_started: Some(started),
        operation_completed: state.is_terminal().then(|| millis(phase.since)),
        ..TGetOperationStatusResp::default()
    };
    if let State::Finished { result, rows_affected } = state {
        response.has_result_set = Some(result.has_columns());
        response.num_modified_rows = rows_affected.and_then(|rows| i64::try_from(rows).ok());
    }
    if let Some(error) = state.error() {
        response.error_code = Some(0);
        response.error_message = Some(status::long_text(&error));
        response.display_message = Some(error.text());
        response.diagnostic_info = Some(status::long_text(&error));
        response.error_details_json = Some(status::details(&error));
        response.sql_state = error.sql_state;
    }
    if with_progress {
        response.progress_update_response = Some(progress(operation, state, started));
    }
    response
}

fn progress(operation: &Operation, state: &State, start_time: i64) -> TProgressUpdateResp {
    let last = operation.live.progress.last();
    let (fraction, summary) = match (state, last) {
        (State::Finished { .. }, last) => (1.0, last.unwrap_or_default().summary),
        (_, Some(last)) => (last.fraction, last.summary),
        (_, None) => {
            let status = TJobExecutionStatus::NOT_AVAILABLE;
            return TProgressUpdateResp { status, start_time, ..TProgressUpdateResp::default() };
        }
    };
    TProgressUpdateResp {
        header_names: vec!["PROGRESS".to_owned()],
        rows: vec![vec![format!("{:.0} %", fraction * 100.0)]],
        progressed_percentage: fraction,
        status: match state.is_terminal() {
            true => TJobExecutionStatus::COMPLETE,
            false => TJobExecutionStatus::IN_PROGRESS,
        },
        footer_summary: summary,
        start_time,
    }
}

/// Only requests the cancel: the next status call returns the outcome.
pub(super) fn cancel(
    ask: &Ask<'_>,
    request: &TCancelOperationReq,
) -> Result<TCancelOperationResp, Refusal> {
    find(ask.inner, &request.operation_handle)?.cancel();
    Ok(TCancelOperationResp { status: status::success() })
}

pub(super) fn close(
    ask: &Ask<'_>,
    request: &TCloseOperationReq,
) -> Result<TCloseOperationResp, Refusal> {
    let handle = &request.operation_handle;
    let id = &handle.operation_id;
    let operation = ask.inner.operation(&id.guid, &id.secret);
    let operation = operation.ok_or_else(|| status::nothing_to_close(ask.inner, handle))?;
    operation.touch(&ask.inner.runtime);
    ask.inner.registry.close_operation(&operation.identity.guid, &ask.inner.runtime);
    Ok(TCloseOperationResp { status: status::success() })
}
