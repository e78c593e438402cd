//! The seam between the engine and a protocol: what a backend must be able to do.
//!
//! The engine above knows executions, polling and results; a backend knows messages. Picking up,
//! polling and reading need only an execution's handle, never a session, so a session appears in
//! no other call than those that start something in it.

use std::fmt::Debug;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use dbsql_protocol::handle::ExecutionHandle;
use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use crate::Result;
use crate::config::SessionOptions;
use crate::flight::Flight;
use crate::statement::Statement;
use crate::status::StatusReport;
use crate::thrift::{DirectRows, ThriftSession};

/// A deadline, or none.
pub(crate) type Until = Option<Instant>;

pub(crate) trait Backend: Debug + Send + Sync + 'static {
    fn open_session<'a>(
        &'a self,
        options: &'a SessionOptions,
        until: Until,
    ) -> BoxFuture<'a, Result<Session>>;

    fn close_session<'a>(&'a self, session: &'a Session, until: Until)
    -> BoxFuture<'a, Result<()>>;

    /// Sends the statement, once. Repeats only what the server certainly did not take.
    fn submit<'a>(
        &'a self,
        session: &'a Session,
        statement: &'a Statement,
        sending: &'a Sending,
        until: Until,
    ) -> BoxFuture<'a, Result<Submitted>>;

    fn status<'a>(
        &'a self,
        handle: &'a ExecutionHandle,
        until: Until,
    ) -> BoxFuture<'a, Result<StatusReport>>;

    fn cancel<'a>(&'a self, handle: &'a ExecutionHandle, until: Until)
    -> BoxFuture<'a, Result<()>>;

    fn close<'a>(&'a self, handle: &'a ExecutionHandle, until: Until) -> BoxFuture<'a, Result<()>>;

    /// Opens the result of a finished execution for reading from `row`.
    fn open_result<'a>(
        &'a self,
        handle: &'a ExecutionHandle,
        direct: Option<Arc<DirectRows>>,
        row: u64,
        until: Until,
    ) -> BoxFuture<'a, Result<Box<dyn ResultSource>>>;
}

/// The rows of one result, pulled in order.
pub(crate) trait ResultSource: Debug + Send + 'static {
    fn schema(&self) -> SchemaRef;

    /// The next rows, never an empty batch; `None` when the end is proven. After an error the
    /// same call may be repeated: no row is skipped and none comes twice.
    fn next(&mut self, until: Until) -> BoxFuture<'_, Result<Option<RecordBatch>>>;
}

/// Whether the answer to a submit may carry the result itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DirectResult {
    Allowed,
    #[default]
    NotAsked,
}

/// What belongs to one sending of a statement beside the statement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sending {
    pub(crate) direct: DirectResult,
    /// Tells whether the server may have the statement.
    pub(crate) flight: Flight,
}

/// A session on the server.
#[derive(Clone, Debug)]
pub(crate) enum Session {
    Thrift(Arc<ThriftSession>),
}

impl Session {
    /// Whether both are the same opening of a session.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let (Self::Thrift(this), Self::Thrift(other)) = (self, other);
        Arc::ptr_eq(this, other)
    }
}

/// What came back from a submit.
#[derive(Debug)]
pub(crate) struct Submitted {
    /// The handle; there is one also when the operation was closed at once, to name the query.
    pub(crate) handle: ExecutionHandle,
    pub(crate) report: StatusReport,
    /// Rows that came with the answer.
    pub(crate) direct: Option<DirectRows>,
    /// The server closed the operation with its answer: nothing is left to pick up.
    pub(crate) closed: bool,
}
