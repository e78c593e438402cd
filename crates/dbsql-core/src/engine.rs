//! The state shared by all parts of a client: the backends, the runtime, late work and the
//! defaults.
//!
//! Executions, results and sessions hold this and not the client, so that the client is the layer
//! above them.

pub(crate) mod cursors;
pub(crate) mod reading;
pub(crate) mod reaper;
pub(crate) mod single_flight;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dbsql_protocol::handle::{ExecutionHandle, Protocol, QueryId};
use dbsql_runtime::{PerRuntime, Runtime, Tasks};

use self::reading::Reading;
use self::reaper::Reaper;
use crate::backend::sea::Sea;
use crate::backend::{Backend, Session, SessionState, Until};
use crate::config::SessionOptions;
use crate::http::attempt::no_runtime;
use crate::http::endpoint::Endpoint;
use crate::http::lanes::Lanes;
use crate::poll_schedule::PollSchedule;
use crate::sql_protocol::SqlProtocol;
use crate::telemetry::{CallInfo, Telemetry};
use crate::{Error, ErrorKind, Result};

/// The time limit of late work: a cancel or close without a caller.
pub(crate) const LATE_WORK_LIMIT: Duration = Duration::from_secs(60);

/// The state shared by all parts of a client.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) backends: Backends,
    /// Queries the history, which contains the statements of both protocols.
    pub(crate) history: Arc<Sea>,
    pub(crate) runtime: Runtime,
    pub(crate) reaper: Reaper,
    pub(crate) lanes: Arc<Lanes>,
    pub(crate) reading: Reading,
    pub(crate) endpoint: Endpoint,
    pub(crate) defaults: Defaults,
    pub(crate) telemetry: Telemetry,
    /// Tasks that outlive the futures that started them, by runtime.
    pub(crate) tasks: PerRuntime<Tasks>,
}

/// Settings that a call may override.
#[derive(Debug)]
pub(crate) struct Defaults {
    pub(crate) poll: PollSchedule,
    pub(crate) keep_alive: Option<Duration>,
    pub(crate) session: SessionOptions,
    pub(crate) submit_nonces: bool,
    pub(crate) progress_from_history: bool,
}

/// The backends of a client, and the choice between them.
#[derive(Debug)]
pub(crate) struct Backends {
    thrift: Arc<dyn Backend>,
    sea: Arc<dyn Backend>,
    protocol: SqlProtocol,
    /// Whether the endpoint is a SQL warehouse, which may support both.
    is_warehouse: bool,
    /// Whether the warehouse rejected Thrift.
    thrift_refused: AtomicBool,
}

/// The SQLSTATE of a warehouse without Thrift.
const NO_THRIFT: &str = "KP001";

impl Backends {
    pub(crate) fn new(
        thrift: Arc<dyn Backend>,
        sea: Arc<dyn Backend>,
        protocol: SqlProtocol,
        is_warehouse: bool,
    ) -> Self {
        Self { thrift, sea, protocol, is_warehouse, thrift_refused: AtomicBool::new(false) }
    }

    /// Opens a session with the backend of new statements.
    pub(crate) async fn open_session(
        &self,
        options: &SessionOptions,
        state: SessionState,
        until: Until,
    ) -> Result<(Arc<dyn Backend>, Session)> {
        let preferred = match self.protocol {
            SqlProtocol::Auto if self.thrift_refused.load(Ordering::Acquire) => &self.sea,
            SqlProtocol::Auto | SqlProtocol::Thrift => &self.thrift,
            SqlProtocol::Sea => &self.sea,
        };
        let opened = preferred.open_session(options, state, until).await;
        let (backend, session) = match opened {
            Err(error) if self.may_turn_to_sea(&error) => {
                if !self.thrift_refused.swap(true, Ordering::AcqRel) {
                    tracing::info!(
                        "the warehouse does not support Thrift: this client uses the Statement \
                         Execution API from now on"
                    );
                }
                (&self.sea, self.sea.open_session(options, state, until).await?)
            }
            opened => (preferred, opened?),
        };
        Ok((Arc::clone(backend), session))
    }

    /// No statement was sent yet, so the rejection of Thrift by a warehouse loses nothing.
    fn may_turn_to_sea(&self, error: &Error) -> bool {
        self.protocol == SqlProtocol::Auto
            && self.is_warehouse
            && error.kind() == ErrorKind::Unsupported
            && error.sql_state() == Some(NO_THRIFT)
    }

    /// Returns the backend of a handle by its protocol: nothing is guessed from its id.
    pub(crate) fn of(&self, handle: &ExecutionHandle) -> Result<&Arc<dyn Backend>> {
        match handle.protocol() {
            Protocol::Thrift => Ok(&self.thrift),
            Protocol::Sea => Ok(&self.sea),
            _ => Err(Error::new(
                ErrorKind::Unsupported,
                "the handle belongs to a protocol that this client does not support",
            )
            .with_query(Some(handle.query_id()))
            .with_next_step("pick it up with a client that supports it")),
        }
    }
}

impl Engine {
    /// Starts a call: checks that the runtime can carry it out, and starts late work there.
    ///
    /// # Errors
    ///
    /// `Config` outside a tokio runtime, or in one without a timer.
    pub(crate) fn enter(&self) -> Result<()> {
        self.reaper.start().map_err(no_runtime)
    }

    /// Adds the query and the host to an error. This is the only place that does.
    pub(crate) fn label(&self, error: Error, query_id: Option<QueryId>) -> Error {
        error.with_query(query_id).with_host(self.endpoint.host())
    }

    /// Queues closing an unused session.
    pub(crate) fn close_session_later(&self, backend: &Arc<dyn Backend>, session: Session) {
        let (backend, runtime) = (Arc::clone(backend), self.runtime.clone());
        let telemetry = self.telemetry.clone();
        self.reaper.later(move || {
            let (backend, session) = (Arc::clone(&backend), session.clone());
            let telemetry = telemetry.clone();
            let until = runtime.now().checked_add(LATE_WORK_LIMIT);
            Box::pin(async move {
                let closed = backend.close_session(&session, until);
                let info = CallInfo::new("close_session");
                if let Err(error) = telemetry.observe(info, closed).await {
                    tracing::debug!(%error, "a late close failed and is left to the server's idle timer");
                }
            })
        });
    }
}
