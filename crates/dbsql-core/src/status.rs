//! The status of an execution, as the server reports it.

use std::fmt;

use crate::attachment::Attachment;
use crate::{Error, ErrorKind};

/// The status of a statement: one variant for each state that a server reports.
///
/// ```
/// use dbsql_core::ExecutionStatus;
/// # use dbsql_core::{Client, Config};
/// # use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
/// # use dbsql_local::{Service, runtime::Runtime};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), dbsql_core::Error> {
/// # let slow = Answer::affected(1).after(std::time::Duration::from_secs(60));
/// # let engine = ScriptedEngine::new(Runtime::real()).on("OPTIMIZE t", slow);
/// # let service = Service::builder().engine(engine).build();
/// # let config = Config::new("http://warehouse.test", "/sql/1.0/warehouses/local").token("t");
/// # let client = Client::builder(config).transport(service.transport()).build()?;
/// let query = client.execute_async("OPTIMIZE t").await?;
/// assert!(!query.status().is_terminal());
/// match query.wait().await? {
///     ExecutionStatus::Finished => println!("done"),
///     ExecutionStatus::Failed => println!("{:?}", query.failure()),
///     status => println!("the statement is {status}"),
/// }
/// assert!(query.status().is_terminal());
/// # assert_eq!(query.status(), ExecutionStatus::Finished);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecutionStatus {
    /// Accepted and not running yet: queued, or the warehouse is starting.
    Pending,
    /// Running.
    Running,
    /// Succeeded; its result can be fetched.
    Finished,
    /// Canceled, by this client or another one.
    Canceled,
    /// Failed; [`AsyncExecution::failure`](crate::AsyncExecution::failure) returns the reason.
    Failed,
    /// Stopped by the server at the statement's timeout.
    TimedOut,
    /// Closed on the server: its result is gone.
    Closed,
    /// A state that the server itself calls unknown, or that this version does not know;
    /// [`AsyncExecution::raw_status`](crate::AsyncExecution::raw_status) returns its name.
    Unknown,
}

impl ExecutionStatus {
    /// Returns whether the status is final.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Finished | Self::Canceled | Self::Failed | Self::TimedOut | Self::Closed => true,
            Self::Pending | Self::Running | Self::Unknown => false,
        }
    }

    /// Returns the kind and the start of the message of the error for an unsuccessful status, the
    /// same for both protocols; `None` for other statuses.
    pub(crate) fn failure(self) -> Option<(ErrorKind, &'static str)> {
        Some(match self {
            Self::Failed => (ErrorKind::Failed, "the statement failed"),
            Self::Canceled => (ErrorKind::Canceled, "the statement was canceled"),
            Self::TimedOut => (ErrorKind::TimedOut, "the statement timed out on the server"),
            Self::Closed => (ErrorKind::ResultGone, "the execution is closed on the server"),
            Self::Pending | Self::Running | Self::Finished | Self::Unknown => return None,
        })
    }
}

impl fmt::Display for ExecutionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
            Self::TimedOut => "timed out",
            Self::Closed => "closed",
            Self::Unknown => "unknown",
        })
    }
}

/// The progress of a running statement, where the server reports it.
///
/// ```
/// # use dbsql_core::{Client, Config};
/// # use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
/// # use dbsql_local::{Service, runtime::Runtime};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), dbsql_core::Error> {
/// # let slow = Answer::affected(1).reporting(0.5, "1 of 2 stages");
/// # let slow = slow.after(std::time::Duration::from_secs(60));
/// # let engine = ScriptedEngine::new(Runtime::real()).on("OPTIMIZE t", slow);
/// # let service = Service::builder().engine(engine).build();
/// # let config = Config::new("http://warehouse.test", "/sql/1.0/warehouses/local").token("t");
/// # let client = Client::builder(config).transport(service.transport()).build()?;
/// let query = client.execute_async("OPTIMIZE t").await?;
/// query.sync_status().await?;
/// if let Some(progress) = query.progress() {
///     let percent = 100.0 * progress.fraction;
///     println!("{percent:.0} %: {}", progress.summary.escape_debug());
/// #   assert_eq!(progress.fraction, 0.5);
/// }
/// # assert!(query.progress().is_some());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The completed fraction of the work, 0 to 1.
    pub fraction: f64,
    /// The server's summary, unchanged and possibly empty. `Debug` escapes control and invisible
    /// characters; escape them before printing the text itself.
    pub summary: String,
}

/// The response to one status call.
#[derive(Clone, Debug)]
pub(crate) struct StatusReport {
    pub(crate) status: ExecutionStatus,
    /// The server's name for the state, as it was sent.
    pub(crate) raw: String,
    /// The error of an unsuccessful statement.
    pub(crate) failure: Option<Error>,
    pub(crate) progress: Option<Progress>,
    pub(crate) rows_affected: Option<u64>,
    /// The part of the result that came with it.
    pub(crate) attachment: Option<Attachment>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_of_a_summary_is_one_harmless_line() {
        for raw in ["\n", "\t", "\u{1b}", "\u{7f}", "\u{85}", "\u{200b}", "\u{202e}", "\u{2028}"] {
            let progress = Progress { fraction: 0.5, summary: format!("a{raw}b") };
            let shown = format!("{progress:?}");
            assert!(!shown.contains(raw) && shown.contains("a\\"), "{shown}");
        }
    }
}
