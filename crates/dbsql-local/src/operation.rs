//! An operation: one statement or metadata call, from its start until it is closed.

mod ended;
mod queue;
mod run;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use dbsql_runtime::{Instant, Runtime, Tasks};
use tokio::sync::watch;

use crate::engine::{ProgressSink, SqlError};
use crate::identity::Identity;
use crate::later::later;
pub(crate) use crate::operation::ended::{Ended, Outcome};
pub(crate) use crate::operation::queue::Queue;
pub(crate) use crate::operation::run::{Begin, Work, offload_failed, panicked};
use crate::result::ResultSet;
use crate::sea;
use crate::session::{LastUse, Session};
use crate::settings::Settings;

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) identity: Identity,
    pub(crate) kind: OperationKind,
    pub(crate) session: Arc<Session>,
    pub(crate) live: Arc<Live>,
    /// How the Statement Execution API delivers the result, if it submitted the statement.
    pub(crate) sea: Option<sea::Delivery>,
    /// The next row for a reader that does not specify one.
    pub(crate) cursor: Mutex<Cursor>,
    /// The running work, if any. It ends with the operation.
    tasks: Mutex<Option<Tasks>>,
}

/// The purpose of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperationKind {
    Statement,
    TypeInfo,
    Catalogs,
    Schemas,
    Tables,
    TableTypes,
    Columns,
    Functions,
    Keys,
}

/// The position of a reader.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    pub(crate) next: u64,
    /// The row before which an empty page was sent last.
    pub(crate) paused_at: Option<u64>,
}

/// The state shared by the operation and its work.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) phase: watch::Sender<Phase>,
    pub(crate) cancel: watch::Sender<bool>,
    pub(crate) progress: ProgressSink,
    pub(crate) started: SystemTime,
    pub(crate) used: LastUse,
    /// The number of requests that wait for it: while there are any, it is not idle.
    waiting: AtomicUsize,
    /// How it ended, even if its result is gone.
    ended: OnceLock<Ended>,
    /// Whether the service has forgotten everything about it, even that it was closed.
    forgotten: AtomicBool,
}

/// The state of the operation, and since when.
#[derive(Clone, Debug)]
pub(crate) struct Phase {
    pub(crate) state: State,
    pub(crate) since: SystemTime,
}

#[derive(Clone, Debug)]
pub(crate) enum State {
    Initialized,
    Pending,
    Running,
    Finished { result: Arc<ResultSet>, rows_affected: Option<u64> },
    Failed(Arc<SqlError>),
    Canceled,
    TimedOut(Duration),
    Closed,
}

impl State {
    pub(crate) fn is_terminal(&self) -> bool {
        !matches!(self, Self::Initialized | Self::Pending | Self::Running)
    }

    /// Returns the error of an operation that failed.
    pub(crate) fn error(&self) -> Option<SqlError> {
        match self {
            Self::Failed(error) => Some(error.as_ref().clone()),
            Self::TimedOut(limit) => Some(ended::timed_out(*limit)),
            Self::Canceled => Some(ended::canceled()),
            _ => None,
        }
    }
}

impl Operation {
    /// Starts the work.
    pub(crate) fn start(
        kind: OperationKind,
        session: Arc<Session>,
        mut work: Work,
        runtime: &Runtime,
    ) -> Self {
        let sea = work.sea.take();
        let first = Phase { state: work.queue.first_state(), since: runtime.wall_now() };
        let live = Arc::new(Live {
            phase: watch::Sender::new(first),
            cancel: watch::Sender::new(false),
            progress: ProgressSink::default(),
            started: runtime.wall_now(),
            used: LastUse::now(runtime),
            waiting: AtomicUsize::new(0),
            ended: OnceLock::new(),
            forgotten: AtomicBool::new(false),
        });
        let tasks = runtime.tasks();
        tasks.spawn(run::run(work, Arc::clone(&live), runtime.clone()));
        Self {
            identity: Identity::random(runtime),
            kind,
            session,
            live,
            sea,
            cursor: Mutex::default(),
            tasks: Mutex::new(Some(tasks)),
        }
    }

    /// Returns `true` if there are columns to read; assumed until the end of the operation.
    pub(crate) fn has_result_set(&self) -> bool {
        match self.live.state() {
            State::Finished { result, .. } => result.has_columns(),
            _ => true,
        }
    }

