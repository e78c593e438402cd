//! The effects of dropping a future or a handle.
//!
//! | Dropped | Effect |
//! |---|---|
//! | a call, a wait, a stream of changes | the statement continues, nothing more is sent |
//! | a submit in flight | the permission to send is revoked; a statement that was sent continues, and its response is read for a few seconds and discarded |
//! | the same after `cancel_on_drop` | nothing runs if the permission was revoked in time; otherwise the statement is canceled and closed as soon as its response names it ([`Unclaimed`]) |
//! | an `execute` in flight after its statement was accepted | the statement continues; after `cancel_on_drop` it is canceled and closed ([`CancelOnDrop`]) |
//! | the result of an `execute` | its operation is closed ([`Operation::close_later`]) |
//! | the result of `get_results`, an execution | nothing: other holders of the handle may continue |
//! | a connection | its session is left to the server's idle timer |
//!
//! `Drop` only adds late work to the queue of the engine, so it works outside a runtime too.

use std::sync::Arc;

use dbsql_transport::RequestSent;
use tokio::sync::oneshot;

use super::Operation;
use crate::engine::LATE_WORK_LIMIT;
use crate::http::flight::Flight;
use crate::{Error, ErrorKind, Result, RetryAdvice};

impl Operation {
    /// Queues closing the operation, unless it is closed, without waiting for it.
    pub(crate) fn close_later(self: &Arc<Self>) {
        // Its result is not kept, so it must not keep its session open until then.
        self.forget_in_session();
        if self.closed_at_submit {
            return;
        }
        let this = Arc::clone(self);
        self.engine.reaper.later(move || {
            let this = Arc::clone(&this);
            Box::pin(async move {
                let until = this.engine.runtime.now().checked_add(LATE_WORK_LIMIT);
                if let Err(error) = this.in_call("close", this.close(until)).await {
                    tracing::debug!(%error, "a late close failed and is left to the server's idle timer");
                }
            })
        });
    }

    /// Queues canceling the statement and closing its operation, without waiting for it.
    pub(crate) fn cancel_later(self: &Arc<Self>) {
        let this = Arc::clone(self);
        self.engine.reaper.later(move || {
            let this = Arc::clone(&this);
            Box::pin(async move { this.cancel_and_close().await })
        });
    }

    async fn cancel_and_close(&self) {
        let until = || self.engine.runtime.now().checked_add(LATE_WORK_LIMIT);
        if let Err(error) = self.in_call("cancel", self.cancel(until())).await {
            tracing::warn!(%error, "failed to cancel an abandoned statement");
        }
        if let Err(error) = self.in_call("close", self.close(until())).await {
            tracing::debug!(%error, "failed to close an abandoned operation");
        }
    }
}

/// Cancels the statement on drop.
#[derive(Debug)]
pub(crate) struct CancelOnDrop(Option<Arc<Operation>>);

impl CancelOnDrop {
    pub(crate) fn new(operation: &Arc<Operation>) -> Self {
        Self(Some(Arc::clone(operation)))
    }

    /// Keeps the statement running.
    pub(crate) fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(operation) = &self.0 {
            operation.cancel_later();
        }
    }
}

/// The caller's end of a submit that is canceled on drop. The submit itself is an owned task, which
/// completes even if this is dropped.
pub(crate) struct Unclaimed {
    answer: oneshot::Receiver<Result<Arc<Operation>>>,
    flight: Flight,
}

impl Unclaimed {
    pub(crate) fn new(answer: oneshot::Receiver<Result<Arc<Operation>>>, flight: Flight) -> Self {
        Self { answer, flight }
    }

    /// Waits for the response. Cancel-safe: the response is kept until it is taken.
    pub(crate) async fn answer(&mut self) -> Result<Arc<Operation>> {
        (&mut self.answer).await.unwrap_or_else(|error| Err(self.lost().with_source(error)))
    }

    /// The error when the task of the submit is no longer running.
    pub(crate) fn lost(&self) -> Error {
        let message =
            "the async runtime in which the statement was being submitted is gone or idle";
        match self.flight.give_up() {
            RequestSent::Maybe => Error::new(ErrorKind::OutcomeUnknown, message),
            RequestSent::No => Error::new(ErrorKind::Transport, message)
                .with_retry(RetryAdvice::SafeToResubmit)
                .with_next_step("the statement was not sent: submit it again"),
        }
    }
}

impl Drop for Unclaimed {
    fn drop(&mut self) {
        // A statement that was not sent never will be. Otherwise the task finds the channel closed,
        // and cancels; the response may have arrived between the last poll and now.
        self.flight.give_up();
        self.answer.close();
        if let Ok(Ok(operation)) = self.answer.try_recv() {
            operation.cancel_later();
        }
    }
}

/// Delivers the response of a submit to the caller, or cancels the statement when the caller is gone.
pub(crate) fn deliver(
    caller: oneshot::Sender<Result<Arc<Operation>>>,
    answer: Result<Arc<Operation>>,
) {
    if let Err(Ok(unclaimed)) = caller.send(answer) {
        // Not here: this runtime may be gone before the server has responded.
        unclaimed.cancel_later();
    }
}
