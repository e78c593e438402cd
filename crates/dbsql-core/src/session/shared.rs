//! The session that a client keeps for statements that do not need their own.

use std::sync::{Arc, Mutex, PoisonError};

use dbsql_runtime::SingleFlight;

use super::ManagedSession;
use crate::backend::{SessionState, Until};
use crate::engine::Engine;
use crate::engine::single_flight::run_once;
use crate::error::RetryAdvice;
use crate::{Error, ErrorKind, Result};

/// A session that is opened when it is first needed, and again after it was closed.
#[derive(Clone, Debug)]
pub(crate) struct SharedSession(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Arc<Engine>,
    current: Mutex<Option<Arc<ManagedSession>>>,
    opening: SingleFlight<Result<Arc<ManagedSession>>>,
}

impl SharedSession {
    pub(crate) fn new(engine: &Arc<Engine>) -> Self {
        Self(Arc::new(Inner {
            engine: Arc::clone(engine),
            current: Mutex::new(None),
            opening: SingleFlight::default(),
        }))
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.0.engine
    }

    /// Returns the session, opened once for all callers if there is none.
    pub(crate) async fn get(&self, until: Until) -> Result<Arc<ManagedSession>> {
        if let Some(session) = self.0.current() {
            return Ok(session);
        }
        let open = || {
            let inner = Arc::clone(&self.0);
            async move {
                let engine = Arc::clone(&inner.engine);
                let options = engine.defaults.session.clone();
                let state = SessionState::Stateless;
                let opened = ManagedSession::open(engine, options, state, None).await?;
                Ok(inner.keep(opened))
            }
        };
        let opened = run_once(&self.0.opening, &self.0.engine.runtime, until, open).await;
        opened.unwrap_or_else(|error| {
            let message = "the deadline passed while the client's session was being opened";
            Err(Error::new(ErrorKind::Deadline, message)
                .with_retry(RetryAdvice::SafeToResubmit)
                .with_next_step("the statement was not sent: submit it again")
                .with_source(error))
        })
    }

    /// Ends the session, unless it has open executions.
    pub(crate) async fn close_unless_open(&self, until: Until) -> Result<()> {
        let Some(session) = self.0.current() else { return Ok(()) };
        match session.open.end_unless_open() {
            Ok(ending) => session.end(ending, until).await,
            Err(_) => Ok(()),
        }
    }
}

impl Inner {
    fn current(&self) -> Option<Arc<ManagedSession>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        current.filter(|session| !session.open.is_ended())
    }

    /// Stores a new session, unless another runtime opened one first: then that one is used, and
    /// the new one is closed.
    fn keep(&self, new: Arc<ManagedSession>) -> Arc<ManagedSession> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = current.as_ref().filter(|kept| !kept.open.is_ended()) {
            let kept = Arc::clone(kept);
            drop(current);
            new.close_later();
            return kept;
        }
        let old = current.replace(Arc::clone(&new));
        drop(current);
        if let Some(old) = old.filter(|old| old.open.is_ending()) {
            // The call that is ending it may fail, and then nothing else would close it.
            old.close_later();
        }
        new
    }
}
