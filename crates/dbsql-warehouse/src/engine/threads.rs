//! The engine's own threads. A join over millions of rows must not delay the tasks that wait for
//! the network, and paused time in their runtime must not stop the join.

use std::fmt;
use std::future::Future;
use std::io;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use dbsql_local::transport::BoxFuture;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::errors::Result;
use super::stop::Stop;
use dbsql_local::engine::SqlError;

/// Deep SQL trees are traversed recursively. Only the used part of a stack takes memory.
const STACK_BYTES: usize = 64 << 20;

/// A runtime for SQL.
pub(super) struct Threads {
    /// `None` only while it is being dropped.
    runtime: Option<Runtime>,
}

impl Threads {
    pub(super) fn start(threads: Option<NonZero<usize>>) -> io::Result<Self> {
        let threads = threads.or_else(|| available_parallelism().ok()).map_or(2, NonZero::get);
        let runtime = Builder::new_multi_thread()
            // A second thread serves small queries while a large one keeps the first busy.
            .worker_threads(threads.max(2))
            .thread_name("dbsql-sql")
            .thread_stack_size(STACK_BYTES)
            .enable_time()
            .build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Returns the number of live tasks, including those started by operators.
    pub(super) fn tasks(&self) -> usize {
        self.runtime.as_ref().map_or(0, |runtime| runtime.metrics().num_alive_tasks())
    }

    /// Runs the work on the threads, starting with the first poll of the returned future. Dropping
    /// that future ends the work, and sets `stop` for parts of it that do not wait. A panic becomes
    /// an error.
    #[expect(clippy::disallowed_methods, reason = "SQL has threads of its own")]
    pub(super) fn run<T: Send + 'static>(
        self: &Arc<Self>,
        stop: Stop,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> BoxFuture<'static, Result<T>> {
        let threads = Arc::clone(self);
        Box::pin(async move {
            let Some(runtime) = &threads.runtime else {
                return Err(SqlError::internal("the engine has shut down"));
            };
            let mut task = AbortOnDrop { handle: runtime.handle().spawn(work), stop };
            match (&mut task.handle).await {
                Ok(result) => result,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => Err(SqlError::internal(format!(
                        "The engine panicked: {}",
                        panic_message(&*panic)
                    ))),
                    Err(_) => Err(SqlError::internal("the engine has shut down")),
                },
            }
        })
    }
}

impl fmt::Debug for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Threads").field("tasks", &self.tasks()).finish_non_exhaustive()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // Waiting for the threads is not allowed where the engine may be dropped: on a thread of
        // another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct AbortOnDrop<T> {
    handle: JoinHandle<T>,
    stop: Stop,
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.stop.stop();
        self.handle.abort();
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
