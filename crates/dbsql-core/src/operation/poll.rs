//! Polling: one owned task per operation that is waited for and runtime. All waits of that runtime
//! listen to it.
//!
//! A wait takes a lease, which it renews each time it is polled. When no lease was renewed since the
//! last response, the task pauses, so a wait that is kept without being polled costs nothing and blocks
//! no other. When the last wait is dropped, the task ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use dbsql_runtime::{Instant, RuntimeId, Tasks};
use tokio::sync::Notify;
use tracing::{Instrument, Span};

use super::Operation;
use crate::Result;
use crate::http::attempt::no_runtime;
use crate::http::slots::{Class, Due};
use crate::poll_schedule::PollSchedule;

/// The pollers of one operation, by runtime.
#[derive(Debug, Default)]
pub(crate) struct Pollers(Mutex<Vec<(RuntimeId, Weak<Poller>)>>);

/// The poller of one operation in one runtime. It ends with the last lease.
#[derive(Debug)]
struct Poller {
    leases: Mutex<Vec<Weak<LeaseState>>>,
    renewed: Arc<Notify>,
    /// Whether the task was started. It ends with the statement or with its owner, not before.
    has_task: AtomicBool,
    /// Owns the task.
    tasks: Tasks,
}

/// The interest of one wait.
#[derive(Debug)]
pub(crate) struct Lease {
    runtime: RuntimeId,
    state: Arc<LeaseState>,
    poller: Arc<Poller>,
}

/// When the last poll started, and when its response was received.
#[derive(Clone, Copy, Debug)]
pub(super) struct LastPoll {
    pub(super) begun: Instant,
    pub(super) answered: Instant,
}

#[derive(Debug)]
struct LeaseState {
    schedule: PollSchedule,
    is_renewed: AtomicBool,
    /// That of the wait: the polls that it asks for are below it.
    span: Span,
}

impl Lease {
    /// Returns the runtime of its poller.
    pub(crate) fn runtime(&self) -> RuntimeId {
        self.runtime
    }

    /// Requests the next poll, since the wait is alive.
    pub(crate) fn renew(&self) {
        if !self.state.is_renewed.swap(true, Ordering::AcqRel) {
            self.poller.renewed.notify_one();
        }
    }
}

impl Operation {
    /// Keeps the operation polled in this runtime as long as the lease is renewed.
    ///
    /// # Errors
    ///
    /// `Config` outside a suitable runtime.
    pub(crate) fn lease(self: &Arc<Self>, schedule: PollSchedule) -> Result<Lease> {
        let runtime = self.engine.runtime.current().map_err(no_runtime)?;
        let (is_renewed, span) = (AtomicBool::new(true), Span::current());
        let state = Arc::new(LeaseState { schedule, is_renewed, span });
        let poller = self.pollers.of(runtime, || Poller {
            leases: Mutex::default(),
            renewed: Arc::default(),
            has_task: AtomicBool::new(false),
            tasks: self.engine.runtime.tasks(),
        });
        poller.leases().push(Arc::downgrade(&state));
        if !poller.has_task.swap(true, Ordering::AcqRel) {
            // The task must not keep its owner alive.
            let (weak, renewed) = (Arc::downgrade(&poller), Arc::clone(&poller.renewed));
            poller.tasks.spawn(poll(Arc::clone(self), weak, renewed));
        } else {
            poller.renewed.notify_one();
        }
        Ok(Lease { runtime, state, poller })
    }
}

impl Pollers {
    fn of(&self, runtime: RuntimeId, make: impl FnOnce() -> Poller) -> Arc<Poller> {
        let mut pollers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pollers.retain(|(_, poller)| poller.strong_count() > 0);
        let found = pollers.iter().find(|(id, _)| *id == runtime);
        if let Some(poller) = found.and_then(|(_, poller)| poller.upgrade()) {
            return poller;
        }
        let poller = Arc::new(make());
        pollers.push((runtime, Arc::downgrade(&poller)));
        poller
    }
}

