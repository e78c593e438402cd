//! A session on the server that is reopened if it is lost, and its open executions.

pub(crate) mod open_executions;
pub(crate) mod shared;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dbsql_runtime::SingleFlight;

use self::open_executions::{Ending, OpenExecutions, closed};
use crate::backend::{Backend, MetadataPlan, Sending, Session, SessionState, Submitted, Until};
use crate::config::SessionOptions;
use crate::engine::Engine;
use crate::engine::single_flight::run_once;
use crate::error::RetryAdvice;
use crate::metadata_request::Request;
use crate::statement::Statement;
use crate::{Error, ErrorKind, Result};

/// A session and the data needed to reopen it.
#[derive(Debug)]
pub(crate) struct ManagedSession {
    pub(crate) engine: Arc<Engine>,
    pub(crate) options: SessionOptions,
    state: SessionState,
    /// The initial catalog and schema, as telemetry names them.
    pub(crate) namespace: Option<Arc<str>>,
    opened: Mutex<Opened>,
    reopening: SingleFlight<Result<Opened>>,
    /// The number of statements sent that may have changed the session: reopening it would lose
    /// their effects.
    changes: AtomicUsize,
    pub(crate) open: OpenExecutions,
}

/// A session with the backend that opened it: a warehouse may reject another one over the protocol
/// of the first.
#[derive(Clone, Debug)]
struct Opened {
    backend: Arc<dyn Backend>,
    session: Session,
}

/// What is run in a session.
#[derive(Clone, Copy, Debug)]
enum Work<'a> {
    Statement(&'a Statement),
    Metadata(&'a Request),
}

impl Work<'_> {
    /// Whether it leaves the state of the session unchanged.
    fn leaves_session_alone(self) -> bool {
        match self {
            Self::Statement(statement) => statement.leaves_session_alone(),
            Self::Metadata(_) => true,
        }
    }
}

impl ManagedSession {
    /// Opens a session.
    pub(crate) async fn open(
        engine: Arc<Engine>,
        options: SessionOptions,
        state: SessionState,
        until: Until,
    ) -> Result<Arc<Self>> {
        let opened = Opened::new(&engine, &options, state, until).await?;
        Ok(Arc::new(Self {
            engine,
            namespace: options.namespace(),
            options,
            state,
            opened: Mutex::new(opened),
            reopening: SingleFlight::default(),
            changes: AtomicUsize::new(0),
            open: OpenExecutions::default(),
        }))
    }

    fn opened(&self) -> Opened {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Queues closing the unused session.
    pub(crate) fn close_later(&self) {
        self.opened().close_later(&self.engine);
    }

    /// Ends the session on the server.
    pub(crate) async fn end(&self, ending: Ending, until: Until) -> Result<()> {
        let Opened { backend, session } = self.opened();
        let closed = backend.close_session(&session, until).await;
        closed.map_err(|error| self.engine.label(error, None))?;
        ending.done();
        Ok(())
    }

    /// Sends a statement, once, and records its execution.
    pub(crate) async fn run_statement(
        self: &Arc<Self>,
        statement: &Statement,
        sending: &Sending,
        until: Until,
    ) -> Result<Submitted> {
        let unanswered = self.open.register(&sending.flight)?;
        let outcome = self.send_or_reopen(Work::Statement(statement), sending, until).await;
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

    /// Returns what a metadata call takes in this session.
    pub(crate) fn metadata_plan(&self, request: &Request) -> MetadataPlan {
        self.opened().backend.metadata_plan(request)
    }

    /// Starts a metadata call. While it is in flight, the session may be ended, since it changes
    /// nothing.
    pub(crate) async fn start_metadata(
        self: &Arc<Self>,
        request: &Request,
        sending: &Sending,
        until: Until,
    ) -> Result<Submitted> {
        if self.open.is_ended() {
            return Err(self.engine.label(closed(), None));
        }
        let submitted = self.send_or_reopen(Work::Metadata(request), sending, until).await?;
        if !submitted.closed {
            let query_id = submitted.target.query_id();
            let is_open = self.open.register(&sending.flight)?.started(query_id);
            if !is_open {
                return Err(self.engine.label(closed(), Some(query_id)));
            }
        }
        Ok(submitted)
    }

    /// Sends the work. Reopens a session that is gone, once, if nothing has run that could have
    /// changed it: the server rejected the work, so it did not run either.
    async fn send_or_reopen(
        self: &Arc<Self>,
        work: Work<'_>,
        sending: &Sending,
        until: Until,
    ) -> Result<Submitted> {
        let opened = self.opened();
        // Counted before sending: the statement may run although its response is lost.
        let own = usize::from(!work.leaves_session_alone());
        self.changes.fetch_add(own, Ordering::AcqRel);
        let submitted = opened.submit(&self.engine, work, sending, until).await;
        let refused = match submitted {
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
        let opened = self.reopen(&opened, until).await.map_err(Error::before_submit)?;
        opened.submit(&self.engine, work, sending, until).await
    }

    /// Returns the session that replaces a lost one, opened once for all callers.
    async fn reopen(self: &Arc<Self>, lost: &Opened, until: Until) -> Result<Opened> {
        let current = self.opened();
        if !current.session.is_same(&lost.session) {
            return Ok(current);
        }
        tracing::debug!("the session is gone; opening another");
        let open = || {
            let (this, lost) = (Arc::clone(self), lost.clone());
            async move {
                let opened = Opened::new(&this.engine, &this.options, this.state, None).await?;
                this.replace(&lost, opened)
            }
        };
        let opened = run_once(&self.reopening, &self.engine.runtime, until, open).await;
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
    fn replace(self: &Arc<Self>, lost: &Opened, new: Opened) -> Result<Opened> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        // Under the lock: ending a session sets its flag first, and reads this field afterwards.
        let outcome = if self.open.is_ended() {
            Err(self.engine.label(closed(), None))
        } else if opened.session.is_same(&lost.session) {
            *opened = new;
            self.open.session_lost();
            return Ok(opened.clone());
        } else {
            Ok(opened.clone())
        };
        drop(opened);
        new.close_later(&self.engine);
        outcome
    }
}

impl Opened {
    async fn new(
        engine: &Engine,
        options: &SessionOptions,
        state: SessionState,
        until: Until,
    ) -> Result<Self> {
        let opened = engine.backends.open_session(options, state, until).await;
        let (backend, session) = opened.map_err(|error| engine.label(error, None))?;
        Ok(Self { backend, session })
    }

    async fn submit(
        &self,
        engine: &Engine,
        work: Work<'_>,
        sending: &Sending,
        until: Until,
    ) -> Result<Submitted> {
        let (backend, session) = (&self.backend, &self.session);
        let submitted = match work {
            Work::Statement(statement) => {
                backend.submit(Some(session), statement, sending, until).await
            }
            Work::Metadata(request) => {
                backend.submit_metadata(session, request, sending, until).await
            }
        };
        submitted.map_err(|error| engine.label(error, None))
    }

    fn close_later(self, engine: &Engine) {
        engine.close_session_later(&self.backend, self.session);
    }
}

/// The error when `close_all` ended the session between the submit and its response.
fn ended_under_way() -> Error {
    let message = "the connection was closed while the statement was being submitted: the statement \
                   was accepted, and ended with its session";
    Error::new(ErrorKind::ResultGone, message)
        .with_next_step("look the query up in the query history before submitting it again")
}
