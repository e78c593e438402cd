//! Waiting for a statement to end.

use std::future::IntoFuture;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use crate::deadline::{Deadline, resolve};
use crate::execution::Shared;
use crate::poll_schedule::PollSchedule;
use crate::status::ExecutionStatus;
use crate::{Error, ErrorKind, Result};

/// How long a state that nobody knows is asked about before the wait gives up on it.
const UNKNOWN_PATIENCE: Duration = Duration::from_secs(60);

/// What the waits on one execution hand to each other with the turn to poll.
#[derive(Debug, Default)]
pub(crate) struct PollTurn {
    /// When the last status call of a wait began.
    last_asked: Option<Instant>,
    /// The last call was given up on: its number, and its error.
    trouble: Option<(u64, Error)>,
}

/// A wait for the end of a statement. Nothing is sent before `.await`.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Wait {
    shared: Arc<Shared>,
    schedule: PollSchedule,
    until: Option<Instant>,
}

impl Wait {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        let schedule = shared.client.inner.poll;
        Self { shared: Arc::clone(shared), schedule, until: None }
    }

    /// How often to ask, instead of the client's schedule. Of several waits on one execution, the
    /// one that polls decides.
    pub fn schedule(mut self, schedule: PollSchedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Until when to wait. The statement runs on after it.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.until = resolve(deadline.into(), &self.shared.client.inner.runtime);
        self
    }

    pub(crate) fn until(mut self, until: Option<Instant>) -> Self {
        self.until = until;
        self
    }

    async fn run(self) -> Result<ExecutionStatus> {
        let runtime = &self.shared.client.inner.runtime;
        let before = self.shared.polls.load(Ordering::Acquire);
        let mut changes = self.shared.status.subscribe();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            // One task polls; the others wait for its news or, should it go away, for its turn.
            let turn = async {
                tokio::select! {
                    biased;
                    turn = self.shared.poll_turn.lock() => Some(turn),
                    _ = changes.changed() => None,
                }
            };
            let turn = runtime.timeout_at(self.until, turn).await;
            let Some(mut turn) = turn.map_err(|_| self.deadline_passed())? else { continue };
            if let Some((number, error)) = &turn.trouble
                && *number > before
            {
                // This wait has been through all of that call: it is not made again for each.
                return Err(error.clone());
            }
            if let Some(last) = turn.last_asked {
                // Counted from the start of the last call, whoever made it: a server that holds
                // its answer leaves no pause.
                let pause = self.schedule.pause(runtime.now() - self.shared.since);
                let next = last.checked_add(pause).unwrap_or(last);
                let pause = async {
                    tokio::select! {
                        biased;
                        () = runtime.sleep_until(next) => true,
                        _ = changes.changed() => false,
                    }
                };
                let paused = runtime.timeout_at(self.until, pause).await;
                if !paused.map_err(|_| self.deadline_passed())? {
                    continue;
                }
            }
            if self.ended()?.is_none() {
                let number = self.shared.polls.fetch_add(1, Ordering::AcqRel) + 1;
                turn.last_asked = Some(runtime.now());
                let answer = self.shared.sync(self.until).await;
                // A deadline is this wait's own affair.
                turn.trouble = match &answer {
                    Err(error) if error.kind() != ErrorKind::Deadline => {
                        Some((number, error.clone()))
                    }
                    _ => None,
                };
                match answer {
                    Err(error) if error.kind() == ErrorKind::Deadline => {
                        return Err(self.deadline_passed().with_source(error));
                    }
                    other => other?,
                };
            }
        }
    }

    fn ended(&self) -> Result<Option<ExecutionStatus>> {
        let now = self.shared.client.inner.runtime.now();
        let known = self.shared.status.borrow();
        if known.report.status.is_terminal() {
            return Ok(Some(known.report.status));
        }
        if known.unknown_since.is_some_and(|since| now - since >= UNKNOWN_PATIENCE) {
            let message =
                format!("the server reports a state that is not known: {}", known.report.raw);
            let next_step = "look the query up in the query history, and update this crate";
            let error = Error::new(ErrorKind::Protocol, message).with_next_step(next_step);
            return Err(self.shared.named(error));
        }
        Ok(None)
    }

    fn deadline_passed(&self) -> Error {
        let status = self.shared.status.borrow().report.status;
        let message = format!("the deadline passed while the statement was {status}");
        self.shared.named(Error::new(ErrorKind::Deadline, message))
    }
}

impl IntoFuture for Wait {
    type Output = Result<ExecutionStatus>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
