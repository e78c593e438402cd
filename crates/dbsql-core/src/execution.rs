//! An execution: one statement that runs, or ran, on the server.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use dbsql_protocol::handle::{ExecutionHandle, QueryId, QuerySecret};
use dbsql_runtime::Instant;
use tokio::sync::watch;
use tracing::{Instrument, Span};

use crate::backend::{Submitted, Until};
use crate::call::Call;
use crate::client::Client;
use crate::connection::ConnectionState;
use crate::result_set::{CloseOnEnd, ResultSet};
use crate::status::{ExecutionStatus, KnownStatus, Progress, StatusReport};
use crate::status_changes::StatusChanges;
use crate::thrift::DirectRows;
use crate::wait::{PollTurn, Wait};
use crate::{Error, ErrorKind, Result};

/// A statement that was submitted or picked up: its status, its result, its handle.
///
/// Clones share one status and one poll loop. Dropping it does nothing to the statement: it runs
/// on, up to its own timeout or the server's (two days on a Databricks SQL warehouse unless it is
/// set otherwise).
#[derive(Clone)]
#[must_use = "the statement runs on; keep the handle to find it again"]
pub struct AsyncExecution {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) client: Client,
    pub(crate) handle: ExecutionHandle,
    /// When it was submitted or picked up: what its age is counted from.
    pub(crate) since: Instant,
    pub(crate) status: watch::Sender<KnownStatus>,
    /// Held by the one task that polls.
    pub(crate) poll_turn: tokio::sync::Mutex<PollTurn>,
    /// How many status calls waits have begun.
    pub(crate) polls: AtomicU64,
    /// Parent of the spans of all requests about this statement.
    span: Span,
    direct: Option<Arc<DirectRows>>,
    /// The submit answer said that the operation is closed.
    closed_at_submit: bool,
    closed_by_us: Mutex<bool>,
    session: Option<Weak<ConnectionState>>,
}

impl AsyncExecution {
    pub(crate) fn submitted(
        client: Client,
        submitted: Submitted,
        session: &Arc<ConnectionState>,
        span: Span,
    ) -> Self {
        span.record("query_id", tracing::field::display(submitted.handle.query_id()));
        let now = client.inner.runtime.now();
        Self {
            shared: Arc::new(Shared {
                status: watch::Sender::new(KnownStatus::new(submitted.report, now)),
                poll_turn: tokio::sync::Mutex::default(),
                polls: AtomicU64::new(0),
                since: now,
                handle: submitted.handle,
                direct: submitted.direct.map(Arc::new),
                closed_at_submit: submitted.closed,
                closed_by_us: Mutex::new(false),
                session: Some(Arc::downgrade(session)),
                client,
                span,
            }),
        }
    }

