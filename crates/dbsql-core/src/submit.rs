//! Submitting a statement.

mod execute;

use std::future::IntoFuture;
use std::pin::pin;
use std::sync::Arc;

use dbsql_runtime::Instant;
use dbsql_transport::{BoxFuture, RequestSent};
use tokio::sync::oneshot;
use tracing::Instrument;

pub use self::execute::Execute;
use crate::backend::{DirectResult, Sending};
use crate::config::SessionOptions;
use crate::deadline::{Deadline, resolve};
use crate::engine::Engine;
use crate::error::RetryAdvice;
use crate::execution::AsyncExecution;
use crate::http::attempt::no_runtime;
use crate::http::flight::Flight;
use crate::operation::Operation;
use crate::operation::abandon::{Unclaimed, deliver};
use crate::session::ManagedSession;
use crate::session::shared::SharedSession;
use crate::statement::Statement;
use crate::submit_nonce;
use crate::telemetry::CallInfo;
use crate::{Error, ErrorKind, Result};

/// A call that submits a statement. Nothing is sent before `.await`.
///
/// The statement is sent once: it is resent only on proof that the server did not accept it.
/// Unless [`allow_direct_result`](Self::allow_direct_result) is set, the server responds at once and
/// there is always a handle.
///
/// # Errors
///
/// When awaited: [`InvalidInput`](ErrorKind::InvalidInput) before anything is sent,
/// [`Rejected`](ErrorKind::Rejected) when the server rejected it (nothing ran),
/// [`SessionExpired`](ErrorKind::SessionExpired) when the session and its state are gone (nothing
/// ran), [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) when it was sent and no clear response was
/// received, [`ResultGone`](ErrorKind::ResultGone) when `close_all` ended its session meanwhile,
/// [`Deadline`](ErrorKind::Deadline) and [`Transport`](ErrorKind::Transport) when it was not sent,
/// [`Throttled`](ErrorKind::Throttled), [`Auth`](ErrorKind::Auth),
/// [`PermissionDenied`](ErrorKind::PermissionDenied), and [`Config`](ErrorKind::Config) outside a
/// tokio runtime.
///
/// # Cancel safety
///
/// Dropping the future before the statement was sent means that it is never sent. Dropping it later
/// leaves a statement that may run and whose handle is lost; with
/// [`cancel_on_drop`](Self::cancel_on_drop) it is canceled as soon as the response names it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use dbsql_core::Client;
///
/// # async fn sample(client: Client) -> Result<(), dbsql_core::Error> {
/// let query = client
///     .execute_async("SELECT * FROM RANGE(10)")
///     .deadline(Duration::from_secs(30))
///     .cancel_on_drop()
///     .await?;
/// # drop(query); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Submit {
    session: SessionSource,
    statement: Statement,
    sending: Sending,
    cancel_on_drop: bool,
    until: Option<Instant>,
}

/// The session that a statement runs in.
#[derive(Clone, Debug)]
pub(crate) enum SessionSource {
    /// The session of a connection.
    Own(Arc<ManagedSession>),
    /// The client's own session.
    Shared(SharedSession),
}

impl SessionSource {
    fn engine(&self) -> &Arc<Engine> {
        match self {
            Self::Own(session) => &session.engine,
            Self::Shared(shared) => shared.engine(),
        }
    }

    /// The initial catalog and schema, as telemetry names them.
    fn namespace(&self) -> Option<Arc<str>> {
        match self {
            Self::Own(session) => session.namespace.clone(),
            Self::Shared(shared) => shared.engine().telemetry.namespace(),
        }
    }

    fn options(&self) -> &SessionOptions {
        match self {
            Self::Own(session) => &session.options,
            Self::Shared(shared) => &shared.engine().defaults.session,
        }
    }
}

impl Submit {
    pub(crate) fn new(session: SessionSource, statement: Statement) -> Self {
        Self { session, statement, sending: Sending::default(), cancel_on_drop: false, until: None }
    }

