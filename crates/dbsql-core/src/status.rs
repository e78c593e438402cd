//! The status of an execution, as the server tells it.

use std::fmt;

use dbsql_runtime::Instant;

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

/// What an execution remembers of its status.
#[derive(Clone, Debug)]
pub(crate) struct KnownStatus {
    pub(crate) report: StatusReport,
    pub(crate) last_synced: Option<Instant>,
    /// When the server was first heard to report a state that nobody knows.
    pub(crate) unknown_since: Option<Instant>,
}

impl KnownStatus {
    pub(crate) fn new(report: StatusReport, now: Instant) -> Self {
        let unknown = report.status == ExecutionStatus::Unknown;
        Self { report, last_synced: Some(now), unknown_since: unknown.then_some(now) }
    }

    /// Takes in an answer. A terminal status stays what it is, whatever a late answer says.
    pub(crate) fn observe(&mut self, report: StatusReport, now: Instant) {
        self.last_synced = Some(now);
        if self.report.status.is_terminal() {
            return;
        }
        self.unknown_since = match report.status {
            ExecutionStatus::Unknown => self.unknown_since.or(Some(now)),
            _ => None,
        };
        self.report = report;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn report(status: ExecutionStatus) -> StatusReport {
        let failure =
            (status == ExecutionStatus::Failed).then(|| Error::new(ErrorKind::Failed, "x"));
        StatusReport { status, raw: String::new(), failure, progress: None, rows_affected: None }
    }

    #[tokio::test(start_paused = true)]
    async fn a_terminal_status_is_never_overwritten_by_a_late_answer() {
        let now = Instant::now();
        for end in [
            ExecutionStatus::Finished,
            ExecutionStatus::Canceled,
            ExecutionStatus::Failed,
            ExecutionStatus::TimedOut,
            ExecutionStatus::Closed,
        ] {
            let mut known = KnownStatus::new(report(ExecutionStatus::Running), now);
            known.observe(report(end), now);
            known.observe(report(ExecutionStatus::Running), now);
            known.observe(report(ExecutionStatus::Closed), now);
            assert_eq!(known.report.status, end);
        }
    }
}
