//! The changes of an execution's status, as a stream.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll};

use dbsql_protocol::handle::QueryId;
use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::StreamExt;
use futures_util::stream;

use crate::Result;
use crate::execution::AsyncExecution;
use crate::status::{ExecutionStatus, Progress};

/// One change: a status, and how far the statement has come where the server tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StatusChange {
    /// The status from now on.
    pub status: ExecutionStatus,
    /// How far it has come.
    pub progress: Option<Progress>,
}

/// The changes of an execution's status, each once: first the status as it is, last the terminal
/// one. Polls while it is polled; dropping it loses nothing but the news.
///
/// A failed statement is a change, not an error. An error of the network ends the stream; make
/// another one to go on.
pub struct StatusChanges {
    changes: BoxStream<'static, Result<StatusChange>>,
    query_id: QueryId,
}

impl StatusChanges {
    pub(crate) fn new(execution: &AsyncExecution) -> Self {
        let first = State { execution: execution.clone(), last: None, ended: false };
        // Fused: asked again after its end, it has nothing to say, and does not panic.
        let changes = stream::unfold(first, next).fuse().boxed();
        Self { query_id: execution.query_id(), changes }
    }
}

struct State {
    execution: AsyncExecution,
    last: Option<StatusChange>,
    ended: bool,
}

async fn next(mut state: State) -> Option<(Result<StatusChange>, State)> {
    if state.ended {
        return None;
    }
    let execution = state.execution.clone();
    let mut news = execution.operation.status.subscribe();
    let differs = |last: &Option<StatusChange>| {
        let now = StatusChange { status: execution.status(), progress: execution.progress() };
        (last.as_ref() != Some(&now)).then_some(now)
    };
    let change = match differs(&state.last) {
        Some(change) => Ok(change),
        None => {
            // The wait polls; the first news that differ end it, and dropping it loses nothing.
            let mut wait = execution.wait().into_future();
            loop {
                tokio::select! {
                    biased;
                    ended = &mut wait => match (ended, differs(&state.last)) {
                        (Ok(_), Some(change)) => break Ok(change),
                        (Ok(_), None) => return None,
                        (Err(error), _) => break Err(error),
                    },
                    _ = news.changed() => if let Some(change) = differs(&state.last) {
                        break Ok(change);
                    },
                }
            }
        }
    };
    state.ended = match &change {
        Ok(change) => change.status.is_terminal(),
        Err(_) => true,
    };
    state.last = change.as_ref().ok().cloned();
    Some((change, state))
}

impl Stream for StatusChanges {
    type Item = Result<StatusChange>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.changes.poll_next_unpin(cx)
    }
}

impl fmt::Debug for StatusChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusChanges")
            .field("query_id", &format_args!("{}", self.query_id))
            .finish_non_exhaustive()
    }
}
