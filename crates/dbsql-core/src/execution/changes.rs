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
use tracing::Instrument;

use super::listener::Listener;
use crate::Result;
use crate::exclusive::Exclusive;
use crate::operation::Operation;
use crate::status::{ExecutionStatus, Progress};
use crate::telemetry::Observation;

/// A status change, with the progress if the server reports it.
///
/// ```
/// use dbsql_core::{ExecutionStatus, StatusChange};
/// use futures_util::TryStreamExt;
/// # use dbsql_core::{Client, Config};
/// # use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
/// # use dbsql_local::{Service, runtime::Runtime};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), dbsql_core::Error> {
/// # let slow = Answer::affected(1).after(std::time::Duration::from_secs(60));
/// # let engine = ScriptedEngine::new(Runtime::real()).on("OPTIMIZE t", slow);
/// # let service = Service::builder().engine(engine).build();
/// # let config = Config::new("http://warehouse.test", "/sql/1.0/warehouses/local").token("t");
/// # let client = Client::builder(config).transport(service.transport()).build()?;
/// let query = client.execute_async("OPTIMIZE t").await?;
/// let changes: Vec<StatusChange> = query.status_changes().try_collect().await?;
/// assert_eq!(changes.last().map(|last| last.status), Some(ExecutionStatus::Finished));
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StatusChange {
    /// The new status.
    pub status: ExecutionStatus,
    /// The progress of the statement.
    pub progress: Option<Progress>,
}

/// A stream of the status changes of an execution, each once: first the current status, last the
/// terminal one. The statement is polled while the stream is; dropping the stream loses only
/// changes that were not returned yet.
///
/// A failed statement is a change, not an error. A network error ends the stream; create another one
/// to continue.
///
/// ```
/// use futures_util::StreamExt;
///
/// # async fn sample(query: dbsql_core::AsyncExecution) -> Result<(), dbsql_core::Error> {
/// let mut changes = query.status_changes();
/// while let Some(change) = changes.next().await {
///     println!("{}", change?.status);
/// }
/// # Ok(()) }
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct StatusChanges {
    changes: Exclusive<BoxStream<'static, Result<StatusChange>>>,
    query_id: QueryId,
}

impl StatusChanges {
    pub(crate) fn new(operation: &Arc<Operation>) -> Self {
        let listener = Listener::new(operation, operation.engine.defaults.poll);
        let operation = Arc::clone(operation);
        let query_id = operation.query_id();
        let first = State { operation, listener, last: None, ended: false, observation: None };
        // Fused, so that polling it after its end does not panic.
        let changes = stream::unfold(first, next).fuse().boxed();
        Self { query_id, changes: Exclusive::new(changes) }
    }
}

struct State {
    operation: Arc<Operation>,
    listener: Listener,
    last: Option<StatusChange>,
    ended: bool,
    /// Begins when the stream is first polled.
    observation: Option<Observation>,
}

async fn next(mut state: State) -> Option<(Result<StatusChange>, State)> {
    if state.ended {
        return None;
    }
    let (telemetry, info) =
        (&state.operation.engine.telemetry, state.operation.call("status_changes"));
    let mut observation = state.observation.take().unwrap_or_else(|| telemetry.begin(&info));
    // To stop listening is no failure.
    observation.succeeded();
    let change = state.next_change().instrument(observation.span().clone()).await;
    if let Err(error) = &change {
        observation.failed(error);
    }
    state.observation = Some(observation);
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
        self.changes.get_mut().poll_next_unpin(cx)
    }
}

impl fmt::Debug for StatusChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusChanges")
            .field("query_id", &format_args!("{}", self.query_id))
            .finish_non_exhaustive()
    }
}
