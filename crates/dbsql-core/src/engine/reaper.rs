//! Late work: what must still be sent after the value that it belongs to was dropped.
//!
//! `Drop` never touches the async runtime (spawning outside one panics). It puts a job into a
//! channel; a task that the client owns carries the jobs out, and `Client::shutdown` drains it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use dbsql_runtime::{Runtime, Tasks};
use dbsql_transport::BoxFuture;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

type Job = BoxFuture<'static, ()>;

/// The queue of late work and the task that empties it.
#[derive(Debug)]
pub(crate) struct Reaper {
    sender: Sender,
    state: Mutex<State>,
    runtime: Runtime,
}

/// The end of the queue that `Drop` implementations hold.
#[derive(Clone)]
pub(crate) struct Sender {
    jobs: UnboundedSender<Job>,
    open: Arc<watch::Sender<usize>>,
}

enum State {
    /// The task is started by the first call that runs inside the async runtime.
    Idle(UnboundedReceiver<Job>),
    Running {
        _tasks: Arc<Tasks>,
    },
}

impl Reaper {
    pub(crate) fn new(runtime: &Runtime) -> Self {
        let (jobs, receiver) = unbounded_channel();
        let sender = Sender { jobs, open: Arc::new(watch::Sender::new(0)) };
        Self { sender, state: Mutex::new(State::Idle(receiver)), runtime: runtime.clone() }
    }

    pub(crate) fn sender(&self) -> Sender {
        self.sender.clone()
    }

    /// Starts the task if it does not run yet. Called from async code only.
    pub(crate) fn start(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Running { .. }) {
            return;
        }
        let tasks = Arc::new(self.runtime.tasks());
        let idle = std::mem::replace(&mut *state, State::Running { _tasks: Arc::clone(&tasks) });
        if let State::Idle(mut jobs) = idle {
            let open = Arc::clone(&self.sender.open);
            // The runner must not keep its own owner alive.
            let owner = Arc::downgrade(&tasks);
            tasks.spawn(async move {
                while let Some(job) = jobs.recv().await {
                    let open = Arc::clone(&open);
                    let Some(tasks) = owner.upgrade() else { break };
                    tasks.spawn(async move {
                        job.await;
                        open.send_modify(|open| *open = open.saturating_sub(1));
                    });
                }
            });
        }
    }

    /// Waits until nothing is left to do.
    pub(crate) async fn drained(&self) {
        self.start();
        let mut open = self.sender.open.subscribe();
        // Fails only when the sender is gone, which `self` holds.
        let _ = open.wait_for(|open| *open == 0).await;
    }
}

impl Sender {
    /// Hands a job over; never blocks, never fails: without a client there is nobody left who
    /// could do it, and the server's idle timer does.
    pub(crate) fn later(&self, job: impl Future<Output = ()> + Send + 'static) {
        self.open.send_modify(|open| *open += 1);
        if self.jobs.send(Box::pin(job)).is_err() {
            self.open.send_modify(|open| *open = open.saturating_sub(1));
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("open", &*self.open.borrow()).finish()
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idle(_) => "Idle",
            Self::Running { .. } => "Running",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_is_made_used_and_dropped_outside_a_runtime() {
        let reaper = Reaper::new(&Runtime::seeded(1));
        let sender = reaper.sender();
        sender.later(async {});
        drop(reaper);
        sender.later(async {});
    }

    #[tokio::test(start_paused = true)]
    async fn drained_waits_for_every_job_and_leaves_no_task() {
        let runtime = Runtime::seeded(1);
        let reaper = Reaper::new(&runtime);
        let done = Arc::new(AtomicUsize::new(0));
        for seconds in [5, 1, 3] {
            let (runtime, done) = (runtime.clone(), Arc::clone(&done));
            reaper.sender().later(async move {
                runtime.sleep(Duration::from_secs(seconds)).await;
                done.fetch_add(1, Ordering::Relaxed);
            });
        }
        reaper.drained().await;
        assert_eq!(done.load(Ordering::Relaxed), 3);
        drop(reaper);
        runtime.sleep(Duration::from_secs(1)).await;
        assert_eq!(runtime.live_tasks(), 0);
    }
}
