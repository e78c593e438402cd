//! A connection: one session on the server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dbsql_protocol::handle::{ExecutionHandle, QueryId};
use dbsql_runtime::Runtime;

use crate::backend::{Backend, Sending, Session, Submitted, Until};
use crate::call::Call;
use crate::client::Client;
use crate::config::SessionOptions;
use crate::error::RetryAdvice;
use crate::execute::Execute;
use crate::execution::AsyncExecution;
use crate::open_executions::{Ending, OpenExecutions};
use crate::statement::Statement;
use crate::submit::Submit;
use crate::{Error, ErrorKind, Result};

/// One session on the server. Cheap to clone; may be used by many tasks at once.
///
/// Dropping it leaves the session to the server's idle timer, so that executions started here
/// live on; [`close`](Self::close) ends it when none is left.
#[derive(Clone, Debug)]
pub struct Connection {
    client: Client,
    pub(crate) state: Arc<ConnectionState>,
}

/// What a connection's clones and executions share.
#[derive(Debug)]
pub(crate) struct ConnectionState {
    backend: Arc<dyn Backend>,
    runtime: Runtime,
    options: SessionOptions,
    keeps: SessionState,
    session: Mutex<Session>,
    /// One reopening at a time.
    reopening: tokio::sync::Mutex<()>,
    /// How many statements ran that may have changed the session, so that reopening it would lose
    /// something.
    changes: AtomicUsize,
    open: OpenExecutions,
}

/// Whether somebody counts on what statements change in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// A connection: what `USE` or `SET` changed must still be so at the next statement.
    Kept,
    /// The client's own session, for statements that need none.
    NotPromised,
}

/// What became of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Closed {
    /// It is ended.
    Closed,
    /// It was left to the server's idle timer: ending it would have ended executions started here
    /// that are not closed yet.
    LeftOpen {
        /// How many those are.
        executions: usize,
    },
}

/// Opens a session.
pub(crate) async fn connect(
    client: &Client,
    options: SessionOptions,
    keeps: SessionState,
    until: Until,
) -> Result<Arc<ConnectionState>> {
    client.inner.reaper.start();
    let backend = Arc::clone(&client.inner.backend);
    let session = backend.open_session(&options, until).await?;
    Ok(Arc::new(ConnectionState {
        backend,
        runtime: client.inner.runtime.clone(),
        options,
        keeps,
        session: Mutex::new(session),
        reopening: tokio::sync::Mutex::new(()),
        changes: AtomicUsize::new(0),
        open: OpenExecutions::default(),
    }))
}

impl Connection {
    pub(crate) fn new(client: Client, state: Arc<ConnectionState>) -> Self {
        Self { client, state }
    }

    /// Submits a statement in this session and gives its execution back.
    pub fn execute_async(&self, statement: impl Into<Statement>) -> Submit {
        Submit::new(&self.client, Some(&self.state), statement.into())
    }

