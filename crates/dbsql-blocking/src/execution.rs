//! An execution: one statement that runs, or ran, on the server.

mod changes;

use std::fmt;
use std::sync::Arc;

use dbsql::{
    Deadline, Error, ExecutionHandle, ExecutionStatus, Instant, PollSchedule, Progress, QueryId,
    QuerySecret, Result,
};

pub use self::changes::StatusChanges;
use crate::background::{Afterwards, Background, resolve};
use crate::results::ResultSet;

/// A statement that was submitted or picked up: its status, its result and its handle.
///
/// Clones share one status and one poll loop, and may be used by many threads at once: one may
/// [`cancel`](Self::cancel) while another one [waits](Self::wait). Dropping it does nothing to the
/// statement, which runs on, up to its own timeout or the server's (two days on a Databricks SQL warehouse
/// unless set otherwise).
///
/// ```
/// use std::time::Duration;
///
/// # fn sample(client: dbsql_blocking::Client) -> Result<(), dbsql_blocking::Error> {
/// let query = client.execute_async("SELECT * FROM RANGE(10)").submit()?;
/// let status = query.with_deadline(Duration::from_secs(60)).wait()?;
/// if query.is_finished() {
///     let batches = query.get_results()?.fetch_all()?;
///     println!("{} batches", batches.len());
/// } else {
///     println!("{status}: {:?}", query.failure());
/// }
/// query.close()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "the statement runs on; keep the handle to find it again"]
pub struct AsyncExecution {
    background: Arc<Background>,
    inner: dbsql::AsyncExecution,
    deadline: Option<Deadline>,
}

impl AsyncExecution {
    pub(crate) fn new(background: Arc<Background>, inner: dbsql::AsyncExecution) -> Self {
        Self { background, inner, deadline: None }
    }

    /// Returns this execution with a deadline for each call through it. A duration begins anew with each
    /// call. A deadline never stops the statement. What the calls return has no deadline: for reading a
    /// result there is [`ResultSet::deadline`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn sample(query: dbsql_blocking::AsyncExecution) -> Result<(), dbsql_blocking::Error> {
    /// let results = query.with_deadline(Duration::from_secs(60)).get_results()?;
    /// # drop(results); Ok(()) }
    /// ```
    pub fn with_deadline(&self, deadline: impl Into<Deadline>) -> Self {
        Self { deadline: Some(deadline.into()), ..self.clone() }
    }

    /// Returns the last known status, from memory.
    #[must_use]
    pub fn status(&self) -> ExecutionStatus {
        self.inner.status()
    }

    /// Returns the server's name for the last known state, raw: as it was sent, without escaping control
    /// or invisible characters. Escape them before printing it.
    #[must_use]
    pub fn raw_status(&self) -> String {
        self.inner.raw_status()
    }

    /// Returns when the last status was received.
    #[must_use]
    pub fn last_synced(&self) -> Option<Instant> {
        self.inner.last_synced()
    }

    /// Returns why the statement did not succeed, once that is known.
    #[must_use]
    pub fn failure(&self) -> Option<Error> {
        self.inner.failure()
    }

