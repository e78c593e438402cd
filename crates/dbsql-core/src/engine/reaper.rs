//! Late work: requests that must still be sent after the value that they belong to was dropped.
//!
//! `Drop` never touches the async runtime (spawning outside of one panics). It adds a job to a queue,
//! which a task in each runtime of the client empties; `Client::shutdown` waits for that. A job whose
//! runtime goes away before it is done returns to the queue.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use dbsql_runtime::{NoRuntime, PerRuntime, Runtime, RuntimeId, Tasks};
use dbsql_transport::BoxFuture;
use tokio::sync::{Notify, watch};

/// Starts the work. It may be started again, so it must be idempotent.
type Job = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// The queue of late work and the tasks that empty it.
#[derive(Debug)]
pub(crate) struct Reaper {
    queue: Arc<Queue>,
    runners: PerRuntime<Arc<Tasks>>,
    runtime: Runtime,
}

struct Queue {
    state: Mutex<State>,
    arrived: Notify,
    /// The number of jobs and [`Unfinished`] values.
    open: watch::Sender<usize>,
}

#[derive(Default)]
struct State {
    next: u64,
    queued: VecDeque<(u64, Job)>,
    running: BTreeMap<u64, (Option<RuntimeId>, Job)>,
    /// The number of tasks that empty the queue.
    runners: usize,
    /// Whether the client was dropped. Jobs keep alive what they need, so those that no task will
    /// ever run must be removed.
    client_dropped: bool,
}

impl State {
    /// Takes out the jobs that no task will ever run. To be dropped outside the lock: they may own
    /// the last reference to the engine.
    fn take_hopeless(&mut self) -> VecDeque<(u64, Job)> {
        match self.client_dropped && self.runners == 0 {
            true => std::mem::take(&mut self.queued),
            false => VecDeque::new(),
        }
    }
}

impl Reaper {
    pub(crate) fn new(runtime: &Runtime) -> Self {
        let queue =
            Queue { state: Mutex::default(), arrived: Notify::new(), open: watch::Sender::new(0) };
        Self { queue: Arc::new(queue), runners: PerRuntime::new(), runtime: runtime.clone() }
    }

    /// Starts emptying the queue in this runtime.
    pub(crate) fn start(&self) -> Result<(), NoRuntime> {
        let here = self.runtime.current()?;
        self.runners.get_or_make(&self.runtime, || {
            let tasks = Arc::new(self.runtime.tasks());
            self.queue.lock().runners += 1;
            let runner = Runner(Arc::clone(&self.queue));
            tasks.spawn(empty(runner, Arc::downgrade(&tasks), here));
            tasks
        })?;
        Ok(())
    }

    /// Queues a job; never blocks, never fails, and works outside a runtime.
    pub(crate) fn later(&self, job: impl Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static) {
        self.queue.open.send_modify(|open| *open += 1);
        {
            let mut state = self.queue.lock();
            state.next += 1;
            let number = state.next;
            state.queued.push_back((number, Arc::new(job)));
        }
        self.queue.settle();
    }

    /// The client was dropped: jobs that no task will ever run go with it.
    pub(crate) fn client_dropped(&self) {
        self.queue.lock().client_dropped = true;
        self.queue.settle();
    }

    /// Counts as late work until it is dropped.
    pub(crate) fn unfinished(&self) -> Unfinished {
        self.queue.open.send_modify(|open| *open += 1);
        Unfinished(Arc::clone(&self.queue))
    }

    /// Waits until nothing is left to do. Jobs that were started in another runtime are started
    /// again in this one, since the other may be idle forever.
    pub(crate) async fn drained(&self) -> Result<(), NoRuntime> {
        self.start()?;
        let here = self.runtime.current()?;
        self.queue.take_over(here);
        let mut open = self.queue.open.subscribe();
        // Fails only when the sender is gone, which `self` holds.
        let _ = open.wait_for(|open| *open == 0).await;
        Ok(())
    }
}