    /// Runs a statement in this session to its end and gives its result back.
    pub fn execute(&self, statement: impl Into<Statement>) -> Execute {
        Execute::new(&self.client, Some(&self.state), statement.into())
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

    /// The protocol version that the server chose, as its number: 42241 and above are Databricks'
    /// `SPARK_CLI_SERVICE_PROTOCOL_V1` and later, 0 to 9 are Hive's V1 to V10.
    #[must_use]
    pub fn protocol_version(&self) -> i32 {
        match self.state.session() {
            Session::Thrift(session) => session.version(),
        }
    }

    /// Ends the session, unless executions started here are not closed yet: ending it would end
    /// them, so it is left to the server's idle timer then, and the connection stays usable. A
    /// submit that is on its way counts, and so does one whose outcome is unknown: its statement
    /// may run.
    ///
    /// Once the session is ended, a statement on this connection or a clone of it is
    /// [`SessionExpired`](ErrorKind::SessionExpired) and is not sent.
    ///
    /// # Errors
    ///
    /// When awaited: [`Transport`](ErrorKind::Transport), [`Throttled`](ErrorKind::Throttled),
    /// [`Auth`](ErrorKind::Auth), [`Deadline`](ErrorKind::Deadline). A session that is gone
    /// already is closed.
    pub fn close(&self) -> Call<Closed> {
        let state = Arc::clone(&self.state);
        Call::new("close", &self.client.inner.runtime, move |until| async move {
            match state.open.end_unless_open() {
                Ok(ending) => state.end(ending, until).await.map(|()| Closed::Closed),
                Err(executions) => Ok(Closed::LeftOpen { executions }),
            }
        })
    }

    /// Ends the session and with it every execution started in it.
    ///
    /// # Errors
    ///
    /// As for [`close`](Self::close).
    pub fn close_all(&self) -> Call<()> {
        let state = Arc::clone(&self.state);
        Call::new("close_all", &self.client.inner.runtime, move |until| async move {
            state.end(state.open.end(), until).await
        })
    }
}

impl ConnectionState {
    fn session(&self) -> Session {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// That execution is closed.
    pub(crate) fn no_longer_open(&self, query_id: QueryId) {
        self.open.closed(query_id);
    }

    async fn end(&self, ending: Ending, until: Until) -> Result<()> {
        self.backend.close_session(&self.session(), until).await?;
        ending.done();
        Ok(())
    }

    /// Sends a statement, once, and keeps in mind what it leaves open.
    pub(crate) async fn submit(
        &self,
        statement: &Statement,
        sending: &Sending,
        until: Until,
    ) -> Result<Submitted> {
        if self.keeps == SessionState::NotPromised {
            // Nobody ends the client's own session, so nobody asks what is open in it.
            return self.send(statement, sending, until).await;
        }
        let unanswered = self.open.submit(&sending.flight)?;
        let outcome = self.send(statement, sending, until).await;
        match &outcome {
            Ok(submitted) if !submitted.closed => unanswered.started(submitted.handle.query_id()),
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => unanswered.unknown(),
            Ok(_) | Err(_) => unanswered.nothing_open(),
        }
        outcome
    }

    /// A session that is gone is reopened, once, when nothing that could have changed it has run:
    /// the server refused the statement, so it did not run either.
    async fn send(
        &self,
        statement: &Statement,
        sending: &Sending,
        until: Until,
    ) -> Result<Submitted> {
        let session = self.session();
        // Counted before sending: the statement may run although its answer is lost.
        let own = usize::from(!statement.leaves_session_alone());
        self.changes.fetch_add(own, Ordering::AcqRel);
        let refused = match self.backend.submit(&session, statement, sending, until).await {
            Err(error) if error.kind() == ErrorKind::SessionExpired => error,
            other => return other,
        };
        // Looked at now, not before: another statement may have changed it in the meantime.
        let others = self.changes.load(Ordering::Acquire).saturating_sub(own);
        if self.keeps == SessionState::Kept && others > 0 {
            return Err(refused);
        }
        sending.flight.returns();
        let session = self.reopen(&session, until).await.map_err(Error::before_submit)?;
        self.backend.submit(&session, statement, sending, until).await
    }

    /// A new session in place of a lost one; by whoever comes first, for all.
    async fn reopen(&self, lost: &Session, until: Until) -> Result<Session> {
        let turn = self.runtime.timeout_at(until, self.reopening.lock()).await;
        let _one_at_a_time = turn.map_err(|error| {
            let message = "the deadline passed while the session was being reopened";
            Error::new(ErrorKind::Deadline, message)
                .with_retry(RetryAdvice::SafeToResubmit)
                .with_next_step("the statement did not run: submit it again")
                .with_source(error)
        })?;
        let current = self.session();
        if !current.is_same(lost) {
            return Ok(current);
        }
        tracing::debug!("the session is gone; opening another");
        let session = self.backend.open_session(&self.options, until).await?;
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = session.clone();
        Ok(session)
    }
}