impl Poller {
    fn leases(&self) -> MutexGuard<'_, Vec<Weak<LeaseState>>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the shortest pause of the renewed leases; `None` when there is none.
    fn wanted_pause(&self, age: Duration) -> Option<Duration> {
        let mut leases = self.leases();
        leases.retain(|lease| lease.strong_count() > 0);
        leases
            .iter()
            .filter_map(Weak::upgrade)
            .filter(|lease| lease.is_renewed.load(Ordering::Acquire))
            .map(|lease| lease.schedule.pause(age))
            .min()
    }

    /// Expires all leases as a poll starts: waits that are alive renew theirs at its response. Returns
    /// the span of the first wait that asked for the poll.
    fn expire_leases(&self) -> Span {
        let mut first = Span::none();
        for lease in self.leases().iter().filter_map(Weak::upgrade) {
            if lease.is_renewed.swap(false, Ordering::AcqRel) && first.is_none() {
                first = lease.span.clone();
            }
        }
        first
    }
}

/// Polls until the statement has ended. The task is aborted with the last lease.
async fn poll(operation: Arc<Operation>, poller: Weak<Poller>, renewed: Arc<Notify>) {
    let runtime = operation.engine.runtime.clone();
    while !operation.last_status().is_terminal() {
        let last = operation.last_poll();
        let age = last.map_or(runtime.now(), |last| last.begun) - operation.since;
        let Some(pause) = poller.upgrade().map(|poller| poller.wanted_pause(age)) else { return };
        let Some(pause) = pause else {
            renewed.notified().await;
            continue;
        };
        // Measured from the start of the last call, in any runtime: a server that holds its
        // response leaves no pause. But never due before that response, or the poll would overtake
        // others queued since.
        let next = |last: LastPoll| last.begun.checked_add(pause).map(|at| at.max(last.answered));
        let due = last.and_then(next).unwrap_or_else(|| runtime.now());
        if due > runtime.now() {
            // A new lease may need it sooner.
            let _ = runtime.timeout_at(Some(due), renewed.notified()).await;
            continue;
        }
        // Before the call: waits that learn of its response renew their leases.
        let Some(span) = poller.upgrade().map(|poller| poller.expire_leases()) else { return };
        // Queued here, where it costs little: most polls of a large fleet wait for their turn.
        let due = Due { at: due, pause };
        let Ok(lane) = operation.engine.lanes.here() else { return };
        let slot = lane.slots.acquire(Class::Poll(due)).await;
        drop(lane);
        operation.poll_once(due, slot).instrument(span.clone()).await;
        if let Some(poller) = poller.upgrade() {
            span.in_scope(|| operation.ask_history(&poller.tasks));
        }
    }
}

#[cfg(test)]
mod tests {
    use dbsql_local::Service;
    use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
    use dbsql_runtime::Runtime;

    use super::*;
    use crate::{Client, Config};

    #[tokio::test(start_paused = true)]
    async fn lease_on_an_idle_poller_starts_no_second_task() {
        let hour = Duration::from_secs(3600);
        let engine = ScriptedEngine::new(Runtime::seeded(1))
            .on_any(move |_| Some(Answer::rows(Vec::new()).after(hour)));
        let service = Service::builder().engine(engine).runtime(Runtime::seeded(1)).build();
        let path = service.settings().http_path.clone();
        let runtime = Runtime::seeded(1);
        let builder = Client::builder(Config::new("warehouse.example", path).token("t"))
            .transport(service.transport());
        let client = builder.runtime(runtime.clone()).build().unwrap();
        let query = client.execute_async("SELECT 1").await.unwrap();
        let schedule = PollSchedule::every(Duration::from_secs(1));
        let first = query.operation.lease(schedule).unwrap();
        runtime.sleep(Duration::from_millis(10)).await;
        let before = runtime.live_tasks();
        // Another thread has the poller and has not stored its own lease yet.
        let poller = Arc::clone(&first.poller);
        drop(first);
        runtime.sleep(Duration::from_secs(10)).await;
        let _second = query.operation.lease(schedule).unwrap();
        runtime.sleep(Duration::from_millis(10)).await;
        assert_eq!(runtime.live_tasks(), before);
        drop(poller);
    }
}
