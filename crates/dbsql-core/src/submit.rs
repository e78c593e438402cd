//! Submitting a statement.

mod execute;

use std::future::{IntoFuture, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use dbsql_runtime::Instant;
use dbsql_transport::{BoxFuture, RequestSent};
use tokio::sync::oneshot;
use tracing::Instrument;

pub use self::execute::Execute;
use crate::backend::{DirectResult, Sending};
use crate::client::Client;
use crate::deadline::{Deadline, resolve};
use crate::execution::AsyncExecution;
use crate::http::flight::Flight;
use crate::operation::{LATE_WORK, Operation, statement_span};
use crate::session::ManagedSession;
use crate::statement::Statement;
use crate::{Error, ErrorKind, Result};

/// A statement about to be submitted. Nothing is sent before `.await`.
///
/// The statement is sent once: again only when it is certain that the server did not take it.
/// Unless [`allow_direct_result`](Self::allow_direct_result) is asked for, the answer comes at
/// once and there is always a handle.
///
/// Dropping the future while the answer is on its way leaves a statement that may run and that
/// nobody holds a handle of; with [`cancel_on_drop`](Self::cancel_on_drop) it is canceled as soon
/// as the answer is there.
///
/// # Errors
///
/// When awaited: [`InvalidInput`](ErrorKind::InvalidInput) before anything is sent,
/// [`Rejected`](ErrorKind::Rejected) when the server refused it (nothing ran),
/// [`SessionExpired`](ErrorKind::SessionExpired) when the session and its state are gone (nothing
/// ran), [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) when it was sent and no clear answer came
/// back, [`Deadline`](ErrorKind::Deadline) and [`Transport`](ErrorKind::Transport) when it was
/// not sent, [`Throttled`](ErrorKind::Throttled), [`Auth`](ErrorKind::Auth),
/// [`PermissionDenied`](ErrorKind::PermissionDenied).
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Submit {
    client: Client,
    session: Option<Arc<ManagedSession>>,
    statement: Statement,
    sending: Sending,
    cancel_on_drop: bool,
    until: Option<Instant>,
}

impl Submit {
    pub(crate) fn new(
        client: &Client,
        session: Option<&Arc<ManagedSession>>,
        statement: Statement,
    ) -> Self {
        Self {
            client: client.clone(),
            session: session.cloned(),
            statement,
            sending: Sending::default(),
            cancel_on_drop: false,
            until: None,
        }
    }

    /// Until when the submit may take. When it passes after the statement was sent, the outcome is
    /// unknown.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.until = resolve(deadline.into(), &self.client.inner.engine.runtime);
        self
    }

    /// Cancels the statement when this future is dropped before it is ready, also while the answer
    /// is still on its way. Once it is ready, the execution is yours and nothing cancels it.
    pub fn cancel_on_drop(mut self) -> Self {
        self.cancel_on_drop = true;
        self
    }

    /// Lets the server hold its answer for some seconds and, when the statement is done by then
    /// and its result is small, send the result with it and close the operation. Saves round
    /// trips; there may be no handle then.
    pub fn allow_direct_result(mut self) -> Self {
        self.sending.direct = DirectResult::Allowed;
        self
    }

    pub(crate) async fn run(mut self) -> Result<AsyncExecution> {
        // Clones of a builder are submits of their own.
        self.sending.flight = Flight::default();
        if !self.cancel_on_drop {
            return self.send().await;
        }
        // The exchange lives in a task of the client's, so that it comes to its end although this
        // future is dropped; whoever finds nobody waiting for the answer cancels the statement.
        let (mut answer, answered) = oneshot::channel();
        let reaper = &self.client.inner.engine.reaper;
        reaper.start();
        let mut pending = PendingSubmit { answered, unclaimed: true };
        let flight = self.sending.flight.clone();
        reaper.sender().later(async move {
            let Some(sent) = while_wanted(&mut answer, &flight, self.send()).await else { return };
            if let Err(Ok(execution)) = answer.send(sent) {
                cancel_and_close(&execution).await;
            }
        });
        pending.answer().await
    }

    async fn send(self) -> Result<AsyncExecution> {
        self.client.inner.engine.reaper.start();
        let span = statement_span();
        let sent = async {
            self.statement.check()?;
            let session = match self.session {
                Some(session) => session,
                None => {
                    let session = self.client.shared_session(self.until).await;
                    session.map_err(Error::before_submit)?
                }
            };
            let submitted = session.submit(&self.statement, &self.sending, self.until).await?;
            Ok((session, submitted))
        };
        let (session, submitted) = sent.instrument(span.clone()).await?;
        let engine = Arc::clone(&session.engine);
        let backend = Arc::clone(session.backend());
        let operation =
            Operation::submitted(engine, backend, submitted, session.open.clone(), span);
        Ok(AsyncExecution::new(operation))
    }
}

/// Carries a submit out. Gives it up, with `None`, when nobody waits for its answer any more and
/// the server certainly does not have the statement: not yet, or not after the last attempt.
async fn while_wanted<T>(
    answer: &mut oneshot::Sender<T>,
    flight: &Flight,
    submit: impl Future<Output = T> + Send,
) -> Option<T> {
    let mut submit = pin!(submit);
    poll_fn(|cx| {
        let unwanted = answer.poll_closed(cx).is_ready();
        if unwanted && flight.request_sent() == RequestSent::No {
            return Poll::Ready(None);
        }
        submit.as_mut().poll(cx).map(Some)
    })
    .await
}

/// The caller's end of a submit that is canceled when nobody waits for it any more.
struct PendingSubmit {
    answered: oneshot::Receiver<Result<AsyncExecution>>,
    unclaimed: bool,
}

impl PendingSubmit {
    async fn answer(&mut self) -> Result<AsyncExecution> {
        let answer = (&mut self.answered).await;
        self.unclaimed = false;
        answer.unwrap_or_else(|error| {
            let message = "the async runtime shut down while the statement was being submitted";
            Err(Error::new(ErrorKind::OutcomeUnknown, message).with_source(error))
        })
    }
}

impl Drop for PendingSubmit {
    fn drop(&mut self) {
        if !self.unclaimed {
            return;
        }
        // The answer may have come between the last poll and now.
        self.answered.close();
        if let Ok(Ok(execution)) = self.answered.try_recv() {
            cancel_later(&execution);
        }
    }
}

/// Has the execution canceled and closed by the reaper, without waiting for it.
pub(crate) fn cancel_later(execution: &AsyncExecution) {
    let execution = execution.clone();
    let reaper = execution.operation.engine.reaper.sender();
    reaper.later(async move { cancel_and_close(&execution).await });
}

async fn cancel_and_close(execution: &AsyncExecution) {
    if let Err(error) = execution.cancel().deadline(LATE_WORK).await {
        tracing::warn!(%error, "the statement of a dropped submit could not be canceled");
    }
    if let Err(error) = execution.close().deadline(LATE_WORK).await {
        tracing::debug!(%error, "the operation of a dropped submit could not be closed");
    }
}

impl IntoFuture for Submit {
    type Output = Result<AsyncExecution>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
