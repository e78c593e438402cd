//! Running a statement to its end: submit, wait and open the result in one call.

use std::future::IntoFuture;

use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use super::{SessionSource, Submit};
use crate::deadline::{Deadline, resolve};
use crate::execution::AsyncExecution;
use crate::operation::abandon::CancelOnDrop;
use crate::results::{Owner, ResultSet};
use crate::statement::Statement;
use crate::{Error, ErrorKind, Result};

/// A call that runs a statement to its end. Nothing is sent before `.await`.
///
/// Works like [`execute_async`](crate::Client::execute_async) with direct results allowed: one
/// request for a small query. The operation is closed on the server when the [`ResultSet`] is
/// drained or dropped, so it cannot be picked up.
///
/// # Errors
///
/// When awaited: those of [`Submit`] and of [`get_results`](AsyncExecution::get_results). The
/// latter are [`Unsafe`](crate::RetryAdvice::Unsafe) here, since the same call would run the
/// statement again. After [`Deadline`](crate::ErrorKind::Deadline) the statement continues and only
/// its id is left: use `execute_async` for statements that may outlive their caller.
///
/// # Cancel safety
///
/// Dropping the future leaves a statement that was sent running, unless
/// [`cancel_on_drop`](Self::cancel_on_drop) is set. A statement that was not sent never is.
///
/// # Examples
///
/// ```
/// use dbsql_core::Client;
///
/// # async fn sample(client: Client) -> Result<(), dbsql_core::Error> {
/// let batches = client.execute("SELECT 1").await?.fetch_all().await?;
/// # drop(batches); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Execute {
    submit: Submit,
    cancel_on_drop: bool,
    until: Option<Instant>,
}

impl Execute {
    pub(crate) fn new(session: SessionSource, statement: Statement) -> Self {
        let submit = Submit::new(session, statement).allow_direct_result();
        Self { submit, cancel_on_drop: false, until: None }
    }

    /// Sets the deadline for submitting, waiting and opening the result together.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.until = resolve(deadline.into(), &self.submit.engine().runtime);
        self
    }

    /// Cancels the statement when this future is dropped, or its deadline passes, before the result is
    /// open.
    pub fn cancel_on_drop(mut self) -> Self {
        self.cancel_on_drop = true;
        self
    }

    #[cfg(feature = "rows")]
    pub(crate) fn until(&self) -> Option<Instant> {
        self.until
    }

    async fn run(self) -> Result<ResultSet> {
        let Self { mut submit, cancel_on_drop, until } = self;
        if let Some(until) = until {
            submit = submit.deadline(until);
        }
        if cancel_on_drop {
            submit = submit.cancel_on_drop();
        }
        submit.observe("execute", |submit| Self::to_result(submit, cancel_on_drop, until)).await
    }

    async fn to_result(
        submit: Submit,
        cancel_on_drop: bool,
        until: Option<Instant>,
    ) -> Result<ResultSet> {
        let operation = submit.dispatch().await?;
        let guard = cancel_on_drop.then(|| CancelOnDrop::new(&operation));
        let execution = AsyncExecution::new(operation.clone());
        let opened = execution.open_results(0, Owner::Result, until).await;
        let too_late = matches!(&opened, Err(error) if error.kind() == ErrorKind::Deadline);
        match guard {
            Some(guard) if !too_late => guard.disarm(),
            _ => {}
        }
        if opened.is_err() && operation.last_status().is_terminal() {
            // No one else has its handle. A statement that still runs is left alone.
            operation.close_later();
        }
        opened.map_err(Error::after_submit)
    }
}

impl IntoFuture for Execute {
    type Output = Result<ResultSet>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
