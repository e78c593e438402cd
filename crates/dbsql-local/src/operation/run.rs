//! The work of an operation: the engine's future, with everything that can stop it.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use dbsql_runtime::{Instant, OffloadError, Runtime};
use dbsql_transport::BoxFuture;
use futures_util::FutureExt;

use crate::engine::{ProgressSink, QueryOutput, SqlError};
use crate::flag::is_set;
use crate::later::later;
use crate::operation::{Live, Queue, State};
use crate::result::{ResultOptions, ResultSet, Room};
use crate::sea;
use crate::statement::discard;

/// The work of an operation.
pub(crate) struct Work {
    /// The delays before the work starts.
    pub(crate) queue: Queue,
    /// Starts the engine.
    pub(crate) begin: Begin,
    /// The format of the result.
    pub(crate) options: ResultOptions,
    /// The room for the result.
    pub(crate) room: Room,
    /// The time limit of the statement, including delays.
    pub(crate) timeout: Duration,
    /// The idle limit; `None` for no limit.
    pub(crate) idle: Option<Duration>,
    /// How the Statement Execution API delivers the result, if it submitted the statement.
    pub(crate) sea: Option<sea::Delivery>,
}

/// Passes a statement to the engine. Not called for a statement that was stopped before it started.
pub(crate) type Begin =
    Box<dyn FnOnce(ProgressSink) -> BoxFuture<'static, Result<QueryOutput, SqlError>> + Send>;

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Runs until the end, or until something stops it: then the engine's future is dropped before
/// anyone is notified.
pub(super) async fn run(work: Work, live: Arc<Live>, runtime: Runtime) {
    let Work { queue, begin, options, room, timeout, idle, sea: _ } = work;
    let deadline = later(runtime.now(), timeout);
    let progress = live.progress.clone();
    let (queued, clock) = (Arc::clone(&live), runtime.clone());
    let running = async move {
        queue.pass(&queued, &clock).await;
        let output = begin(progress).await?;
        finished(output, options, room, &clock).await
    };
    let mut running = AssertUnwindSafe(running).catch_unwind().boxed();
    let state = tokio::select! {
        biased;
        () = is_set(live.cancel.subscribe()) => State::Canceled,
        ended = &mut running => match ended {
            Ok(Ok(state)) => state,
            Ok(Err(error)) => State::Failed(Arc::new(error)),
            Err(panic) => State::Failed(Arc::new(panicked(&*panic))),
        },
        () = runtime.sleep_until(deadline) => State::TimedOut(timeout),
        () = abandoned(&live, idle, &runtime) => State::Closed,
    };
    discard(running);
    live.advance(state, &runtime);
}

async fn finished(
    output: QueryOutput,
    options: ResultOptions,
    room: Room,
    runtime: &Runtime,
) -> Result<State, SqlError> {
    let rows_affected = output.rows_affected;
    let result = runtime.offload(move || ResultSet::new(output, options, room)).await;
    let result = result.unwrap_or_else(|error| Err(offload_failed(&error)))?;
    Ok(State::Finished { result: Arc::new(result), rows_affected })
}

/// Ready when there was no call about the operation for longer than the limit.
async fn abandoned(live: &Live, limit: Option<Duration>, runtime: &Runtime) {
    let Some(limit) = limit else { return std::future::pending().await };
    loop {
        let now: Instant = runtime.now();
        match live.idle_at(limit) {
            Some(at) if at <= now => return,
            Some(at) => runtime.sleep_until(at).await,
            None => runtime.sleep(limit).await,
        }
    }
}

/// Returns the error for a panic of an engine.
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> SqlError {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    SqlError::internal(format!("the engine panicked: {text}"))
}

/// Returns the error for offloaded work that produced no value.
pub(crate) fn offload_failed(error: &OffloadError) -> SqlError {
    SqlError::internal(error.to_string())
}