/// Runs the queued jobs, each in its own task.
async fn empty(runner: Runner, owner: Weak<Tasks>, here: RuntimeId) {
    let queue = &runner.0;
    loop {
        let mut arrived = pin!(queue.arrived.notified());
        // From here on no notification is missed.
        arrived.as_mut().enable();
        while let Some((number, job)) = queue.next(here) {
            // First of all: a job that is dropped unfinished returns to the queue.
            let running = Running { queue: Arc::clone(queue), number, done: false };
            let Some(tasks) = owner.upgrade() else { return };
            tasks.spawn(async move {
                let mut running = running;
                job().await;
                running.done = true;
            });
        }
        arrived.await;
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After the queue has changed: wakes the runners, or drops what no runner will ever run.
    fn settle(&self) {
        let hopeless = self.lock().take_hopeless();
        if !hopeless.is_empty() {
            self.open.send_modify(|open| *open = open.saturating_sub(hopeless.len()));
        }
        drop(hopeless);
        self.arrived.notify_waiters();
    }

    fn next(&self, here: RuntimeId) -> Option<(u64, Job)> {
        let mut state = self.lock();
        let (number, job) = state.queued.pop_front()?;
        state.running.insert(number, (Some(here), Arc::clone(&job)));
        Some((number, job))
    }

    fn take_over(&self, here: RuntimeId) {
        let mut state = self.lock();
        let elsewhere: Vec<_> = state
            .running
            .iter_mut()
            .filter(|(_, (runtime, _))| runtime.is_some_and(|runtime| runtime != here))
            .map(|(number, (runtime, job))| {
                *runtime = None;
                (*number, Arc::clone(job))
            })
            .collect();
        state.queued.extend(elsewhere);
        drop(state);
        self.arrived.notify_waiters();
    }
}

/// A job that was started.
struct Running {
    queue: Arc<Queue>,
    number: u64,
    done: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        let Some((_, job)) = state.running.remove(&self.number) else { return };
        let is_queued = state.queued.iter().any(|(number, _)| *number == self.number);
        if self.done {
            state.queued.retain(|(number, _)| *number != self.number);
            drop(state);
            self.queue.open.send_modify(|open| *open = open.saturating_sub(1));
        } else if !is_queued {
            // Its runtime has ended.
            state.queued.push_back((self.number, job));
            drop(state);
            self.queue.settle();
        }
    }
}

/// A task that empties the queue, for as long as it exists.
struct Runner(Arc<Queue>);

impl Drop for Runner {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.runners = state.runners.saturating_sub(1);
        drop(state);
        self.0.settle();
    }
}