    /// Sets the deadline for the submit. When it passes after the statement was sent, the outcome
    /// is unknown.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.until = resolve(deadline.into(), &self.session.engine().runtime);
        self
    }

    /// Cancels the statement if this future is dropped, or its deadline passes, before it
    /// completes, including while the response is in flight. Once the future has completed, nothing
    /// cancels the execution.
    pub fn cancel_on_drop(mut self) -> Self {
        self.cancel_on_drop = true;
        self
    }

    /// Lets the server hold its response for some seconds and, if the statement has ended by then
    /// and its result is small, send the result with it and close the operation. This saves round
    /// trips, but then there is no handle.
    pub fn allow_direct_result(mut self) -> Self {
        self.sending.direct = DirectResult::Allowed;
        self
    }

    pub(super) fn engine(&self) -> &Arc<Engine> {
        self.session.engine()
    }

    /// Carries out a call that sends the statement, and is named so.
    async fn observe<T, F: Future<Output = Result<T>>>(
        self,
        name: &'static str,
        work: impl FnOnce(Self) -> F,
    ) -> Result<T> {
        let telemetry = self.engine().telemetry.clone();
        let info = CallInfo::new(name).namespace(self.session.namespace());
        let observation = telemetry.begin(&info.statement(&self.statement.text));
        observation.finish(work(self)).await
    }

    pub(super) async fn dispatch(mut self) -> Result<Arc<Operation>> {
        let engine = Arc::clone(self.session.engine());
        engine.enter()?;
        self.statement.query_tags.add_missing(&self.session.options().query_tags);
        if engine.defaults.submit_nonces && self.statement.submit_nonce.is_none() {
            self.statement.submit_nonce = Some(submit_nonce::generate(&engine.runtime)?);
        }
        self.statement.check()?;
        let nonce = self.statement.submit_nonce.clone();
        // Clones of a builder are separate submits.
        self.sending.flight = Flight::default();
        let sent =
            if self.cancel_on_drop { self.dispatch_owned().await } else { self.carry_out().await };
        sent.map_err(|error| engine.label(error, None).with_submit_nonce(nonce))
    }

    /// Submits in a task of the client, which completes even when this future is dropped: then it
    /// cancels the statement.
    async fn dispatch_owned(mut self) -> Result<Arc<Operation>> {
        let engine = Arc::clone(self.session.engine());
        let here = engine.runtime.current().map_err(no_runtime)?;
        let tasks = engine.tasks.get_or_make(&engine.runtime, || engine.runtime.tasks());
        let tasks = tasks.map_err(no_runtime)?;
        let flight = self.sending.flight.clone();
        // The deadline is the caller's. The task waits for the response beyond it, to cancel.
        let until = self.until.take();
        let unfinished = engine.reaper.unfinished();
        let (caller, answer) = oneshot::channel();
        let mut unclaimed = Unclaimed::new(answer, flight.clone());
        let in_task = flight.clone();
        tasks.spawn(
            async move {
                let _unfinished = unfinished;
                let mut caller = caller;
                let mut sending = pin!(self.carry_out());
                let answer = tokio::select! {
                    biased;
                    answer = &mut sending => answer,
                    () = caller.closed() => match in_task.give_up() {
                        // It never runs, so there is no response to wait for.
                        RequestSent::No => return,
                        RequestSent::Maybe => sending.await,
                    },
                };
                deliver(caller, answer);
            }
            .in_current_span(),
        );
        let answer = engine.runtime.while_in(here, unclaimed.answer());
        match engine.runtime.timeout_at(until, answer).await {
            Ok(Some(answer)) => answer,
            Ok(None) => Err(unclaimed.lost()),
            Err(elapsed) => Err(match flight.give_up() {
                RequestSent::No => {
                    let message = "the deadline passed before the statement was sent";
                    Error::new(ErrorKind::Deadline, message)
                        .with_retry(RetryAdvice::SafeToResubmit)
                        .with_next_step("the statement was not sent: submit it again")
                }
                RequestSent::Maybe => {
                    let message = "the deadline passed before the response to the submit: the \
                                   statement is canceled as soon as its answer names it";
                    Error::new(ErrorKind::OutcomeUnknown, message)
                }
            }
            .with_source(elapsed)),
        }
    }

    /// Submits the statement in its session. For the client's own session, which `shutdown` may have
    /// closed in between, opens another one.
    async fn carry_out(self) -> Result<Arc<Operation>> {
        let sent = async {
            loop {
                let session = match &self.session {
                    SessionSource::Own(session) => Arc::clone(session),
                    SessionSource::Shared(shared) => {
                        shared.get(self.until).await.map_err(Error::before_submit)?
                    }
                };
                let sent = session.run_statement(&self.statement, &self.sending, self.until).await;
                match (sent, &self.session) {
                    // `shutdown` closed the client's session in between: open another one.
                    (Err(error), SessionSource::Shared(_))
                        if error.kind() == ErrorKind::SessionExpired && session.open.is_ended() => {
                    }
                    (sent, _) => return Ok::<_, Error>((session, sent?)),
                }
            }
        };
        let (session, submitted) = sent.await?;
        let engine = Arc::clone(&session.engine);
        let backend = Arc::clone(engine.backends.of(&submitted.target.handle)?);
        let open = session.open.clone();
        let namespace = self.session.namespace();
        Ok(Arc::new(Operation::submitted(engine, backend, submitted, open, namespace)))
    }
}

impl IntoFuture for Submit {
    type Output = Result<AsyncExecution>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let submit = |this: Self| async { this.dispatch().await.map(AsyncExecution::new) };
        Box::pin(self.observe("execute_async", submit))
    }
}
