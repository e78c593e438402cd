//! Tasks with an owner: they end when it does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

/// A set of tasks owned by whoever holds it. Dropping the set aborts what still runs in it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let runtime = dbsql_runtime::Runtime::real();
/// let tasks = runtime.tasks();
/// tasks.spawn(std::future::pending::<()>());
/// assert_eq!(runtime.live_tasks(), 1);
/// drop(tasks);
/// tokio::task::yield_now().await;
/// assert_eq!(runtime.live_tasks(), 0);
/// # }
/// ```
#[derive(Debug)]
pub struct Tasks {
    set: Mutex<JoinSet<()>>,
    live: Arc<AtomicUsize>,
}

impl Tasks {
    pub(crate) fn new(live: Arc<AtomicUsize>) -> Self {
        Self { set: Mutex::new(JoinSet::new()), live }
    }

    /// Starts a task in this set.
    ///
    /// # Panics
    ///
    /// When no tokio runtime is running on this thread: call it from async code only, never from
    /// a constructor or from `Drop`.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let alive = Alive::new(Arc::clone(&self.live));
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        // Finished tasks are kept by the set until somebody asks for them: ask here, so that a
        // long-lived set stays as small as the work in it.
        while set.try_join_next().is_some() {}
        set.spawn(async move {
            let _alive = alive;
            task.await;
        });
    }

    /// Waits until every task of the set has ended. Cancel-safe: dropping this future aborts
    /// the tasks that have not ended yet, as dropping the set would.
    pub async fn join_all(self) {
        let mut set = self.set.into_inner().unwrap_or_else(PoisonError::into_inner);
        while set.join_next().await.is_some() {}
    }
}

/// Counts one task for as long as its future exists, however it ends.
struct Alive(Arc<AtomicUsize>);

impl Alive {
    fn new(live: Arc<AtomicUsize>) -> Self {
        live.fetch_add(1, Ordering::Relaxed);
        Self(live)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
