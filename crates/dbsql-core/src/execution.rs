//! An execution: one statement that runs, or ran, on the server.

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

/// A statement that was submitted or picked up: its status, its result, its handle.
///
/// Clones share one status and one poll loop. Dropping it does nothing to the statement: it runs
/// on, up to its own timeout or the server's (two days on a Databricks SQL warehouse unless it is
/// set otherwise).
#[derive(Clone)]
#[must_use = "the statement runs on; keep the handle to find it again"]
pub struct AsyncExecution {
    pub(crate) operation: Arc<Operation>,
}

impl AsyncExecution {
    pub(crate) fn new(operation: Arc<Operation>) -> Self {
        Self { operation }
    }

    /// The last known status, from memory.
    #[must_use]
    pub fn status(&self) -> ExecutionStatus {
        self.operation.last_status()
    }

    /// The server's own word for the last known state.
    #[must_use]
    pub fn raw_status(&self) -> String {
        self.operation.status.borrow().report.raw.clone()
    }

    /// When the status was learnt.
    #[must_use]
    pub fn last_synced(&self) -> Option<Instant> {
        self.operation.status.borrow().last_synced
    }

    /// Why the statement did not succeed, once that is known.
    #[must_use]
    pub fn failure(&self) -> Option<Error> {
        self.operation.status.borrow().report.failure.clone()
    }

    /// How far it has come, where the server reports it.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.operation.status.borrow().report.progress.clone()
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
        self.operation.query_id()
    }

    /// The secret that goes with the id on Thrift. It does not print; see
    /// [`QuerySecret::expose`].
    #[must_use]
    pub fn query_secret(&self) -> Option<QuerySecret> {
        self.operation.target.handle.query_secret().cloned()
    }

    /// Whether the whole result came with the answer to the submit and the server closed the
    /// operation: [`get_results`](Self::get_results) asks the server nothing then, and nothing is
    /// left to pick up.
    #[must_use]
    pub fn returned_as_direct_result(&self) -> bool {
        self.operation.closed_at_submit() && self.is_finished()
    }

    /// The handle to write down; `None` when the operation was closed with the answer to the
    /// submit, so that there is nothing to pick up.
    #[must_use]
    pub fn handle(&self) -> Option<ExecutionHandle> {
        (!self.operation.closed_at_submit()).then(|| self.operation.target.handle.clone())
    }

    /// The handle as `query_id:query_secret`. Treat it as a credential: with it and a token for
    /// the same place anybody can read, cancel and close the execution.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotResumable`] when there is no [`handle`](Self::handle).
    pub fn serialize(&self) -> Result<String> {
        self.handle().map(|handle| handle.serialize()).ok_or_else(|| {
            self.operation.label(Error::new(
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
        let operation = Arc::clone(&self.operation);
        Call::new("sync_status", &self.operation.engine, move |until| async move {
            operation.sync(until).await
        })
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
        Wait::new(&self.operation)
    }

    /// The changes of status from now on, each once, the last one terminal; the first is the
    /// status as it is now.
    #[must_use]
    pub fn status_changes(&self) -> StatusChanges {
        StatusChanges::new(&self.operation)
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
        Call::new(name, &self.operation.engine, move |until| async move {
            this.open_results(row, Owner::Handle, until).await
        })
    }

    pub(crate) async fn open_results(
        self,
        row: u64,
        owner: Owner,
        until: Until,
    ) -> Result<ResultSet> {
        let status = self.wait().until(until).await?;
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
        let operation = Arc::clone(&self.operation);
        Call::new("cancel", &self.operation.engine, move |until| async move {
            operation.cancel(until).await
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
        let operation = Arc::clone(&self.operation);
        Call::new("close", &self.operation.engine, move |until| async move {
            operation.close(until).await
        })
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
