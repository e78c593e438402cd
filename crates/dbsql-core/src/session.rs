//! A session on the server that is reopened when it is lost, and what is open in it.

pub(crate) mod open_executions;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use self::open_executions::{Ending, OpenExecutions};
use crate::backend::{Backend, Sending, Session, Submitted, Until};
use crate::config::SessionOptions;
use crate::engine::Engine;
use crate::error::RetryAdvice;
use crate::statement::Statement;
use crate::{Error, ErrorKind, Result};

/// A session and what it takes to open it again.
#[derive(Debug)]
pub(crate) struct ManagedSession {
    pub(crate) engine: Arc<Engine>,
    backend: Arc<dyn Backend>,
    options: SessionOptions,
    state: SessionState,
    session: Mutex<Session>,
    /// One reopening at a time.
    reopening: tokio::sync::Mutex<()>,
    /// How many statements ran that may have changed the session, so that reopening it would lose
    /// something.
    changes: AtomicUsize,
    pub(crate) open: OpenExecutions,
}

/// Whether callers count on what statements change in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// A connection: what `USE` or `SET` changed must still be so at the next statement.
    Stateful,
    /// The client's own session, for statements that need none.
    Stateless,
}

impl ManagedSession {
    /// Opens a session.
    pub(crate) async fn open(
        engine: &Arc<Engine>,
        options: SessionOptions,
        state: SessionState,
        until: Until,
    ) -> Result<Arc<Self>> {
        engine.reaper.start();
        let backend = Arc::clone(engine.backends.preferred());
        let opened = backend.open_session(&options, until).await;
        let session = opened.map_err(|error| engine.label(error, None))?;
        Ok(Arc::new(Self {
            engine: Arc::clone(engine),
            backend,
            options,
            state,
            session: Mutex::new(session),
            reopening: tokio::sync::Mutex::new(()),
            changes: AtomicUsize::new(0),
            open: OpenExecutions::default(),
        }))
    }

    pub(crate) fn backend(&self) -> &Arc<dyn Backend> {
        &self.backend
    }

    fn session(&self) -> Session {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the session on the server.
    pub(crate) async fn end(&self, ending: Ending, until: Until) -> Result<()> {
        let closed = self.backend.close_session(&self.session(), until).await;
        closed.map_err(|error| self.engine.label(error, None))?;
        ending.done();
        Ok(())
    }

    /// Sends a statement, once, and remembers what it leaves open.
    pub(crate) async fn submit(
        &self,
        statement: &Statement,
        sending: &Sending,
        until: Until,
    ) -> Result<Submitted> {
        if self.state == SessionState::Stateless {
            // Nobody ends the client's own session, so nobody asks what is open in it.
            return self.send(statement, sending, until).await;
        }
        let unanswered = self.open.submit(&sending.flight)?;
        let outcome = self.send(statement, sending, until).await;
        match &outcome {
            Ok(submitted) if !submitted.closed => unanswered.started(submitted.target.query_id()),
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
        let submitted = self.backend.submit(Some(&session), statement, sending, until).await;
        let refused = match submitted.map_err(|error| self.engine.label(error, None)) {
            Err(error) if error.kind() == ErrorKind::SessionExpired => error,
            other => return other,
        };
        // Looked at now, not before: another statement may have changed it in the meantime.
        let others = self.changes.load(Ordering::Acquire).saturating_sub(own);
        if self.state == SessionState::Stateful && others > 0 {
            return Err(refused);
        }
        sending.flight.returns();
        let session = self.reopen(&session, until).await.map_err(Error::before_submit)?;
        let submitted = self.backend.submit(Some(&session), statement, sending, until).await;
        submitted.map_err(|error| self.engine.label(error, None))
    }

    /// A new session in place of a lost one; by whoever comes first, for all.
    async fn reopen(&self, lost: &Session, until: Until) -> Result<Session> {
        let turn = self.engine.runtime.timeout_at(until, self.reopening.lock()).await;
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
        let opened = self.backend.open_session(&self.options, until).await;
        let session = opened.map_err(|error| self.engine.label(error, None))?;
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = session.clone();
        Ok(session)
    }
}
