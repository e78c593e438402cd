//! Waiting for a statement to end.

use std::future::IntoFuture;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use crate::deadline::{Deadline, resolve};
use crate::operation::Operation;
use crate::poll_schedule::PollSchedule;
use crate::status::ExecutionStatus;
use crate::{Error, ErrorKind, Result};

/// How long a state that nobody knows is asked about before the wait gives up on it.
const UNKNOWN_PATIENCE: Duration = Duration::from_secs(60);

/// A wait for the end of a statement. Nothing is sent before `.await`.
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

    /// How often to ask, instead of the client's schedule. Of several waits on one execution, the
    /// one that polls decides.
    pub fn schedule(mut self, schedule: PollSchedule) -> Self {
        self.schedule = schedule;
        self
    }

    /// Until when to wait. The statement runs on after it.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.until = resolve(deadline.into(), &self.operation.engine.runtime);
        self
    }

    pub(crate) fn until(mut self, until: Option<Instant>) -> Self {
        self.until = until;
        self
    }

    async fn run(self) -> Result<ExecutionStatus> {
        let runtime = &self.operation.engine.runtime;
        let before = self.operation.polls.load(Ordering::Acquire);
        let mut changes = self.operation.status.subscribe();
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            // One task polls; the others wait for its news or, should it go away, for its turn.
            let turn = async {
                tokio::select! {
                    biased;
                    turn = self.operation.poll_turn.lock() => Some(turn),
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
                let pause = self.schedule.pause(runtime.now() - self.operation.since);
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
                let number = self.operation.polls.fetch_add(1, Ordering::AcqRel) + 1;
                turn.last_asked = Some(runtime.now());
                let answer = self.operation.sync(self.until).await;
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
        let now = self.operation.engine.runtime.now();
        let known = self.operation.status.borrow();
        if known.report.status.is_terminal() {
            return Ok(Some(known.report.status));
        }
        if known.unknown_since.is_some_and(|since| now - since >= UNKNOWN_PATIENCE) {
            let message =
                format!("the server reports a state that is not known: {}", known.report.raw);
            let next_step = "look the query up in the query history, and update this crate";
            let error = Error::new(ErrorKind::Protocol, message).with_next_step(next_step);
            return Err(self.operation.label(error));
        }
        Ok(None)
    }

    fn deadline_passed(&self) -> Error {
        let status = self.operation.status.borrow().report.status;
        let message = format!("the deadline passed while the statement was {status}");
        self.operation.label(Error::new(ErrorKind::Deadline, message))
    }
}

impl IntoFuture for Wait {
    type Output = Result<ExecutionStatus>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