    pub(crate) async fn pick_up(
        client: Client,
        handle: ExecutionHandle,
        until: Until,
    ) -> Result<Self> {
        let here = client.inner.endpoint.place();
        if handle.place().is_some_and(|place| place != here) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the handle was made for another host or http_path than this client's",
            )
            .with_query(Some(handle.query_id()))
            .with_next_step("pick it up with a client for the place it names"));
        }
        client.inner.reaper.start();
        let handle = handle.at(here.clone());
        let span = statement_span();
        span.record("query_id", tracing::field::display(handle.query_id()));
        let asked = client.inner.backend.status(&handle, until).instrument(span.clone()).await;
        let now = client.inner.runtime.now();
        Ok(Self {
            shared: Arc::new(Shared {
                status: watch::Sender::new(KnownStatus::new(asked?, now)),
                poll_turn: tokio::sync::Mutex::default(),
                polls: AtomicU64::new(0),
                since: now,
                handle,
                direct: None,
                closed_at_submit: false,
                closed_by_us: Mutex::new(false),
                session: None,
                client,
                span,
            }),
        })
    }

    /// The last known status, from memory.
    #[must_use]
    pub fn status(&self) -> ExecutionStatus {
        self.shared.status.borrow().report.status
    }

    /// The server's own word for the last known state.
    #[must_use]
    pub fn raw_status(&self) -> String {
        self.shared.status.borrow().report.raw.clone()
    }

    /// When the status was learnt.
    #[must_use]
    pub fn last_synced(&self) -> Option<Instant> {
        self.shared.status.borrow().last_synced
    }

    /// Why the statement did not succeed, once that is known.
    #[must_use]
    pub fn failure(&self) -> Option<Error> {
        self.shared.status.borrow().report.failure.clone()
    }

    /// How far it has come, where the server reports it.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.shared.status.borrow().report.progress.clone()
    }

    /// Whether it was pending or running when last heard of.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.status(), ExecutionStatus::Pending | ExecutionStatus::Running)
    }

    /// Whether it succeeded.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status() == ExecutionStatus::Finished
    }

    /// Whether it was canceled.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.status() == ExecutionStatus::Canceled
    }

    /// Whether it failed or ran into its time limit.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self.status(), ExecutionStatus::Failed | ExecutionStatus::TimedOut)
    }

    /// Whether its status will not change any more.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.status().is_terminal()
    }

    /// The id under which the query history shows it.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        self.shared.handle.query_id()
    }

    /// The secret that goes with the id on Thrift. It does not print; see
    /// [`QuerySecret::expose`].
    #[must_use]
    pub fn query_secret(&self) -> Option<QuerySecret> {
        self.shared.handle.query_secret().cloned()
    }

    /// Whether the whole result came with the answer to the submit and the server closed the
    /// operation: [`get_results`](Self::get_results) asks the server nothing then, and nothing is
    /// left to pick up.
    #[must_use]
    pub fn returned_as_direct_result(&self) -> bool {
        self.shared.closed_at_submit && self.is_finished()
    }

    /// The handle to write down; `None` when the operation was closed with the answer to the
    /// submit, so that there is nothing to pick up.
    #[must_use]
    pub fn handle(&self) -> Option<ExecutionHandle> {
        (!self.shared.closed_at_submit).then(|| self.shared.handle.clone())
    }

    /// The handle as `query_id:query_secret`. Treat it as a credential: with it and a token for
    /// the same place anybody can read, cancel and close the execution.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotResumable`] when there is no [`handle`](Self::handle).
    pub fn serialize(&self) -> Result<String> {
        self.handle().map(|handle| handle.serialize()).ok_or_else(|| {
            self.shared.named(Error::new(
                ErrorKind::NotResumable,
                "the server closed the operation with its answer: nothing is left to pick up",
            ))
        })
    }

    /// One round trip: asks the server for the status, remembers it and gives it back.
    ///
    /// A terminal status is never replaced by a later answer. Cancel-safe.
    ///
    /// # Errors
    ///
    /// When awaited: [`ErrorKind::ResultGone`] when the server no longer knows the execution, and
    /// the errors of the network, after which the handle is still good:
    /// [`Transport`](ErrorKind::Transport), [`Throttled`](ErrorKind::Throttled),
    /// [`Deadline`](ErrorKind::Deadline), [`Auth`](ErrorKind::Auth),
    /// [`Protocol`](ErrorKind::Protocol). A failed statement is no error here.
    pub fn sync_status(&self) -> Call<ExecutionStatus> {
        let shared = Arc::clone(&self.shared);
        Call::new(
            "sync_status",
            self.runtime(),
            move |until| async move { shared.sync(until).await },
        )
    }

    /// Waits until the statement has ended, however it ends: a failed or canceled one is
    /// `Ok(Failed)` or `Ok(Canceled)`.
    ///
    /// Cancel-safe: dropping the wait loses only the wait. Several waits on clones share one poll
    /// loop.
    ///
    /// # Errors
    ///
    /// When awaited: as for [`sync_status`](Self::sync_status).
    pub fn wait(&self) -> Wait {
        Wait::new(&self.shared)
    }

    /// The changes of status from now on, each once, the last one terminal; the first is the
    /// status as it is now.
    #[must_use]
    pub fn status_changes(&self) -> StatusChanges {
        StatusChanges::new(self)
    }

    /// The result from its first row. Waits while the statement is running; may be called again
    /// to read again.
    ///
    /// Cancel-safe: dropping the call loses only the call.
    ///
    /// # Errors
    ///
    /// When awaited: [`Failed`](ErrorKind::Failed), [`Canceled`](ErrorKind::Canceled),
    /// [`TimedOut`](ErrorKind::TimedOut) when the statement ended so,
    /// [`ResultGone`](ErrorKind::ResultGone) when the server no longer has it,
    /// [`Unsupported`](ErrorKind::Unsupported) for a volume operation, or when another reader
    /// holds the only cursor that the server keeps (Apache Spark and Hive), and the errors of the
    /// network, after which the handle is still good.
    pub fn get_results(&self) -> Call<ResultSet> {
        self.results("get_results", 0)
    }

    /// The result from this row on, counted from 0: resumes one that was read half.
    ///
    /// # Errors
    ///
    /// As for [`get_results`](Self::get_results). A row beyond the end is
    /// [`ErrorKind::InvalidInput`], found when the first batch is read.
    pub fn get_results_from(&self, row: u64) -> Call<ResultSet> {
        self.results("get_results_from", row)
    }

    fn results(&self, name: &'static str, row: u64) -> Call<ResultSet> {
        let this = self.clone();
        Call::new(name, self.runtime(), move |until| async move {
            this.open_results(row, CloseOnEnd::No, until).await
        })
    }

    pub(crate) async fn open_results(
        self,
        row: u64,
        close: CloseOnEnd,
        until: Until,
    ) -> Result<ResultSet> {
        let status = self.wait().until(until).await?;
        if status != ExecutionStatus::Finished {
            return Err(self.failure().unwrap_or_else(|| {
                self.shared.named(Error::new(
                    ErrorKind::ResultGone,
                    format!("the execution has no result: it is {status}"),
                ))
            }));
        }
        let shared = &self.shared;
        let direct = shared.direct.clone();
        let backend = &shared.client.inner.backend;
        let opened = backend
            .open_result(&shared.handle, direct, row, until)
            .instrument(shared.span.clone())
            .await;
        let source = opened.map_err(|error| shared.was_alive(error))?;
        Ok(ResultSet::new(self, source, row, close))
    }

    /// Asks the server to stop the statement. A request, not a fact: the status changes when the
    /// server says so; [`wait`](Self::wait) for it. A statement that ended first stays as it is.
    ///
    /// May be called at any time, from any task or process, and repeatedly.
    ///
    /// # Errors
    ///
    /// When awaited: the errors of the network. An execution that the server no longer knows is no
    /// error here, since this client has seen it alive.
    pub fn cancel(&self) -> Call<()> {
        let shared = Arc::clone(&self.shared);
        Call::new("cancel", self.runtime(), move |until| async move {
            if shared.closed_at_submit {
                return Ok(());
            }
            let backend = &shared.client.inner.backend;
            let asked = backend.cancel(&shared.handle, until);
            gone_is_fine(asked.instrument(shared.span.clone()).await)
        })
    }

    /// Frees the execution and its result on the server, for everybody. Stops the statement if it
    /// is still running. Idempotent.
    ///
    /// # Errors
    ///
    /// When awaited: the errors of the network. An execution that the server no longer knows is
    /// closed.
    pub fn close(&self) -> Call<()> {
        let shared = Arc::clone(&self.shared);
        Call::new("close", self.runtime(), move |until| async move { shared.close(until).await })
    }

    fn runtime(&self) -> &dbsql_runtime::Runtime {
        &self.shared.client.inner.runtime
    }
}

