//! What all parts of a client share: the backends, the runtime, late work and the defaults.
//!
//! Executions, results and sessions hold this and not the client, so that the client stands above
//! them all.

pub(crate) mod cursors;
pub(crate) mod reading;
pub(crate) mod reaper;
pub(crate) mod single_flight;

use std::sync::Arc;
use std::time::Duration;

use dbsql_protocol::handle::{ExecutionHandle, Protocol, QueryId};
use dbsql_runtime::{PerRuntime, Runtime, Tasks};

use self::reading::Reading;
use self::reaper::Reaper;
use crate::backend::{Backend, Session};
use crate::config::SessionOptions;
use crate::http::attempt::no_runtime;
use crate::http::endpoint::Endpoint;
use crate::http::lanes::Lanes;
use crate::poll_schedule::PollSchedule;
use crate::{Error, ErrorKind, Result};

/// The time limit of late work: a cancel or close without a caller.
pub(crate) const LATE_WORK_LIMIT: Duration = Duration::from_secs(60);

/// What all parts of a client share.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) backends: Backends,
    pub(crate) runtime: Runtime,
    pub(crate) reaper: Reaper,
    pub(crate) lanes: Arc<Lanes>,
    pub(crate) reading: Reading,
    pub(crate) endpoint: Endpoint,
    pub(crate) defaults: Defaults,
    /// Tasks that outlive the futures that started them, by runtime.
    pub(crate) tasks: PerRuntime<Tasks>,
}

/// Settings that a call may override.
#[derive(Debug)]
pub(crate) struct Defaults {
    pub(crate) poll: PollSchedule,
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) session: SessionOptions,
}

/// The backends of a client, by protocol.
#[derive(Debug)]
pub(crate) struct Backends {
    thrift: Arc<dyn Backend>,
}

impl Backends {
    pub(crate) fn new(thrift: Arc<dyn Backend>) -> Self {
        Self { thrift }
    }

    /// Returns the backend of new statements.
    pub(crate) fn preferred(&self) -> &Arc<dyn Backend> {
        &self.thrift
    }

    /// Returns the backend of a handle, which names its protocol: nothing is guessed from its id.
    pub(crate) fn of(&self, handle: &ExecutionHandle) -> Result<&Arc<dyn Backend>> {
        match handle.protocol() {
            Protocol::Thrift => Ok(&self.thrift),
            _ => Err(Error::new(
                ErrorKind::Unsupported,
                "the handle belongs to the Statement Execution API, which this client does not \
                 speak",
            )
            .with_query(Some(handle.query_id()))
            .with_next_step("pick it up with a client that speaks it")),
        }
    }
}

impl Engine {
    /// Starts a call: checks that the runtime can carry it out, and starts late work there.
    ///
    /// # Errors
    ///
    /// `Config` outside of a tokio runtime, or in one without a timer.
    pub(crate) fn enter(&self) -> Result<()> {
        self.reaper.start().map_err(no_runtime)
    }

    /// Adds the query and the host to an error. No other place does.
    pub(crate) fn label(&self, error: Error, query_id: Option<QueryId>) -> Error {
        error.with_query(query_id).with_host(self.endpoint.host())
    }

    /// Queues closing a session that is not used.
    pub(crate) fn close_session_later(&self, backend: &Arc<dyn Backend>, session: Session) {
        let (backend, runtime) = (Arc::clone(backend), self.runtime.clone());
        self.reaper.later(move || {
            let (backend, session) = (Arc::clone(&backend), session.clone());
            let until = runtime.now().checked_add(LATE_WORK_LIMIT);
            Box::pin(async move {
                if let Err(error) = backend.close_session(&session, until).await {
                    tracing::debug!(%error, "a late close failed; the server's idle timer does it");
                }
            })
        });
    }
}
