//! Waiting for a statement to end.

use std::future::IntoFuture;
use std::sync::Arc;

use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use super::listener::Listener;
use crate::deadline::{Deadline, resolve};
use crate::operation::Operation;
use crate::poll_schedule::PollSchedule;
use crate::status::ExecutionStatus;
use crate::{Error, ErrorKind, Result};

/// A wait for the end of a statement. Nothing is sent before `.await`.
///
/// # Errors
///
/// When awaited: as for [`sync_status`](crate::AsyncExecution::sync_status). A failed statement is
/// not an error. The source of a [`Deadline`](ErrorKind::Deadline) is the transient error that the
/// polls met last, if they were failing.
///
/// # Cancel safety
///
/// Dropping it loses only the wait. A wait that is kept without being polled blocks no other and
/// costs at most one poll.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use dbsql_core::PollSchedule;
///
/// # async fn sample(query: dbsql_core::AsyncExecution) -> Result<(), dbsql_core::Error> {
/// let status = query
///     .wait()
///     .schedule(PollSchedule::every(Duration::from_secs(5)))
///     .deadline(Duration::from_secs(3600))
///     .await?;
/// # let _ = status; Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Wait {
    operation: Arc<Operation>,
    schedule: PollSchedule,
    until: Option<Instant>,
}

impl Wait {
    pub(crate) fn new(operation: &Arc<Operation>) -> Self {
        let schedule = operation.engine.defaults.poll;
        Self { operation: Arc::clone(operation), schedule, until: None }
    }

    /// Sets the poll schedule, instead of the client's. Of several waits on one execution the
    /// shortest pause applies.
    pub fn schedule(mut self, schedule: PollSchedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Sets the deadline for the wait. The statement continues after it.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.until = resolve(deadline.into(), &self.operation.engine.runtime);
        self
    }

    pub(crate) fn until(mut self, until: Option<Instant>) -> Self {
        self.until = until;
        self
    }

    /// Waits as part of another call.
    pub(super) async fn run(self) -> Result<ExecutionStatus> {
        self.operation.engine.enter()?;
        let mut listener = Listener::new(&self.operation, self.schedule);
        loop {
            let (status, _) = listener.known()?;
            if status.is_terminal() {
                return Ok(status);
            }
            if !listener.changed(self.until).await? {
                return Err(self.deadline_passed());
            }
        }
    }

    fn deadline_passed(&self) -> Error {
        let status = self.operation.last_status();
        let message = format!("the deadline passed while the statement was {status}");
        let error = Error::new(ErrorKind::Deadline, message);
        self.operation.label(match self.operation.poll_error() {
            Some(cause) => error.with_source(cause),
            None => error,
        })
    }
}

impl IntoFuture for Wait {
    type Output = Result<ExecutionStatus>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let operation = Arc::clone(&self.operation);
            let failure = |_: &ExecutionStatus| operation.status.borrow().report.failure.clone();
            let telemetry = &operation.engine.telemetry;
            telemetry.observe_with(operation.call("wait"), self.run(), failure).await
        })
    }
}
