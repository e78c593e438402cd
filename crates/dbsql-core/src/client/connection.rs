//! A connection: one session on the server.

use std::sync::Arc;

use dbsql_protocol::handle::ExecutionHandle;

use super::Client;
use crate::Result;
use crate::backend::Until;
use crate::call::Call;
use crate::execution::AsyncExecution;
use crate::session::ManagedSession;
use crate::statement::Statement;
use crate::submit::{Execute, SessionSource, Submit};
use crate::telemetry::CallInfo;

/// One session on the server. Cheap to clone; may be used by many tasks at once.
///
/// Dropping it leaves the session to the server's idle timer, so that executions started in it
/// continue; [`close`](Self::close) ends the session when none is left.
///
/// ```
/// # async fn sample(client: dbsql_core::Client) -> Result<(), dbsql_core::Error> {
/// let connection = client.connect().await?;
/// connection.execute("USE SCHEMA main.sales").await?;
/// let query = connection.execute_async("SELECT * FROM orders").await?;
/// # drop(query);
/// connection.close().await?; // leaves the session open, since closing it would end the query
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "dropping it leaves its session to the server's idle timer"]
pub struct Connection {
    client: Client,
    session: Arc<ManagedSession>,
}

/// The outcome of closing a connection.
///
/// ```
/// use dbsql_core::CloseOutcome;
///
/// # async fn sample(connection: dbsql_core::Connection) -> Result<(), dbsql_core::Error> {
/// if let CloseOutcome::LeftOpen { executions } = connection.close().await? {
///     println!("{executions} executions are not closed");
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseOutcome {
    /// The session was ended.
    Closed,
    /// The session was left to the server's idle timer: ending it would have ended executions
    /// started in it that are not closed yet.
    LeftOpen {
        /// The number of executions that are not closed yet.
        executions: usize,
    },
}

impl Connection {
    pub(crate) fn new(client: Client, session: Arc<ManagedSession>) -> Self {
        Self { client, session }
    }

    pub(super) fn session(&self) -> &Arc<ManagedSession> {
        &self.session
    }

    /// Submits a statement in this session and returns its execution.
    pub fn execute_async(&self, statement: impl Into<Statement>) -> Submit {
        Submit::new(SessionSource::Own(Arc::clone(&self.session)), statement.into())
    }

    /// Runs a statement in this session to its end and returns its result.
    pub fn execute(&self, statement: impl Into<Statement>) -> Execute {
        Execute::new(SessionSource::Own(Arc::clone(&self.session)), statement.into())
    }

    /// Picks up an execution by its handle, like [`Client::get_async_execution`]: this needs no
    /// session.
    ///
    /// # Errors
    ///
    /// When awaited: as for [`Client::get_async_execution`].
    pub fn get_async_execution(&self, handle: ExecutionHandle) -> Call<AsyncExecution> {
        self.client.get_async_execution(handle)
    }

    fn call<T, F>(
        &self,
        name: &'static str,
        start: impl FnOnce(Until) -> F + Send + 'static,
    ) -> Call<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let info = CallInfo::new(name).namespace(self.session.namespace.clone());
        Call::observed(info, &self.client.inner.engine, start)
    }

    /// Returns the client that this connection belongs to.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Ends the session, unless executions started in it are not closed yet: ending it would end
    /// them, so it is left to the server's idle timer, and the connection remains usable. A submit in
    /// flight counts, and so does one whose outcome is unknown, since its statement may run. An
    /// execution that ended without a result does not count.
    ///
    /// After the session has ended, a statement on this connection or a clone of it is
    /// [`SessionExpired`](crate::ErrorKind::SessionExpired) and is not sent. Dropping the call may
    /// leave the session open; it may be called again.
    ///
    /// # Errors
    ///
    /// When awaited: [`Transport`](crate::ErrorKind::Transport),
    /// [`Throttled`](crate::ErrorKind::Throttled), [`Auth`](crate::ErrorKind::Auth),
    /// [`Deadline`](crate::ErrorKind::Deadline). A session that the server no longer knows counts as
    /// closed.
    pub fn close(&self) -> Call<CloseOutcome> {
        let session = Arc::clone(&self.session);
        self.call("close_connection", move |until| async move {
            match session.open.end_unless_open() {
                Ok(ending) => session.end(ending, until).await.map(|()| CloseOutcome::Closed),
                Err(executions) => Ok(CloseOutcome::LeftOpen { executions }),
            }
        })
    }

    /// Ends the session and with it every execution started in it.
    ///
    /// A submit in flight gets [`ResultGone`](crate::ErrorKind::ResultGone) when its statement was
    /// accepted, and so ended with the session.
    ///
    /// # Errors
    ///
    /// As for [`close`](Self::close).
    pub fn close_all(&self) -> Call<()> {
        let session = Arc::clone(&self.session);
        self.call(
            "close_all",
            move |until| async move { session.end(session.open.end(), until).await },
        )
    }
}