    /// Returns the last known progress, where the server reports it.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.inner.progress()
    }

    /// Returns whether the last known status is pending or running.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.inner.is_running()
    }

    /// Returns whether it succeeded, by the last known status.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.inner.is_finished()
    }

    /// Returns whether it was canceled, by the last known status.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.inner.is_canceled()
    }

    /// Returns whether it failed or exceeded its timeout, by the last known status.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.inner.is_failed()
    }

    /// Returns whether the last known status is final.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.inner.is_terminal()
    }

    /// Returns the id under which the query history lists it.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        self.inner.query_id()
    }

    /// Returns the secret that belongs to the id over Thrift. It does not print; see
    /// [`QuerySecret::expose`].
    #[must_use]
    pub fn query_secret(&self) -> Option<QuerySecret> {
        self.inner.query_secret()
    }

    /// Returns whether the whole result came with the response to the submit and the server closed the
    /// operation. [`get_results`](Self::get_results) sends no request then, and nothing is left to pick up.
    #[must_use]
    pub fn returned_as_direct_result(&self) -> bool {
        self.inner.returned_as_direct_result()
    }

    /// Returns the handle, to be stored and picked up later; `None` when the operation was closed with the
    /// response to the submit, so that nothing is left to pick up.
    #[must_use]
    pub fn handle(&self) -> Option<ExecutionHandle> {
        self.inner.handle()
    }

    /// Returns the handle as `query_id:query_secret`. Treat it as a credential: with it and a token for the
    /// same endpoint anyone can read, cancel and close the execution.
    ///
    /// # Errors
    ///
    /// [`NotResumable`](crate::ErrorKind::NotResumable) when there is no [`handle`](Self::handle).
    pub fn serialize(&self) -> Result<String> {
        self.inner.serialize()
    }

    /// Requests the status from the server, in one round trip, and stores and returns it.
    ///
    /// A terminal status is never replaced by a later response.
    ///
    /// # Errors
    ///
    /// [`ResultGone`](crate::ErrorKind::ResultGone) when the server no longer knows the execution,
    /// [`Protocol`](crate::ErrorKind::Protocol), and [network errors](crate#errors), after which the handle
    /// remains usable. A failed statement is not an error here.
    pub fn sync_status(&self) -> Result<ExecutionStatus> {
        self.background.call(self.deadline, self.inner.sync_status())
    }

    /// Waits until the statement has ended, however it ends: a failed or canceled one is `Ok(Failed)` or
    /// `Ok(Canceled)`.
    ///
    /// Waits on clones share one poll loop. The client limits the polls of all executions together; see
    /// [`Config`](crate::Config), which has the poll schedule, too.
    ///
    /// # Errors
    ///
    /// As for [`sync_status`](Self::sync_status).
    pub fn wait(&self) -> Result<ExecutionStatus> {
        self.wait_for(self.inner.wait())
    }

    /// Waits as [`wait`](Self::wait) with another poll schedule than the client's. Of several waits on one
    /// execution the one with the shortest pause decides.
    ///
    /// # Errors
    ///
    /// As for [`sync_status`](Self::sync_status).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use dbsql_blocking::PollSchedule;
    ///
    /// # fn sample(query: dbsql_blocking::AsyncExecution) -> Result<(), dbsql_blocking::Error> {
    /// let status = query.wait_with(PollSchedule::every(Duration::from_secs(5)))?;
    /// # let _ = status; Ok(()) }
    /// ```
    pub fn wait_with(&self, schedule: PollSchedule) -> Result<ExecutionStatus> {
        self.wait_for(self.inner.wait().schedule(schedule))
    }

    fn wait_for(&self, wait: dbsql::Wait) -> Result<ExecutionStatus> {
        let until = self.deadline.and_then(resolve);
        let wait = match until {
            Some(until) => wait.deadline(until),
            None => wait,
        };
        self.background.enter(Afterwards::Repeat)?.run(until, wait.into_future())
    }

    /// Returns an iterator over the status changes, each once: first the current status, last the terminal
    /// one. A deadline of this execution bounds all of them together.
    pub fn status_changes(&self) -> StatusChanges {
        let background = Arc::clone(&self.background);
        StatusChanges::new(background, self.inner.status_changes(), self.deadline)
    }

    /// Opens the result at its first row. Waits while the statement is running; may be called again to read
    /// again.
    ///
    /// # Errors
    ///
    /// [`Failed`](crate::ErrorKind::Failed), [`Canceled`](crate::ErrorKind::Canceled),
    /// [`TimedOut`](crate::ErrorKind::TimedOut) when the statement ended so,
    /// [`ResultGone`](crate::ErrorKind::ResultGone) when the server no longer has it,
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a volume operation, or when another reader holds
    /// the only cursor that the server keeps (Apache Spark and Hive), and
    /// [network errors](crate#errors), after which the handle remains usable.
    pub fn get_results(&self) -> Result<ResultSet> {
        self.open(self.inner.get_results())
    }

    /// Opens the result at this row, counted from 0, to resume one that was read in part.
    ///
    /// # Errors
    ///
    /// As for [`get_results`](Self::get_results). A row beyond the end is
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput), found when the first batch is read.
    pub fn get_results_from(&self, row: u64) -> Result<ResultSet> {
        self.open(self.inner.get_results_from(row))
    }

    fn open(&self, call: dbsql::Call<dbsql::ResultSet>) -> Result<ResultSet> {
        let inner = self.background.call(self.deadline, call)?;
        Ok(ResultSet::new(Arc::clone(&self.background), inner, Afterwards::Repeat))
    }

    /// Requests that the server stop the statement. The status changes only when the server reports it: use
    /// [`wait`](Self::wait). A statement that has ended remains as it is.
    ///
    /// May be called at any time, from any thread or process, and repeatedly.
    ///
    /// # Errors
    ///
    /// [Network errors](crate#errors). An execution that the server no longer knows is not an error here,
    /// since this client has seen it alive.
    pub fn cancel(&self) -> Result<()> {
        self.background.call(self.deadline, self.inner.cancel())
    }

    /// Frees the execution and its result on the server, for all holders of the handle. Stops the statement
    /// if it is still running. Idempotent.
    ///
    /// # Errors
    ///
    /// [Network errors](crate#errors). An execution that the server no longer knows counts as closed.
    pub fn close(&self) -> Result<()> {
        self.background.call(self.deadline, self.inner.close())
    }
}

impl fmt::Debug for AsyncExecution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
