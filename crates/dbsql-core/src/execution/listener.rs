//! Listens to the status of an operation and keeps it polled. Used by waits and streams of changes.

use std::sync::Arc;
use std::time::Duration;

use dbsql_runtime::Instant;
use tokio::sync::watch;

use crate::backend::Until;
use crate::operation::Operation;
use crate::operation::poll::Lease;
use crate::operation::state::KnownStatus;
use crate::poll_schedule::PollSchedule;
use crate::status::{ExecutionStatus, Progress};
use crate::{Error, ErrorKind, Result};

/// How long an unknown state is polled before listeners give up.
const UNKNOWN_STATE_LIMIT: Duration = Duration::from_secs(60);

/// One listener. Nothing is sent before [`changed`](Self::changed).
pub(super) struct Listener {
    operation: Arc<Operation>,
    schedule: PollSchedule,
    changes: watch::Receiver<KnownStatus>,
    lease: Option<Lease>,
    /// The number of polls started before it: errors of older ones do not concern it.
    polls_before: u64,
    /// When it was created: a state that was unknown before may be known by now.
    began: Instant,
}

impl Listener {
    pub(super) fn new(operation: &Arc<Operation>, schedule: PollSchedule) -> Self {
        Self {
            changes: operation.status.subscribe(),
            polls_before: operation.polls_begun(),
            began: operation.engine.runtime.now(),
            operation: Arc::clone(operation),
            schedule,
            lease: None,
        }
    }

    /// Returns the last known status.
    ///
    /// # Errors
    ///
    /// That of the last poll, when its retries ended, and `Protocol` for a state that stays unknown.
    pub(super) fn known(&mut self) -> Result<(ExecutionStatus, Option<Progress>)> {
        let now = self.operation.engine.runtime.now();
        let known = self.changes.borrow_and_update();
        if !known.report.status.is_terminal() {
            let own = known.poll_failed.as_ref().filter(|(number, _)| *number > self.polls_before);
            if let Some((_, error)) = own {
                return Err(error.clone());
            }
            let is_news = known.last_synced.is_some_and(|synced| synced > self.began);
            let is_stuck = |since| now - since >= UNKNOWN_STATE_LIMIT;
            if is_news && known.unknown_since.is_some_and(is_stuck) {
                return Err(self.operation.label(unknown_state(&known.report.raw)));
            }
        }
        Ok((known.report.status, known.report.progress.clone()))
    }

    /// Keeps the operation polled until the known status changes. `false` when the deadline passed
    /// first. Cancel-safe.
    pub(super) async fn changed(&mut self, until: Until) -> Result<bool> {
        let runtime = &self.operation.engine.runtime;
        loop {
            let lease = match &mut self.lease {
                Some(lease) => lease,
                none => none.insert(self.operation.lease(self.schedule)?),
            };
            lease.renew();
            let news = runtime.while_in(lease.runtime(), self.changes.changed());
            match runtime.timeout_at(until, news).await {
                Ok(Some(_)) => return Ok(true),
                // The caller has moved to another runtime; the old one's poller may be idle forever.
                Ok(None) => self.lease = None,
                Err(_) => return Ok(false),
            }
        }
    }
}

fn unknown_state(raw: &str) -> Error {
    Error::new(ErrorKind::Protocol, format!("the server reports an unknown state: {raw}"))
        .with_next_step("look the query up in the query history, and update this crate")
}
