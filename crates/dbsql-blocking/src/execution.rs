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
/// Clones share one status and one poll loop, and can be used by many threads concurrently: one may
/// [`cancel`](Self::cancel) while another one [waits](Self::wait). Dropping it does not affect the
/// statement, which continues up to its own timeout or the server's (by default two days on a
/// Databricks SQL warehouse).
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

    /// Returns this execution with a deadline for each call through it. A duration starts with each
    /// call. A deadline never stops the statement. The values that calls return have no deadline:
    /// use [`ResultSet::deadline`] for reading.
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

    /// Returns the server's name for the last known state, as it was sent. It may contain control
    /// or invisible characters: escape them before printing it.
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

    /// Returns whether the last known status is success.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.inner.is_finished()
    }

    /// Returns whether the last known status is canceled.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.inner.is_canceled()
    }

    /// Returns whether the last known status is failed or timed out.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.inner.is_failed()
    }

    /// Returns whether the last known status is terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.inner.is_terminal()
    }

    /// Returns the id of the statement in the query history.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        self.inner.query_id()
    }

    /// Returns the secret of the execution, which exists over Thrift only. `Debug` does not print
    /// it; see [`QuerySecret::expose`].
    #[must_use]
    pub fn query_secret(&self) -> Option<QuerySecret> {
        self.inner.query_secret()
    }

    /// Returns whether the whole result came with the response to the submit and the server closed the
    /// operation. Then [`get_results`](Self::get_results) sends no request, and there is nothing to
    /// pick up.
    #[must_use]
    pub fn returned_as_direct_result(&self) -> bool {
        self.inner.returned_as_direct_result()
    }

    /// Returns the handle, to be stored and picked up later; `None` if the operation was closed
    /// with the response to the submit, so that there is nothing to pick up.
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

    /// Waits until the statement has ended. A failed or canceled one is `Ok(Failed)` or
    /// `Ok(Canceled)`.
    ///
    /// Waits on clones share one poll loop. The client limits the polls of all executions together; see
    /// [`Config`](crate::Config), which also has the poll schedule.
    ///
    /// # Errors
    ///
    /// As for [`sync_status`](Self::sync_status).
    pub fn wait(&self) -> Result<ExecutionStatus> {
        self.wait_for(self.inner.wait())
    }

    /// Waits as [`wait`](Self::wait), with this poll schedule instead of the client's. Concurrent
    /// waits on one execution use the shortest pause of their schedules.
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
    /// one. A deadline of this value bounds the whole iteration.
    pub fn status_changes(&self) -> StatusChanges {
        let background = Arc::clone(&self.background);
        StatusChanges::new(background, self.inner.status_changes(), self.deadline)
    }

    /// Opens the result at its first row. Waits while the statement is running. Each call reads the
    /// result again.
    ///
    /// # Errors
    ///
    /// [`Failed`](crate::ErrorKind::Failed), [`Canceled`](crate::ErrorKind::Canceled),
    /// [`TimedOut`](crate::ErrorKind::TimedOut) when the statement ended that way,
    /// [`ResultGone`](crate::ErrorKind::ResultGone) when the server no longer has it,
    /// [`Unsupported`](crate::ErrorKind::Unsupported) for a volume operation, or when another reader holds
    /// the only cursor that the server keeps (Apache Spark and Hive), and
    /// [network errors](crate#errors), after which the handle remains usable.
    pub fn get_results(&self) -> Result<ResultSet> {
        self.open(self.inner.get_results())
    }

    /// Opens the result at this row, counted from 0, to resume reading.
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
    /// [`wait`](Self::wait). A statement that has ended is not affected.
    ///
    /// May be called at any time, from any thread or process, and repeatedly.
    ///
    /// # Errors
    ///
    /// [Network errors](crate#errors). An execution that the server no longer knows is not an error here,
    /// since it was known to this client.
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
