//! Tasks with an owner: they are aborted when it is dropped.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;

/// A set of tasks, owned by the value that holds it. Dropping the set aborts the tasks that are
/// still running.
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
    set: Mutex<Set>,
    live: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct Set {
    tasks: Vec<JoinHandle<()>>,
    /// The number of tasks at which those that have ended are removed.
    sweep_at: usize,
}

impl Tasks {
    pub(crate) fn new(live: Arc<AtomicUsize>) -> Self {
        Self { set: Mutex::new(Set::default()), live }
    }

    /// Spawns a task in this set.
    ///
    /// # Panics
    ///
    /// When no tokio runtime is running on this thread: call it from async code only, never from a
    /// constructor or from `Drop`.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let alive = Alive::new(Arc::clone(&self.live));
        // Boxed because a task is moved several times, into the runtime and when it ends.
        let task = Box::pin(task);
        // Not under the lock: a runtime that shuts down drops the task immediately, and the `Drop`
        // of something that the task owns may spawn another.
        #[expect(clippy::disallowed_methods, reason = "this set is the owner")]
        let task = tokio::spawn(async move {
            let _alive = alive;
            task.await;
        });
        self.set.lock().unwrap_or_else(PoisonError::into_inner).add(task);
    }

    /// Waits until every task of the set has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping this future aborts the tasks that have not ended yet, as dropping the set would.
    pub async fn join_all(self) {
        loop {
            // Left in the set while it is awaited, so that dropping this future aborts it.
            let ended = std::future::poll_fn(|cx| {
                let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
                match set.tasks.last_mut() {
                    // A task that panicked or was aborted has ended too.
                    Some(task) => std::pin::Pin::new(task).poll(cx).map(|_| false),
                    None => std::task::Poll::Ready(true),
                }
            });
            if ended.await {
                return;
            }
            self.set.lock().unwrap_or_else(PoisonError::into_inner).tasks.pop();
        }
    }
}

impl Set {
    /// Keeps a long-lived set as small as its number of running tasks, at amortized constant cost.
    fn add(&mut self, task: JoinHandle<()>) {
        if self.tasks.len() >= self.sweep_at {
            self.tasks.retain(|task| !task.is_finished());
            self.sweep_at = (2 * self.tasks.len()).max(16);
        }
        self.tasks.push(task);
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
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

#[cfg(test)]
mod tests {
    use std::sync::Weak;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;
    use crate::Runtime;

    /// Spawns a task in its set when it is dropped, as connections that return to a pool do; that
    /// task owns another of its kind.
    struct SpawnsWhenDropped {
        tasks: Weak<Tasks>,
        again: usize,
    }

    impl Drop for SpawnsWhenDropped {
        fn drop(&mut self) {
            let Some(again) = self.again.checked_sub(1) else { return };
            if let (Some(tasks), Ok(_)) = (self.tasks.upgrade(), Runtime::real().current()) {
                let next = Self { tasks: self.tasks.clone(), again };
                tasks.spawn(async move {
                    let _next = next;
                    std::future::pending::<()>().await;
                });
            }
        }
    }

    #[test]
    fn task_dropped_by_a_shutdown_may_spawn_another() {
        let (done, finished) = mpsc::channel();
        #[expect(clippy::disallowed_methods, reason = "the runtime shuts down on another thread")]
        std::thread::spawn(move || {
            let tasks = Arc::new(Runtime::real().tasks());
            for threads in [false, true] {
                let mut tokio = match threads {
                    true => tokio::runtime::Builder::new_multi_thread(),
                    false => tokio::runtime::Builder::new_current_thread(),
                };
                let tokio = tokio.enable_all().build().expect("a runtime");
                tokio.block_on(async {
                    let owned = SpawnsWhenDropped { tasks: Arc::downgrade(&tasks), again: 3 };
                    tasks.spawn(async move {
                        let _owned = owned;
                        std::future::pending::<()>().await;
                    });
                });
                drop(tokio);
            }
            done.send(()).expect("somebody waits");
        });
        finished.recv_timeout(Duration::from_secs(30)).expect("no deadlock");
    }

    #[tokio::test]
    async fn ended_tasks_are_removed() {
        let tasks = Runtime::real().tasks();
        for _ in 0..1000 {
            tasks.spawn(async {});
            tokio::task::yield_now().await;
        }
        assert!(tasks.set.lock().unwrap().tasks.len() <= 17);
    }

    #[tokio::test]
    async fn dropped_join_all_aborts_the_tasks() {
        let runtime = Runtime::real();
        let tasks = runtime.tasks();
        tasks.spawn(std::future::pending());
        tasks.spawn(std::future::pending());
        let joining = runtime.timeout_at(Some(runtime.now()), tasks.join_all()).await;
        assert!(joining.is_err());
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(runtime.live_tasks(), 0);
    }
}
