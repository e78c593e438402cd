//! The status of an execution, as the server tells it.

use std::fmt;

use crate::Error;

/// Where a statement stands: one variant for each fact that a server reports, none of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecutionStatus {
    /// Accepted, not running yet: queued, or the warehouse is starting.
    Pending,
    /// Running.
    Running,
    /// Succeeded; its result can be fetched.
    Finished,
    /// Canceled, by anybody.
    Canceled,
    /// Failed; [`AsyncExecution::failure`](crate::AsyncExecution::failure) says why.
    Failed,
    /// Stopped by the server at the statement's time limit.
    TimedOut,
    /// Closed on the server: its result is gone.
    Closed,
    /// A state that the server itself calls unknown, or that this version does not know:
    /// [`AsyncExecution::raw_status`](crate::AsyncExecution::raw_status) has it.
    Unknown,
}

impl ExecutionStatus {
    /// Whether the server will not change it any more.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Finished | Self::Canceled | Self::Failed | Self::TimedOut | Self::Closed => true,
            Self::Pending | Self::Running | Self::Unknown => false,
        }
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

/// How far a running statement has come, where the server reports it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// The done share, 0 to 1.
    pub fraction: f64,
    /// The server's one-line summary; may be empty.
    pub summary: String,
}

/// One answer to "how is it going?".
#[derive(Clone, Debug)]
pub(crate) struct StatusReport {
    pub(crate) status: ExecutionStatus,
    /// The server's own word for the state.
    pub(crate) raw: String,
    /// Why it did not succeed.
    pub(crate) failure: Option<Error>,
    pub(crate) progress: Option<Progress>,
    pub(crate) rows_affected: Option<u64>,
}