/// Work that `Client::shutdown` waits for in addition to the queued jobs.
#[derive(Debug)]
pub(crate) struct Unfinished(Arc<Queue>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open = open.saturating_sub(1));
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("open", &*self.open.borrow()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn counting(done: &Arc<AtomicUsize>) -> impl Fn() -> BoxFuture<'static, ()> + use<> {
        let done = Arc::clone(done);
        move || {
            let done = Arc::clone(&done);
            Box::pin(async move {
                done.fetch_add(1, Ordering::Relaxed);
            })
        }
    }

    #[test]
    fn reaper_is_created_used_and_dropped_outside_a_runtime() {
        let reaper = Reaper::new(&Runtime::seeded(1));
        reaper.later(|| Box::pin(async {}));
        assert!(reaper.start().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn drained_waits_for_every_job_and_leaves_no_task() {
        let runtime = Runtime::seeded(1);
        let reaper = Reaper::new(&runtime);
        let done = Arc::new(AtomicUsize::new(0));
        for seconds in [5, 1, 3] {
            let (runtime, done) = (runtime.clone(), Arc::clone(&done));
            reaper.later(move || {
                let (runtime, done) = (runtime.clone(), Arc::clone(&done));
                Box::pin(async move {
                    runtime.sleep(Duration::from_secs(seconds)).await;
                    done.fetch_add(1, Ordering::Relaxed);
                })
            });
        }
        reaper.drained().await.expect("in a runtime");
        assert_eq!(done.load(Ordering::Relaxed), 3);
        drop(reaper);
        runtime.sleep(Duration::from_secs(1)).await;
        assert_eq!(runtime.live_tasks(), 0);
    }

    #[test]
    fn job_is_done_in_another_runtime_when_its_own_is_gone() {
        let tokio = || tokio::runtime::Builder::new_current_thread().enable_all().build();
        for first_is_gone in [false, true] {
            let (one, two) = (tokio().expect("a runtime"), tokio().expect("a runtime"));
            let reaper = Reaper::new(&Runtime::real());
            let done = Arc::new(AtomicUsize::new(0));
            let begun = Arc::new(AtomicUsize::new(0));
            let job = {
                let (begun, done) = (Arc::clone(&begun), Arc::clone(&done));
                move || -> BoxFuture<'static, ()> {
                    let (begun, done) = (Arc::clone(&begun), Arc::clone(&done));
                    Box::pin(async move {
                        if begun.fetch_add(1, Ordering::Relaxed) == 0 {
                            std::future::pending::<()>().await;
                        }
                        done.fetch_add(1, Ordering::Relaxed);
                    })
                }
            };
            one.block_on(async {
                reaper.start().expect("in a runtime");
                reaper.later(job);
                while begun.load(Ordering::Relaxed) == 0 {
                    tokio::task::yield_now().await;
                }
            });
            let kept = (!first_is_gone).then_some(one);
            two.block_on(reaper.drained()).expect("in a runtime");
            assert_eq!(done.load(Ordering::Relaxed), 1);
            drop(kept);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn job_met_while_its_runtime_ends_stays_queued() {
        let runtime = Runtime::seeded(1);
        let reaper = Reaper::new(&runtime);
        let done = Arc::new(AtomicUsize::new(0));
        reaper.later(counting(&done));
        let gone = Weak::new();
        empty(Runner(Arc::clone(&reaper.queue)), gone, runtime.current().expect("in a runtime"))
            .await;
        assert_eq!(reaper.queue.lock().queued.len(), 1);
        reaper.drained().await.expect("in a runtime");
        assert_eq!(done.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn jobs_that_no_task_will_run_go_with_the_client() {
        let tokio = || tokio::runtime::Builder::new_current_thread().enable_all().build();
        // Queued after the end of the runtime, begun in it, and queued after the client is gone.
        for case in 0..3 {
            let reaper = Reaper::new(&Runtime::real());
            let owned = Arc::new(());
            let job = {
                let owned = Arc::clone(&owned);
                move || -> BoxFuture<'static, ()> {
                    let owned = Arc::clone(&owned);
                    Box::pin(async move {
                        std::future::pending::<()>().await;
                        drop(owned);
                    })
                }
            };
            let runtime = tokio().expect("a runtime");
            runtime.block_on(async { reaper.start() }).expect("in a runtime");
            if case == 1 {
                runtime.block_on(async {
                    reaper.later(job.clone());
                    tokio::task::yield_now().await;
                    tokio::task::yield_now().await;
                });
            }
            drop(runtime);
            if case == 0 {
                reaper.later(job.clone());
            }
            assert_eq!(Arc::strong_count(&owned) > 2, case < 2, "late work is kept for the client");
            reaper.client_dropped();
            if case == 2 {
                reaper.later(job.clone());
            }
            drop(job);
            assert_eq!(Arc::strong_count(&owned), 1, "case {case}");
            assert_eq!(*reaper.queue.open.borrow(), 0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn jobs_queued_while_others_run_are_not_missed() {
        let runtime = Runtime::seeded(1);
        let reaper = Reaper::new(&runtime);
        let done = Arc::new(AtomicUsize::new(0));
        reaper.start().expect("in a runtime");
        for _ in 0..100 {
            reaper.later(counting(&done));
            tokio::task::yield_now().await;
        }
        let unfinished = reaper.unfinished();
        let soon = Some(runtime.now() + Duration::from_secs(1));
        assert!(runtime.timeout_at(soon, reaper.drained()).await.is_err(), "one is not finished");
        drop(unfinished);
        reaper.drained().await.expect("in a runtime");
        assert_eq!(done.load(Ordering::Relaxed), 100);
    }
}
