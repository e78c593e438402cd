//! The known status of an operation.

use dbsql_runtime::Instant;

use crate::Error;
use crate::status::{ExecutionStatus, Progress, StatusReport};

/// The known status of an operation.
#[derive(Clone, Debug)]
pub(crate) struct KnownStatus {
    pub(crate) report: StatusReport,
    pub(crate) last_synced: Option<Instant>,
    /// When the server first reported the current unknown state.
    pub(crate) unknown_since: Option<Instant>,
    /// The last poll that failed after its retries: its number and its error.
    pub(crate) poll_failed: Option<(u64, Error)>,
    /// The last progress from the query history, if the status itself has none.
    from_history: Option<Progress>,
}

impl KnownStatus {
    pub(crate) fn new(report: StatusReport, now: Instant) -> Self {
        let unknown = report.status == ExecutionStatus::Unknown;
        Self {
            report,
            last_synced: Some(now),
            unknown_since: unknown.then_some(now),
            poll_failed: None,
            from_history: None,
        }
    }

    /// Stores a response. A terminal status is never overwritten by a late one.
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
        if self.report.progress.is_none() && !self.report.status.is_terminal() {
            self.report.progress.clone_from(&self.from_history);
        }
    }

    /// Stores the progress from the query history, unless the statement has ended. Returns `true`
    /// if it changed.
    pub(crate) fn observe_progress(&mut self, progress: Option<Progress>) -> bool {
        let is_news = progress.is_some() && progress != self.from_history;
        if !is_news || self.report.status.is_terminal() {
            return false;
        }
        self.report.progress.clone_from(&progress);
        self.from_history = progress;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn report(status: ExecutionStatus) -> StatusReport {
        let failure =
            (status == ExecutionStatus::Failed).then(|| Error::new(ErrorKind::Failed, "x"));
        StatusReport {
            status,
            raw: String::new(),
            failure,
            progress: None,
            rows_affected: None,
            attachment: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_terminal_status_is_never_overwritten_by_a_late_answer() {
        let now = dbsql_runtime::Runtime::seeded(1).now();
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
