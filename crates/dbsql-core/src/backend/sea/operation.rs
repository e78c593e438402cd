//! A statement on the server: status, cancel, close.

use dbsql_protocol::sea::{Empty, StatementResponse, StatementState, StatementStatus, path};
use http::Method;

use super::Sea;
use super::call::{Call, ROWS_LIMIT};
use super::fault::{self, About};
use super::first_chunk::{FirstChunk, KEPT_BYTES};
use super::session::SeaSession;
use crate::backend::{Asking, Attachment, Session, Target, Until};
use crate::error::ServerMessage;
use crate::http::exchange::Retry;
use crate::http::slots::Class;
use crate::status::{ExecutionStatus, StatusReport};
use crate::{Error, ErrorKind, Result};

pub(super) async fn status(
    sea: &Sea,
    target: &Target,
    asking: Asking,
    until: Until,
) -> Result<StatusReport> {
    let path = path::statement(target.query_id());
    let mut call = Call::about_statement("GetStatement", Method::GET, path, target, until);
    // It contains the first rows if the submit requested inline rows.
    call.limit = ROWS_LIMIT;
    match asking {
        Asking::First => call.retry = Retry::First,
        Asking::Again => {}
        Asking::Poll(due, slot, last_error) => {
            call.class = Class::Poll(due);
            call.held_slot = slot;
            call.last_error = last_error;
        }
    }
    let answer: StatementResponse = sea.call(call).await?;
    if answer.statement_id.is_some_and(|id| id != target.query_id()) {
        let message = "the server answered about another statement";
        return Err(Error::new(ErrorKind::Protocol, message));
    }
    if let Some(session) = target.session.as_ref().and_then(Session::get::<SeaSession>) {
        session.saw(answer.session_version);
        session.saw(answer.status.session_version);
    }
    Ok(status_report(answer, KEPT_BYTES))
}

pub(super) async fn cancel(sea: &Sea, target: &Target, until: Until) -> Result<()> {
    let path = path::cancel(target.query_id());
    stop(sea, Call::about_statement("CancelStatement", Method::POST, path, target, until)).await
}

pub(super) async fn close(sea: &Sea, target: &Target, until: Until) -> Result<()> {
    let path = path::statement(target.query_id());
    stop(sea, Call::about_statement("CloseStatement", Method::DELETE, path, target, until)).await
}

async fn stop(sea: &Sea, call: Call) -> Result<()> {
    let call = Call { about: About::Stop, class: Class::Urgent, ..call };
    sea.call::<Empty>(call).await.map(|_| ())
}

/// Reads the state and the related fields. At most `most` bytes of rows that can be fetched again
/// are kept.
pub(super) fn status_report(answer: StatementResponse, most: usize) -> StatusReport {
    let StatementResponse { status: reported, manifest, result, .. } = answer;
    let closed = reported.state == Some(StatementState::Closed);
    let has_result = manifest.is_some() || result.is_some();
    let status = match &reported.state {
        // A server that does not report the state has not ended the statement.
        None | Some(StatementState::Running) => ExecutionStatus::Running,
        Some(StatementState::Pending) => ExecutionStatus::Pending,
        Some(StatementState::Succeeded) => ExecutionStatus::Finished,
        // It succeeded, and the server has forgotten it.
        Some(StatementState::Closed) if has_result => ExecutionStatus::Finished,
        Some(StatementState::Closed) => ExecutionStatus::Closed,
        Some(StatementState::Canceled) => ExecutionStatus::Canceled,
        Some(StatementState::Failed) if is_timeout(&reported) => ExecutionStatus::TimedOut,
        Some(StatementState::Failed) => ExecutionStatus::Failed,
        Some(_) => ExecutionStatus::Unknown,
    };
    let finished = status == ExecutionStatus::Finished;
    let first = (finished && has_result)
        .then(|| FirstChunk::new(manifest.unwrap_or_default(), result, closed, most));
    StatusReport {
        status,
        raw: reported.state.as_ref().map_or_else(|| "absent".to_owned(), ToString::to_string),
        failure: failure(status, &reported),
        progress: None,
        rows_affected: reported
            .num_modified_rows
            .filter(|_| finished)
            .and_then(|rows| u64::try_from(rows).ok()),
        attachment: first.map(Attachment::new),
    }
}

/// Returns `true` if the statement timed out, which has no state of its own.
fn is_timeout(reported: &StatementStatus) -> bool {
    let Some(error) = &reported.error else { return false };
    fault::is_timeout(error.error_code.as_ref(), error.message.as_deref().unwrap_or_default())
}

fn failure(status: ExecutionStatus, reported: &StatementStatus) -> Option<Error> {
    let (kind, lead) = status.failure()?;
    let error = reported.error.as_ref();
    let code = error.and_then(|error| error.error_code.as_ref()).map(ToString::to_string);
    let text = error.and_then(|error| error.message.as_deref()).or(code.as_deref());
    let full = match (text, &reported.diagnostic_info) {
        (Some(message), Some(info)) => Some(format!("{message}\n{info}")),
        (one, other) => one.or(other.as_deref()).map(str::to_owned),
    };
    let message = ServerMessage::new(
        reported.display_message.as_deref().or(text),
        full.as_deref(),
        reported.sql_state(),
        reported.error_details_json.as_deref(),
    );
    let is_busy = fault::is_busy(message.full_text());
    let failure = Error::from_server(kind, lead, message);
    Some(if is_busy { failure.with_next_step(fault::BUSY_ADVICE) } else { failure })
}