fn gone_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// The span of one statement; its id is recorded when it is known. Never its text.
pub(crate) fn statement_span() -> Span {
    tracing::info_span!("dbsql.statement", query_id = tracing::field::Empty)
}

impl Shared {
    /// One status call, remembered.
    pub(crate) async fn sync(&self, until: Until) -> Result<ExecutionStatus> {
        if self.closed_at_submit {
            return Ok(self.status.borrow().report.status);
        }
        let backend = &self.client.inner.backend;
        let asked = backend.status(&self.handle, until).instrument(self.span.clone()).await;
        let report = asked.map_err(|error| self.was_alive(error))?;
        Ok(self.observe(report))
    }

    fn observe(&self, report: StatusReport) -> ExecutionStatus {
        let now = self.client.inner.runtime.now();
        let before = self.status.borrow().report.status;
        self.status.send_modify(|known| known.observe(report, now));
        let status = self.status.borrow().report.status;
        if before != status {
            tracing::debug!(parent: &self.span, %status, "status changed");
        }
        status
    }

    /// This client has seen the execution, so "not known" means that it is gone.
    pub(crate) fn was_alive(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::NotFound {
            return error;
        }
        let closed = *self.closed_by_us.lock().unwrap_or_else(PoisonError::into_inner);
        let why = if closed {
            "the execution was closed by this client, and its result is gone"
        } else {
            "the server no longer has this execution: it was closed, expired, or ended with its \
             session"
        };
        self.named(Error::new(ErrorKind::ResultGone, why).with_source(error))
    }

    pub(crate) async fn close(&self, until: Until) -> Result<()> {
        if !self.closed_at_submit {
            let backend = &self.client.inner.backend;
            let asked = backend.close(&self.handle, until);
            gone_is_fine(asked.instrument(self.span.clone()).await)?;
        }
        *self.closed_by_us.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.forget_in_session();
        Ok(())
    }

    fn forget_in_session(&self) {
        if let Some(session) = self.session.as_ref().and_then(Weak::upgrade) {
            session.no_longer_open(self.handle.query_id());
        }
    }

    /// Has the operation closed by the reaper, without waiting for it.
    pub(crate) fn close_later(self: &Arc<Self>) {
        // Nothing of it is to be kept, so it must not hold its session open until then.
        self.forget_in_session();
        let shared = Arc::clone(self);
        self.client.inner.reaper.sender().later(async move {
            let until = shared.client.inner.runtime.now().checked_add(LATE_WORK);
            if let Err(error) = shared.close(until).await {
                tracing::debug!(%error, "a late close failed; the server's idle timer does it");
            }
        });
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    pub(crate) fn named(&self, error: Error) -> Error {
        error.with_query(Some(self.handle.query_id())).with_host(self.client.inner.endpoint.host())
    }
}

/// How long a cancel or close that nobody waits for may go on.
pub(crate) const LATE_WORK: Duration = Duration::from_secs(60);

impl fmt::Debug for AsyncExecution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncExecution")
            .field("query_id", &format_args!("{}", self.query_id()))
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("query_id", &format_args!("{}", self.handle.query_id()))
            .finish_non_exhaustive()
    }
}
