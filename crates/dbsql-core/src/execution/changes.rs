//! The changes of an execution's status, as a stream.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use dbsql_protocol::handle::QueryId;
use futures_core::Stream;
use futures_core::stream::BoxStream;
use futures_util::StreamExt;
use futures_util::stream;

use super::listener::Listener;
use crate::Result;
use crate::operation::Operation;
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
    pub(crate) fn new(operation: &Arc<Operation>) -> Self {
        let listener = Listener::new(operation, operation.engine.defaults.poll);
        let first = State { operation: Arc::clone(operation), listener, last: None, ended: false };
        // Fused: asked again after its end, it has nothing to say, and does not panic.
        let changes = stream::unfold(first, next).fuse().boxed();
        Self { query_id: operation.query_id(), changes }
    }
}

struct State {
    operation: Arc<Operation>,
    listener: Listener,
    last: Option<StatusChange>,
    ended: bool,
}

async fn next(mut state: State) -> Option<(Result<StatusChange>, State)> {
    if state.ended {
        return None;
    }
    let change = state.next_change().await;
    state.ended = change.as_ref().map_or(true, |change| change.status.is_terminal());
    state.last = change.as_ref().ok().cloned();
    Some((change, state))
}

impl State {
    async fn next_change(&mut self) -> Result<StatusChange> {
        self.operation.engine.enter()?;
        loop {
            let (status, progress) = self.listener.known()?;
            let now = StatusChange { status, progress };
            if self.last.as_ref() != Some(&now) {
                return Ok(now);
            }
            self.listener.changed(None).await?;
        }
    }
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
