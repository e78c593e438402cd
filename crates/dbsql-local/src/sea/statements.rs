//! Statements by their ids: status, cancel, close.

use std::sync::Arc;

use dbsql_protocol::handle::QueryId;
use dbsql_protocol::sea::{Empty, StatementResponse, StatementState, StatementStatus};

use crate::identity::Guid;
use crate::later::later;
use crate::operation::{Operation, State};
use crate::sea::{Ask, Refusal, status};
use crate::service::Inner;

/// The state of a statement id.
pub(super) enum Found {
    Live(Arc<Operation>),
    /// It was closed, or its result has expired.
    Closed,
}

/// Parses an id.
pub(crate) fn guid(id: &str) -> Option<Guid> {
    id.parse::<QueryId>().ok().map(|id| *id.as_bytes())
}

pub(super) fn find(inner: &Inner, id: &str) -> Result<Found, Refusal> {
    let guid = guid(id).ok_or_else(|| Refusal::no_statement(id))?;
    if let Some(operation) = inner.sea_operation(&guid) {
        operation.touch(&inner.runtime);
        return Ok(Found::Live(operation));
    }
    let submitted = inner.history.find(&guid).filter(|one| one.is_sea && !one.live.is_forgotten());
    let ended = submitted.as_ref().and_then(|one| one.live.ended());
    let known_until = ended.map(|ended| later(ended.at, inner.settings().sea.record_lifetime));
    match known_until {
        Some(until) if until > inner.runtime.now() => Ok(Found::Closed),
        _ => Err(Refusal::no_statement(id)),
    }
}

pub(super) async fn status(ask: Ask<'_>, id: &str) -> Result<StatementResponse, Refusal> {
    let Ask { inner, .. } = ask;
    let operation = match find(inner, id)? {
        Found::Live(operation) => operation,
        Found::Closed => return Ok(closed(id)),
    };
    let window = inner.settings().sea.status_window;
    let phase = match window.is_zero() {
        true => operation.live.phase(),
        false => {
            let deadline = Some(later(inner.runtime.now(), window));
            operation.wait(&inner.runtime, deadline, State::is_terminal).await
        }
    };
    status::report(ask, &operation, &phase).await
}

fn closed(id: &str) -> StatementResponse {
    let state = Some(StatementState::Closed);
    StatementResponse {
        statement_id: id.parse().ok(),
        status: StatementStatus { state, ..StatementStatus::default() },
        ..StatementResponse::default()
    }
}

/// Only requests the cancel: the next status shows the outcome.
pub(super) fn cancel(ask: Ask<'_>, id: &str) -> Result<Empty, Refusal> {
    if let Found::Live(operation) = find(ask.inner, id)? {
        operation.cancel();
    }
    Ok(Empty {})
}

pub(super) fn close(ask: Ask<'_>, id: &str) -> Result<Empty, Refusal> {
    if let Found::Live(operation) = find(ask.inner, id)? {
        ask.inner.registry.close_operation(&operation.identity.guid, &ask.inner.runtime);
    }
    Ok(Empty {})
}
