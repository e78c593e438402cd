//! The status of a statement.

use std::sync::Arc;

use dbsql_protocol::handle::QueryId;
use dbsql_protocol::sea::{
    ErrorCode, ServiceError, SessionVersion, StatementResponse, StatementState, StatementStatus,
};

use crate::engine::SqlError;
use crate::operation::{Operation, Phase, State};
use crate::sea::{Ask, Refusal, chunks, manifest};

/// Returns the state, and for a result its first chunk or fresh links to it.
pub(super) async fn report(
    ask: Ask<'_>,
    operation: &Arc<Operation>,
    phase: &Phase,
) -> Result<StatementResponse, Refusal> {
    let delivery = operation.sea.as_ref();
    let version = delivery.and_then(|delivery| delivery.session_version);
    let session_version = version.map(|version| SessionVersion { version_id: Some(version) });
    let mut response = StatementResponse {
        statement_id: QueryId::from_guid(&operation.identity.guid).ok(),
        status: StatementStatus { session_version, ..status(&phase.state) },
        session_version,
        ..StatementResponse::default()
    };
    if let (State::Finished { result, .. }, Some(delivery)) = (&phase.state, delivery) {
        let quirks = &ask.inner.settings().quirks;
        response.manifest = Some(manifest::of(result, delivery, quirks));
        response.result = Some(chunks::first(ask, operation, delivery, result).await?);
    }
    Ok(response)
}

fn status(state: &State) -> StatementStatus {
    let mut status = StatementStatus { state: Some(name(state)), ..StatementStatus::default() };
    if let State::Finished { rows_affected: Some(rows), .. } = state {
        status.num_modified_rows = i64::try_from(*rows).ok();
    }
    let failure = match state {
        State::Failed(_) | State::TimedOut(_) => state.error(),
        _ => None,
    };
    if let Some(error) = failure {
        status.error = Some(ServiceError {
            error_code: Some(code(state, &error)),
            message: Some(error.text()),
            sql_state: None,
        });
        status.sql_state = error.sql_state;
    }
    status
}

fn name(state: &State) -> StatementState {
    match state {
        State::Initialized | State::Pending => StatementState::Pending,
        State::Running => StatementState::Running,
        State::Finished { .. } => StatementState::Succeeded,
        State::Failed(_) | State::TimedOut(_) => StatementState::Failed,
        State::Canceled => StatementState::Canceled,
        State::Closed => StatementState::Closed,
    }
}

fn code(state: &State, error: &SqlError) -> ErrorCode {
    match (state, error.error_class.as_deref()) {
        (State::TimedOut(_), _) => ErrorCode::DeadlineExceeded,
        (_, Some("INTERNAL_ERROR")) => ErrorCode::InternalError,
        _ => ErrorCode::BadRequest,
    }
}
