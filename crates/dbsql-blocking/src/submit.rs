//! Submitting a statement, and running one to its end.

use std::sync::Arc;

use dbsql::{Deadline, Instant, Result};

use crate::background::{Afterwards, Background, resolve};
use crate::execution::AsyncExecution;
use crate::results::ResultSet;

/// A call that submits a statement. Nothing is sent before [`submit`](Self::submit).
///
/// The statement is sent once: it is resent only on proof that the server did not accept it. Unless
/// [`allow_direct_result`](Self::allow_direct_result) is set, the server responds at once and there is
/// always a handle.
///
/// ```
/// use std::time::Duration;
///
/// # fn sample(client: dbsql_blocking::Client) -> Result<(), dbsql_blocking::Error> {
/// let query = client
///     .execute_async("SELECT * FROM RANGE(10)")
///     .deadline(Duration::from_secs(30))
///     .cancel_at_deadline()
///     .submit()?;
/// # drop(query); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `submit`"]
pub struct Submit {
    background: Arc<Background>,
    inner: dbsql::Submit,
    until: Option<Instant>,
}

impl Submit {
    pub(crate) fn new(
        background: &Arc<Background>,
        inner: dbsql::Submit,
        deadline: Option<Deadline>,
    ) -> Self {
        let new = Self { background: Arc::clone(background), inner, until: None };
        match deadline {
            Some(deadline) => new.deadline(deadline),
            None => new,
        }
    }

    /// Sets the deadline for the submit. When it passes after the statement was sent, the outcome is
    /// unknown.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        let deadline = deadline.into();
        self.until = resolve(deadline);
        self.inner = self.inner.deadline(deadline);
        self
    }

    /// Cancels the statement when the deadline passes while the response is in flight. After the
    /// submit has returned, nothing cancels the execution. (`cancel_on_drop` in the async API,
    /// where a caller can also drop the submit.)
    pub fn cancel_at_deadline(mut self) -> Self {
        self.inner = self.inner.cancel_on_drop();
        self
    }

    /// Lets the server delay its response for some seconds and, if the statement has ended by then
    /// with a small result, include the result and close the operation. Saves round trips, but then
    /// there is no handle.
    pub fn allow_direct_result(mut self) -> Self {
        self.inner = self.inner.allow_direct_result();
        self
    }

    /// Submits the statement.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) before anything is sent,
    /// [`Rejected`](crate::ErrorKind::Rejected) when the server rejected it (nothing ran),
    /// [`SessionExpired`](crate::ErrorKind::SessionExpired) when the session and its state are gone
    /// (nothing ran), [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) when it was sent and no clear
    /// response was received, [`ResultGone`](crate::ErrorKind::ResultGone) when `close_all` ended its
    /// session in the meantime, [`Deadline`](crate::ErrorKind::Deadline) and
    /// [`Transport`](crate::ErrorKind::Transport) when it was not sent,
    /// [`PermissionDenied`](crate::ErrorKind::PermissionDenied),
    /// [`Config`](crate::ErrorKind::Config) when the background thread cannot be started, and other
    /// [network errors](crate#errors).
    pub fn submit(self) -> Result<AsyncExecution> {
        let site = self.background.enter(Afterwards::Submitted)?;
        let inner = site.run(self.until, self.inner.into_future())?;
        Ok(AsyncExecution::new(self.background, inner))
    }
}

/// A call that runs a statement to its end. Nothing is sent before [`run`](Self::run).
///
/// Works like [`execute_async`](crate::Client::execute_async) with direct results allowed: a small
/// query needs one request. The operation is closed on the server when the [`ResultSet`] is drained
/// or dropped, so it cannot be picked up.
///
/// ```
/// # fn sample(client: dbsql_blocking::Client) -> Result<(), dbsql_blocking::Error> {
/// for batch in client.execute("SELECT 1").run()? {
///     println!("{} rows", batch?.num_rows());
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `run`"]
pub struct Execute {
    background: Arc<Background>,
    inner: dbsql::Execute,
    until: Option<Instant>,
}

impl Execute {
    pub(crate) fn new(
        background: &Arc<Background>,
        inner: dbsql::Execute,
        deadline: Option<Deadline>,
    ) -> Self {
        let new = Self { background: Arc::clone(background), inner, until: None };
        match deadline {
            Some(deadline) => new.deadline(deadline),
            None => new,
        }
    }

    /// Sets the deadline for submitting, waiting and opening the result together.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        let deadline = deadline.into();
        self.until = resolve(deadline);
        self.inner = self.inner.deadline(deadline);
        self
    }

    /// Cancels the statement when the deadline passes before the result is open. (`cancel_on_drop` in the
    /// async API.)
    pub fn cancel_at_deadline(mut self) -> Self {
        self.inner = self.inner.cancel_on_drop();
        self
    }

    #[cfg(feature = "rows")]
    pub(crate) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// Runs the statement and opens its result.
    ///
    /// # Errors
    ///
    /// Those of [`Submit::submit`] and of [`get_results`](AsyncExecution::get_results). The latter are
    /// [`Unsafe`](crate::RetryAdvice::Unsafe) here, since the same call would run the statement again.
    /// After [`Deadline`](crate::ErrorKind::Deadline) the statement continues, unless
    /// [`cancel_at_deadline`](Self::cancel_at_deadline) is set, and only its id is known: use
    /// `execute_async` for statements that may outlive their caller.
    pub fn run(self) -> Result<ResultSet> {
        let site = self.background.enter(Afterwards::Submitted)?;
        let inner = site.run(self.until, self.inner.into_future())?;
        Ok(ResultSet::new(self.background, inner, Afterwards::Executed))
    }
}
