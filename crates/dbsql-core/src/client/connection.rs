//! A connection: one session on the server.

use std::sync::Arc;

use dbsql_protocol::handle::ExecutionHandle;

use super::Client;
use crate::call::Call;
use crate::execution::AsyncExecution;
use crate::session::ManagedSession;
use crate::statement::Statement;
use crate::submit::{Execute, SessionSource, Submit};

/// One session on the server. Cheap to clone; may be used by many tasks at once.
///
/// Dropping it leaves the session to the server's idle timer, so that executions started here
/// live on; [`close`](Self::close) ends it when none is left.
#[derive(Clone, Debug)]
pub struct Connection {
    client: Client,
    session: Arc<ManagedSession>,
}

/// What became of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseOutcome {
    /// It is ended.
    Closed,
    /// It was left to the server's idle timer: ending it would have ended executions started here
    /// that are not closed yet.
    LeftOpen {
        /// How many those are.
        executions: usize,
    },
}

impl Connection {
    pub(crate) fn new(client: Client, session: Arc<ManagedSession>) -> Self {
        Self { client, session }
    }

    /// Submits a statement in this session and gives its execution back.
    pub fn execute_async(&self, statement: impl Into<Statement>) -> Submit {
        Submit::new(SessionSource::Own(Arc::clone(&self.session)), statement.into())
    }

    /// Runs a statement in this session to its end and gives its result back.
    pub fn execute(&self, statement: impl Into<Statement>) -> Execute {
        Execute::new(SessionSource::Own(Arc::clone(&self.session)), statement.into())
    }

    /// The same call as [`Client::get_async_execution`]: picking up needs no session.
    pub fn get_async_execution(&self, handle: ExecutionHandle) -> Call<AsyncExecution> {
        self.client.get_async_execution(handle)
    }

    /// The client that this connection belongs to.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Ends the session, unless executions started here are not closed yet: ending it would end
    /// them, so it is left to the server's idle timer then, and the connection stays usable. A
    /// submit that is on its way counts, and so does one whose outcome is unknown: its statement
    /// may run.
    ///
    /// Once the session is ended, a statement on this connection or a clone of it is
    /// [`SessionExpired`](crate::ErrorKind::SessionExpired) and is not sent.
    ///
    /// # Errors
    ///
    /// When awaited: [`Transport`](crate::ErrorKind::Transport), [`Throttled`](crate::ErrorKind::Throttled),
    /// [`Auth`](crate::ErrorKind::Auth), [`Deadline`](crate::ErrorKind::Deadline). A session that is gone
    /// already is closed.
    pub fn close(&self) -> Call<CloseOutcome> {
        let session = Arc::clone(&self.session);
        Call::new("close", &self.client.inner.engine, move |until| async move {
            match session.open.end_unless_open() {
                Ok(ending) => session.end(ending, until).await.map(|()| CloseOutcome::Closed),
                Err(executions) => Ok(CloseOutcome::LeftOpen { executions }),
            }
        })
    }

    /// Ends the session and with it every execution started in it.
    ///
    /// # Errors
    ///
    /// As for [`close`](Self::close).
    pub fn close_all(&self) -> Call<()> {
        let session = Arc::clone(&self.session);
        Call::new("close_all", &self.client.inner.engine, move |until| async move {
            session.end(session.open.end(), until).await
        })
    }
}
