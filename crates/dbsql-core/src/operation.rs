//! An operation on the server: its handle, its known status, and the calls about it. Shared by an
//! execution, its waits and its results.

pub(crate) mod abandon;
pub(crate) mod poll;
mod progress;
pub(crate) mod state;

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dbsql_protocol::handle::QueryId;
use dbsql_runtime::Instant;
use futures_util::FutureExt;
use tokio::sync::watch;

use self::poll::{LastPoll, Pollers};
use self::progress::HistoryPolls;
use self::state::KnownStatus;
use crate::backend::pages::Pages;
use crate::backend::{Asking, Attachment, Backend, Submitted, Target, Until};
use crate::engine::Engine;
use crate::http::last_error::LastError;
use crate::http::slots::{Due, HeldSlot, Slot};
use crate::session::open_executions::OpenExecutions;
use crate::status::{ExecutionStatus, StatusReport};
use crate::telemetry::{CallInfo, learned_query};
use crate::{Error, ErrorKind, Result};

/// An operation on the server.
pub(crate) struct Operation {
    pub(crate) engine: Arc<Engine>,
    backend: Arc<dyn Backend>,
    pub(crate) target: Target,
    /// The time when it was submitted or picked up, from which its age is measured.
    pub(crate) since: Instant,
    pub(crate) status: watch::Sender<KnownStatus>,
    pollers: Pollers,
    last_poll: Mutex<Option<LastPoll>>,
    history_polls: HistoryPolls,
    /// Why polls currently fail.
    poll_error: LastError,
    /// The number of polls started.
    polls: AtomicU64,
    /// The initial catalog and schema of its session, as reported in telemetry.
    namespace: Option<Arc<str>>,
    attachment: Option<Attachment>,
    /// Whether the response to the submit said that the operation is closed.
    closed_at_submit: bool,
    closed_by_us: AtomicBool,
    /// The open executions of its session, if it was started by this client.
    session: Option<OpenExecutions>,
}

const CLOSED_BY_US: &str = "the execution was closed by this client, and its result is gone";

impl Operation {
    /// Creates the operation of a statement that was just submitted.
    pub(crate) fn submitted(
        engine: Arc<Engine>,
        backend: Arc<dyn Backend>,
        submitted: Submitted,
        session: OpenExecutions,
        namespace: Option<Arc<str>>,
    ) -> Self {
        let mut this = Self::new(engine, backend, submitted.target, submitted.report);
        this.namespace = namespace;
        this.attachment = submitted.attachment;
        this.closed_at_submit = submitted.closed;
        this.session = Some(session);
        this.forget_if_over(this.last_status());
        this
    }

    /// Creates the operation of a handle, after one status call.
    pub(crate) async fn pick_up(engine: Arc<Engine>, target: Target, until: Until) -> Result<Self> {
        let backend = Arc::clone(engine.backends.of(&target.handle)?);
        let asked = backend.status(&target, Asking::First, until).await;
        let report = asked.map_err(|error| engine.label(error, Some(target.query_id())))?;
        Ok(Self::new(engine, backend, target, report))
    }

    fn new(
        engine: Arc<Engine>,
        backend: Arc<dyn Backend>,
        target: Target,
        mut report: StatusReport,
    ) -> Self {
        learned_query(&target.handle);
        report.failure = report.failure.map(|error| engine.label(error, Some(target.query_id())));
        let now = engine.runtime.now();
        Self {
            status: watch::Sender::new(KnownStatus::new(report, now)),
            pollers: Pollers::default(),
            last_poll: Mutex::new(None),
            history_polls: HistoryPolls::default(),
            poll_error: LastError::kept(),
            polls: AtomicU64::new(0),
            since: now,
            engine,
            backend,
            target,
            namespace: None,
            attachment: None,
            closed_at_submit: false,
            closed_by_us: AtomicBool::new(false),
            session: None,
        }
    }

    pub(crate) fn query_id(&self) -> QueryId {
        self.target.query_id()
    }

    pub(crate) fn last_status(&self) -> ExecutionStatus {
        self.status.borrow().report.status
    }

    pub(crate) fn closed_at_submit(&self) -> bool {
        self.closed_at_submit
    }

