//! A session on the server that is reopened when it is lost, and what is open in it.

pub(crate) mod open_executions;
pub(crate) mod shared;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use self::open_executions::{Ending, OpenExecutions, closed};
use crate::backend::{Backend, Sending, Session, SessionState, Submitted, Until};
use crate::config::SessionOptions;
use crate::engine::Engine;
use crate::engine::single_flight::SingleFlight;
use crate::error::RetryAdvice;
use crate::statement::Statement;
use crate::{Error, ErrorKind, Result};

/// A session and what is needed to reopen it.
#[derive(Debug)]
pub(crate) struct ManagedSession {
    pub(crate) engine: Arc<Engine>,
    backend: Arc<dyn Backend>,
    pub(crate) options: SessionOptions,
    state: SessionState,
    session: Mutex<Session>,
    reopening: SingleFlight<Session>,
    /// How many statements were sent that may have changed the session: reopening it would lose their
    /// effects.
    changes: AtomicUsize,
    pub(crate) open: OpenExecutions,
}

impl ManagedSession {
    /// Opens a session.
    pub(crate) async fn open(
        engine: Arc<Engine>,
        options: SessionOptions,
        state: SessionState,
        until: Until,
    ) -> Result<Arc<Self>> {
        let opened = engine.backends.open_session(&options, state, until).await;
        let (backend, session) = opened.map_err(|error| engine.label(error, None))?;
        Ok(Arc::new(Self {
            engine,
            backend,
            options,
            state,
            session: Mutex::new(session),
            reopening: SingleFlight::default(),
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

    /// Sends a statement, once, and records what it leaves open.
    pub(crate) async fn run_statement(
        self: &Arc<Self>,
        statement: &Statement,
        sending: &Sending,
        until: Until,
    ) -> Result<Submitted> {
        let unanswered = self.open.register(&sending.flight)?;
        let outcome = self.send_or_reopen(statement, sending, until).await;
        match &outcome {
            Ok(submitted) if !submitted.closed => {
                let query_id = submitted.target.query_id();
                if !unanswered.started(query_id) {
                    return Err(self.engine.label(ended_under_way(), Some(query_id)));
                }
            }
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => unanswered.unknown(),
            Ok(_) | Err(_) => unanswered.nothing_open(),
        }
        outcome
    }

    /// Sends the statement. Reopens a session that is gone, once, if nothing has run that could have
    /// changed it: the server rejected the statement, so it did not run either.
    async fn send_or_reopen(
        self: &Arc<Self>,
        statement: &Statement,
        sending: &Sending,
        until: Until,
    ) -> Result<Submitted> {
        let session = self.session();
        // Counted before sending: the statement may run although its response is lost.
        let own = usize::from(!statement.leaves_session_alone());
        self.changes.fetch_add(own, Ordering::AcqRel);
        let submitted = self.backend.submit(Some(&session), statement, sending, until).await;
        let refused = match submitted.map_err(|error| self.engine.label(error, None)) {
            Err(error) if error.kind() == ErrorKind::SessionExpired => error,
            other => return other,
        };
        sending.flight.not_accepted();
        // Read now, not before: another statement may have changed it in the meantime.
        let others = self.changes.load(Ordering::Acquire).saturating_sub(own);
        let is_wanted = !self.open.is_ended() && !sending.flight.is_given_up();
        if !is_wanted || (self.state == SessionState::Stateful && others > 0) {
            return Err(refused);
        }
        let session = self.reopen(&session, until).await.map_err(Error::before_submit)?;
        let submitted = self.backend.submit(Some(&session), statement, sending, until).await;
        submitted.map_err(|error| self.engine.label(error, None))
    }

    /// Returns the session that replaces a lost one, opened once for all callers.
    async fn reopen(self: &Arc<Self>, lost: &Session, until: Until) -> Result<Session> {
        let current = self.session();
        if !current.is_same(lost) {
            return Ok(current);
        }
        tracing::debug!("the session is gone; opening another");
        let open = || -> dbsql_transport::BoxFuture<'static, Result<Session>> {
            let (this, lost) = (Arc::clone(self), lost.clone());
            Box::pin(async move {
                let opened = this.backend.open_session(&this.options, this.state, None).await;
                let session = opened.map_err(|error| this.engine.label(error, None))?;
                this.replace(&lost, session)
            })
        };
        let opened = self.reopening.run(&self.engine.runtime, until, open).await;
        opened.unwrap_or_else(|error| {
            let message = "the deadline passed while the session was being reopened";
            Err(Error::new(ErrorKind::Deadline, message)
                .with_retry(RetryAdvice::SafeToResubmit)
                .with_next_step("the statement did not run: submit it again")
                .with_source(error))
        })
    }

    /// Replaces the lost session, unless another runtime did so first: then that session is used, and
    /// the new one is closed.
    ///
    /// # Errors
    ///
    /// `SessionExpired` when the session was ended in the meantime: nothing would close the new one.
    fn replace(self: &Arc<Self>, lost: &Session, new: Session) -> Result<Session> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock: ending a session sets its flag first, and reads this field afterwards.
        let outcome = if self.open.is_ended() {
            Err(self.engine.label(closed(), None))
        } else if session.is_same(lost) {
            *session = new;
            self.open.session_lost();
            return Ok(session.clone());
        } else {
            Ok(session.clone())
        };
        drop(session);
        self.engine.close_session_later(&self.backend, new);
        outcome
    }
}

/// `close_all` ended the session between the submit and its response.
fn ended_under_way() -> Error {
    let message = "the connection was closed while the statement was being submitted: the statement \
                   was accepted, and ended with its session";
    Error::new(ErrorKind::ResultGone, message)
        .with_next_step("look the query up in the query history before submitting it again")
}
