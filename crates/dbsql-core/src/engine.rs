//! What all parts of a client share: the backends, the runtime, late work and the defaults.
//!
//! Executions, results and sessions hold this and not the client, so that the client stands above
//! them all.

pub(crate) mod cursors;
pub(crate) mod reading;
pub(crate) mod reaper;

use std::sync::Arc;
use std::time::Duration;

use dbsql_protocol::handle::{ExecutionHandle, Protocol, QueryId};
use dbsql_runtime::Runtime;

use self::reading::Reading;
use self::reaper::Reaper;
use crate::backend::Backend;
use crate::config::SessionOptions;
use crate::http::endpoint::Endpoint;
use crate::poll_schedule::PollSchedule;
use crate::{Error, ErrorKind, Result};

/// What all parts of a client share.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) backends: Backends,
    pub(crate) runtime: Runtime,
    pub(crate) reaper: Reaper,
    pub(crate) reading: Reading,
    pub(crate) endpoint: Endpoint,
    pub(crate) defaults: Defaults,
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

    /// The one that new statements go to.
    pub(crate) fn preferred(&self) -> &Arc<dyn Backend> {
        &self.thrift
    }

    /// The one that a handle belongs to: the handle says it, nothing is guessed from its id.
    pub(crate) fn of(&self, handle: &ExecutionHandle) -> Result<&Arc<dyn Backend>> {
        match handle.protocol() {
            Protocol::Thrift => Ok(&self.thrift),
            _ => Err(Error::new(
                ErrorKind::Unsupported,
                "the handle belongs to the Statement Execution API, which this client does not speak",
            )
            .with_query(Some(handle.query_id()))
            .with_next_step("pick it up with a client that speaks it")),
        }
    }
}

impl Engine {
    /// Puts the query and the host on an error: the one place that does.
    pub(crate) fn label(&self, error: Error, query_id: Option<QueryId>) -> Error {
        error.with_query(query_id).with_host(self.endpoint.host())
    }
}