    /// What telemetry knows of a call about this operation.
    pub(crate) fn call(&self, name: &'static str) -> CallInfo<'static> {
        CallInfo::new(name).namespace(self.namespace.clone()).query(&self.target.handle)
    }

    /// Carries out a call that no caller waits for.
    pub(crate) async fn in_call<T>(
        &self,
        name: &'static str,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.engine.telemetry.observe(self.call(name), work).await
    }

    /// Adds the query and the host to an error about this operation.
    pub(crate) fn label(&self, error: Error) -> Error {
        self.engine.label(error, Some(self.query_id()))
    }

    /// Makes one status call and stores the status.
    pub(crate) async fn sync(&self, until: Until) -> Result<ExecutionStatus> {
        self.ask(Asking::Again, until).await
    }

    async fn ask(&self, asking: Asking, until: Until) -> Result<ExecutionStatus> {
        if self.closed_at_submit {
            return Ok(self.last_status());
        }
        let asked = self.backend.status(&self.target, asking, until);
        let report = asked.await;
        let report = report.map_err(|error| self.was_alive(error))?;
        Ok(self.observe(report))
    }

    /// Makes a status call for all waits. Its outcome is stored in the known status.
    async fn poll_once(&self, due: Due, slot: Slot) {
        let number = self.polls.fetch_add(1, Ordering::AcqRel) + 1;
        let begun = self.engine.runtime.now();
        let asking = Asking::Poll(due, HeldSlot::new(slot), self.poll_error.clone());
        let asked = self.ask(asking, None);
        // All waits depend on this task: a panic in the caller's code must not end it.
        let asked = AssertUnwindSafe(asked).catch_unwind().await;
        let asked = asked.unwrap_or_else(|_| Err(self.label(poll_panicked())));
        let answered = self.engine.runtime.now();
        *self.last_poll.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(LastPoll { begun, answered });
        if let Err(error) = asked {
            self.status.send_modify(|known| known.poll_failed = Some((number, error)));
        }
    }

    /// Returns the number of polls started. Only a later poll concerns a wait that starts now.
    pub(crate) fn polls_begun(&self) -> u64 {
        self.polls.load(Ordering::Acquire)
    }

    /// Returns why polls fail at the moment, while they are retried.
    pub(crate) fn poll_error(&self) -> Option<Error> {
        self.poll_error.get().map(|error| self.label(error))
    }

    fn last_poll(&self) -> Option<LastPoll> {
        *self.last_poll.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn observe(&self, mut report: StatusReport) -> ExecutionStatus {
        report.failure = report.failure.map(|error| self.label(error));
        let now = self.engine.runtime.now();
        let before = self.last_status();
        let mut status = before;
        // A caller that learns of the end may close the connection immediately: by then the
        // execution must no longer count.
        self.status.send_modify(|known| {
            known.observe(report, now);
            status = known.report.status;
            self.forget_if_over(status);
        });
        if before != status {
            tracing::debug!(query_id = %self.query_id(), %status, "status changed");
        }
        status
    }

    /// Maps an error of a call about this operation: this client has seen it, so `NotFound` means
    /// that it is gone.
    pub(crate) fn was_alive(&self, error: Error) -> Error {
        let error = self.label(error);
        if error.kind() != ErrorKind::NotFound {
            return error;
        }
        self.forget_in_session();
        let why = if self.closed_by_us.load(Ordering::Acquire) {
            CLOSED_BY_US
        } else {
            "the server no longer has this execution: it was closed, expired, or ended with its \
             session"
        };
        self.label(Error::new(ErrorKind::ResultGone, why).with_source(error))
    }

    /// Opens the pages of the result.
    ///
    /// # Errors
    ///
    /// `ResultGone` after a close by this client: the links of a result may outlive it.
    pub(crate) async fn open_result(&self, until: Until) -> Result<Arc<dyn Pages>> {
        if self.closed_by_us.load(Ordering::Acquire) && !self.closed_at_submit {
            return Err(self.label(Error::new(ErrorKind::ResultGone, CLOSED_BY_US)));
        }
        let of_status = || self.status.borrow().report.attachment.clone();
        let attachment = self.attachment.clone().or_else(of_status);
        let opened = self.backend.open_result(&self.target, attachment, until);
        let opened = opened.await;
        opened.map_err(|error| self.was_alive(error))
    }

    /// Requests that the server stop the statement.
    pub(crate) async fn cancel(&self, until: Until) -> Result<()> {
        if self.closed_at_submit {
            return Ok(());
        }
        let asked = self.backend.cancel(&self.target, until).await;
        self.gone_is_fine(asked)
    }

    /// Frees the operation on the server.
    pub(crate) async fn close(&self, until: Until) -> Result<()> {
        if !self.closed_at_submit {
            let asked = self.backend.close(&self.target, until);
            self.gone_is_fine(asked.await)?;
        }
        self.closed_by_us.store(true, Ordering::Release);
        self.forget_in_session();
        Ok(())
    }

    fn gone_is_fine(&self, result: Result<()>) -> Result<()> {
        match result {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.forget_in_session();
                Ok(())
            }
            other => other.map_err(|error| self.label(error)),
        }
    }

    /// An operation that ended without a result does not keep its session open.
    fn forget_if_over(&self, status: ExecutionStatus) {
        if status.is_terminal() && status != ExecutionStatus::Finished {
            self.forget_in_session();
        }
    }

    fn forget_in_session(&self) {
        if let Some(session) = &self.session {
            session.closed(self.query_id());
        }
    }
}

fn poll_panicked() -> Error {
    Error::new(ErrorKind::Transport, "the task that requests the status ended early")
        .with_next_step("look for a panic in the transport or the token provider")
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation")
            .field("query_id", &format_args!("{}", self.query_id()))
            .field("status", &self.last_status())
            .finish_non_exhaustive()
    }
}
