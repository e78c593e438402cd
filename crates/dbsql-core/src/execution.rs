//! An execution: a statement that is running, or ran, on the server.

mod changes;
mod listener;
mod wait;

use std::fmt;
use std::sync::Arc;

use dbsql_protocol::handle::{ExecutionHandle, QueryId, QuerySecret};
use dbsql_runtime::Instant;

pub use self::changes::{StatusChange, StatusChanges};
pub use self::wait::Wait;
use crate::backend::Until;
use crate::call::Call;
use crate::operation::Operation;
use crate::results::{Owner, ResultSet};
use crate::status::{ExecutionStatus, Progress};
use crate::{Error, ErrorKind, Result};

/// A statement that was submitted or picked up: its status, its result and its handle.
///
/// Clones share one status and one poll loop. Dropping it has no effect on the statement, which
/// continues, up to its own timeout or the server's (two days on a Databricks SQL warehouse by
/// default).
///
/// ```
/// use std::time::Duration;
/// use dbsql_core::Client;
///
/// # async fn sample(client: Client) -> Result<(), dbsql_core::Error> {
/// let query = client.execute_async("SELECT * FROM RANGE(10)").await?;
/// let status = query.wait().deadline(Duration::from_secs(60)).await?;
/// if query.is_finished() {
///     let batches = query.get_results().await?.fetch_all().await?;
///     println!("{} batches", batches.len());
/// } else {
///     println!("{status}: {:?}", query.failure());
/// }
/// query.close().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "the statement continues to run; keep the handle to find it again"]
pub struct AsyncExecution {
    pub(crate) operation: Arc<Operation>,
}

impl AsyncExecution {
    pub(crate) fn new(operation: Arc<Operation>) -> Self {
        Self { operation }
    }

    /// Returns the last known status, from memory.
    #[must_use]
    pub fn status(&self) -> ExecutionStatus {
        self.operation.last_status()
    }

    /// Returns the server's name for the last known state, raw: as it was sent, without escaping
    /// control or invisible characters. Escape them before printing it.
    #[must_use]
    pub fn raw_status(&self) -> String {
        self.operation.status.borrow().report.raw.clone()
    }

    /// Returns when the last status was received.
    #[must_use]
    pub fn last_synced(&self) -> Option<Instant> {
        self.operation.status.borrow().last_synced
    }

    /// Returns why the statement did not succeed, once that is known.
    #[must_use]
    pub fn failure(&self) -> Option<Error> {
        self.operation.status.borrow().report.failure.clone()
    }