    /// Asks the work to stop. An operation that has ended stays as it is.
    pub(crate) fn cancel(&self) {
        self.live.cancel.send_replace(true);
    }

    /// Stops the work, if there is any, and frees the result.
    pub(crate) fn close(&self, runtime: &Runtime) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A waiting caller must learn that there is nothing to wait for.
        let since = runtime.wall_now();
        self.live.end(&State::Closed, since, runtime);
        self.live.phase.send_replace(Phase { state: State::Closed, since });
    }

    /// Waits until the state satisfies the condition, but not beyond the deadline; meanwhile the
    /// operation is not idle. Cancel-safe.
    pub(crate) async fn wait(
        &self,
        runtime: &Runtime,
        deadline: Option<Instant>,
        enough: impl Fn(&State) -> bool + Send + Sync,
    ) -> Phase {
        let _interest = Interest::new(self, runtime);
        let mut phases = self.live.phase.subscribe();
        let waited = phases.wait_for(|phase| enough(&phase.state));
        let waited = runtime.timeout_at(deadline, waited).await;
        drop(waited);
        self.live.phase()
    }

    /// Returns when it is closed unless a request arrives. With Thrift that is after it was idle
    /// for too long; with the Statement Execution API a result has a fixed lifetime, and a running
    /// statement is never closed.
    pub(crate) fn closes_at(&self, settings: &Settings) -> Option<Instant> {
        match (&self.sea, self.live.ended()) {
            (None, _) => self.live.idle_at(settings.operation_idle),
            (Some(_), None) => None,
            (Some(_), Some(ended)) => {
                let lifetime = match ended.outcome {
                    Outcome::Finished { .. } => settings.sea.result_lifetime,
                    _ => settings.sea.record_lifetime,
                };
                Some(later(ended.at, lifetime))
            }
        }
    }

    /// Returns `true` if it keeps its session alive: it is running, or a request waits for it.
    pub(crate) fn is_busy(&self) -> bool {
        !self.live.state().is_terminal() || self.live.waiting.load(Ordering::Relaxed) > 0
    }

    /// Marks it and its session as used.
    pub(crate) fn touch(&self, runtime: &Runtime) {
        self.live.used.touch(runtime);
        self.session.used.touch(runtime);
    }
}

impl Live {
    pub(crate) fn phase(&self) -> Phase {
        self.phase.borrow().clone()
    }

    pub(crate) fn state(&self) -> State {
        self.phase.borrow().state.clone()
    }

    /// Returns how it ended, if it has, even after it was closed.
    pub(crate) fn ended(&self) -> Option<&Ended> {
        self.ended.get()
    }

    /// Forgets even how it ended.
    pub(crate) fn forget(&self) {
        self.forgotten.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_forgotten(&self) -> bool {
        self.forgotten.load(Ordering::Relaxed)
    }

    /// Records how it ended; the first end counts.
    fn end(&self, state: &State, since: SystemTime, runtime: &Runtime) {
        let ended = || Ended { outcome: Outcome::of(state), since, at: runtime.now() };
        self.ended.get_or_init(ended);
    }

    /// Changes the state; a terminal state is final.
    fn advance(&self, state: State, runtime: &Runtime) {
        let since = runtime.wall_now();
        if state.is_terminal() {
            self.end(&state, since, runtime);
        }
        self.phase.send_if_modified(|phase| {
            let moves = !phase.state.is_terminal();
            if moves {
                *phase = Phase { state, since };
            }
            moves
        });
    }

    /// Returns when it will have been idle for too long, unless a request arrives; `None` while a
    /// request waits for it.
    pub(crate) fn idle_at(&self, limit: Duration) -> Option<Instant> {
        let waited_for = self.waiting.load(Ordering::Relaxed) > 0;
        (!waited_for).then(|| later(self.used.at(), limit))
    }
}

/// A request that waits for an operation.
struct Interest<'a>(&'a Operation, &'a Runtime);

impl<'a> Interest<'a> {
    fn new(operation: &'a Operation, runtime: &'a Runtime) -> Self {
        operation.live.waiting.fetch_add(1, Ordering::Relaxed);
        Self(operation, runtime)
    }
}

impl Drop for Interest<'_> {
    fn drop(&mut self) {
        self.0.touch(self.1);
        self.0.live.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