    /// Returns the last known progress, where the server reports it.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.operation.status.borrow().report.progress.clone()
    }

    /// Returns `true` if the last known status is pending or running.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.status(), ExecutionStatus::Pending | ExecutionStatus::Running)
    }

    /// Returns `true` if it succeeded, by the last known status.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status() == ExecutionStatus::Finished
    }

    /// Returns `true` if it was canceled, by the last known status.
    #[must_use]
    pub fn is_canceled(&self) -> bool {
        self.status() == ExecutionStatus::Canceled
    }

    /// Returns `true` if it failed or exceeded its timeout, by the last known status.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self.status(), ExecutionStatus::Failed | ExecutionStatus::TimedOut)
    }

    /// Returns `true` if the last known status is final.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.status().is_terminal()
    }

    /// Returns the id of the statement, also used by the query history.
    #[must_use]
    pub fn query_id(&self) -> QueryId {
        self.operation.query_id()
    }

    /// Returns the secret that Thrift requires with the id. It cannot be printed; see
    /// [`QuerySecret::expose`].
    #[must_use]
    pub fn query_secret(&self) -> Option<QuerySecret> {
        self.operation.target.readers.was_shared();
        self.operation.target.handle.query_secret().cloned()
    }

    /// Returns `true` if the whole result came with the response to the submit and the server
    /// closed the operation. [`get_results`](Self::get_results) sends no request then, and nothing
    /// is left to pick up.
    #[must_use]
    pub fn returned_as_direct_result(&self) -> bool {
        self.operation.closed_at_submit() && self.is_finished()
    }

    /// Returns the handle, to be stored and picked up later; `None` when the operation was closed
    /// with the response to the submit, so that nothing is left to pick up.
    #[must_use]
    pub fn handle(&self) -> Option<ExecutionHandle> {
        // The caller may pass it to another reader of the result.
        self.operation.target.readers.was_shared();
        (!self.operation.closed_at_submit()).then(|| self.operation.target.handle.clone())
    }

    /// Returns the handle as `query_id:query_secret`. Treat it as a credential: with it and a token
    /// for the same endpoint anyone can read, cancel and close the execution.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotResumable`] when there is no [`handle`](Self::handle).
    pub fn serialize(&self) -> Result<String> {
        self.handle().map(|handle| handle.serialize()).ok_or_else(|| {
            self.operation.label(Error::new(
                ErrorKind::NotResumable,
                "the server closed the operation with its response: nothing is left to pick up",
            ))
        })
    }

    /// Requests the status from the server, in one round trip, and stores and returns it.
    ///
    /// A terminal status is never replaced by a later response.
    ///
    /// # Errors
    ///
    /// When awaited: [`ErrorKind::ResultGone`] when the server no longer knows the execution, and
    /// network errors, after which the handle remains usable:
    /// [`Transport`](ErrorKind::Transport), [`Throttled`](ErrorKind::Throttled),
    /// [`Deadline`](ErrorKind::Deadline), [`Auth`](ErrorKind::Auth),
    /// [`Protocol`](ErrorKind::Protocol). A failed statement is not an error here.
    ///
    /// # Cancel safety
    ///
    /// Dropping the call loses only its response.
    pub fn sync_status(&self) -> Call<ExecutionStatus> {
        let operation = Arc::clone(&self.operation);
        self.call("sync_status", move |until| async move { operation.sync(until).await })
    }

    /// Waits until the statement has ended, however it ends: a failed or canceled one is
    /// `Ok(Failed)` or `Ok(Canceled)`.
    ///
    /// Waits on clones share one poll loop. The client limits the polls of all executions together;
    /// see [`Config`](crate::Config).
    ///
    /// # Errors
    ///
    /// When awaited: as for [`sync_status`](Self::sync_status).
    ///
    /// # Cancel safety
    ///
    /// Dropping the wait loses only the wait.
    pub fn wait(&self) -> Wait {
        Wait::new(&self.operation)
    }

    /// Returns a stream of the status changes, each once: first the current status, last the terminal
    /// one.
    pub fn status_changes(&self) -> StatusChanges {
        StatusChanges::new(&self.operation)
    }

    /// Opens the result at its first row. Waits while the statement is running; may be called
    /// repeatedly to read again.
    ///
    /// # Errors
    ///
    /// When awaited: [`Failed`](ErrorKind::Failed), [`Canceled`](ErrorKind::Canceled) or
    /// [`TimedOut`](ErrorKind::TimedOut) if that is how the statement ended,
    /// [`ResultGone`](ErrorKind::ResultGone) when the server no longer has it,
    /// [`Unsupported`](ErrorKind::Unsupported) for a volume operation, or when another reader holds
    /// the only cursor that the server keeps (Apache Spark and Hive), and network errors, after
    /// which the handle remains usable.
    ///
    /// # Cancel safety
    ///
    /// Dropping the call loses only the call.
    pub fn get_results(&self) -> Call<ResultSet> {
        self.results("get_results", 0)
    }

    /// Opens the result at this row, counted from 0, to resume one that was read in part.
    ///
    /// # Errors
    ///
    /// As for [`get_results`](Self::get_results). A row beyond the end is
    /// [`ErrorKind::InvalidInput`], reported when the first batch is read.
    pub fn get_results_from(&self, row: u64) -> Call<ResultSet> {
        self.results("get_results_from", row)
    }

    fn call<T, F>(
        &self,
        name: &'static str,
        start: impl FnOnce(Until) -> F + Send + 'static,
    ) -> Call<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        Call::observed(self.operation.call(name), &self.operation.engine, start)
    }

    fn results(&self, name: &'static str, row: u64) -> Call<ResultSet> {
        let this = self.clone();
        self.call(
            name,
            move |until| async move { this.open_results(row, Owner::Handle, until).await },
        )
    }

    pub(crate) async fn open_results(
        self,
        row: u64,
        owner: Owner,
        until: Until,
    ) -> Result<ResultSet> {
        let status = self.wait().until(until).run().await?;
        if status != ExecutionStatus::Finished {
            return Err(self.failure().unwrap_or_else(|| {
                self.operation.label(Error::new(
                    ErrorKind::ResultGone,
                    format!("the execution has no result: it is {status}"),
                ))
            }));
        }
        ResultSet::open(self.operation, row, owner, until).await
    }

    /// Requests that the server stop the statement. The status changes only when the server reports
    /// it: use [`wait`](Self::wait). A statement that has ended remains as it is.
    ///
    /// May be called at any time, from any task or process, and repeatedly. Dropping the call may drop
    /// the request.
    ///
    /// # Errors
    ///
    /// When awaited: network errors. An execution that the server no longer knows is not an error
    /// here, since this client has seen it alive.
    pub fn cancel(&self) -> Call<()> {
        let operation = Arc::clone(&self.operation);
        self.call("cancel", move |until| async move { operation.cancel(until).await })
    }

    /// Frees the execution and its result on the server, for all holders of the handle. Stops the
    /// statement if it is still running. Idempotent. Dropping the call may drop the request.
    ///
    /// # Errors
    ///
    /// When awaited: network errors. An execution that the server no longer knows counts as closed.
    pub fn close(&self) -> Call<()> {
        let operation = Arc::clone(&self.operation);
        self.call("close", move |until| async move { operation.close(until).await })
    }
}

impl fmt::Debug for AsyncExecution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncExecution")
            .field("query_id", &format_args!("{}", self.query_id()))
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
