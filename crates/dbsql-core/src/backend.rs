//! The seam between the engine and a protocol: what a backend must be able to do.
//!
//! The engine above knows executions, polling and results; a backend knows messages. Picking up,
//! polling and reading need only the operation's handle, never a session, so a session appears in
//! no other call than those that start something in it. Errors come up without labels: the engine
//! puts the query and the host on them, once.

pub(crate) mod link;
pub(crate) mod pages;
pub(crate) mod thrift;

use std::any::Any;
use std::fmt::{self, Debug};
use std::sync::Arc;

use dbsql_protocol::handle::{ExecutionHandle, QueryId};
use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use self::pages::Pages;
use crate::Result;
use crate::config::SessionOptions;
use crate::http::cookies::Cookies;
use crate::http::flight::Flight;
use crate::http::slots::{Due, HeldSlot};
use crate::statement::Statement;
use crate::status::StatusReport;

/// A deadline, or none.
pub(crate) type Until = Option<Instant>;

/// One protocol.
pub(crate) trait Backend: Debug + Send + Sync + 'static {
    /// Opens a session.
    fn open_session<'a>(
        &'a self,
        options: &'a SessionOptions,
        until: Until,
    ) -> BoxFuture<'a, Result<Session>>;

    /// Ends a session. One that the server does not know is ended.
    fn close_session<'a>(&'a self, session: &'a Session, until: Until)
    -> BoxFuture<'a, Result<()>>;

    /// Sends the statement, once. It is resent only on proof that the server did not accept it.
    fn submit<'a>(
        &'a self,
        session: Option<&'a Session>,
        statement: &'a Statement,
        sending: &'a Sending,
        until: Until,
    ) -> BoxFuture<'a, Result<Submitted>>;

    /// Asks for the status of an operation.
    fn status<'a>(
        &'a self,
        target: &'a Target,
        asking: Asking,
        until: Until,
    ) -> BoxFuture<'a, Result<StatusReport>>;

    /// Asks the server to stop the statement.
    fn cancel<'a>(&'a self, target: &'a Target, until: Until) -> BoxFuture<'a, Result<()>>;

    /// Frees the operation and its result.
    fn close<'a>(&'a self, target: &'a Target, until: Until) -> BoxFuture<'a, Result<()>>;

    /// Opens the result of a finished operation. Reading it is the engine's: pages are all that
    /// a backend gives.
    fn open_result<'a>(
        &'a self,
        target: &'a Target,
        attachment: Option<Attachment>,
        until: Until,
    ) -> BoxFuture<'a, Result<Arc<dyn Pages>>>;
}

/// One operation on the server, as every call about it needs it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) handle: ExecutionHandle,
    /// What the server set with the session that started it.
    pub(crate) cookies: Cookies,
}

impl Target {
    pub(crate) fn query_id(&self) -> QueryId {
        self.handle.query_id()
    }
}

/// Why the status is asked for.
#[derive(Clone, Debug)]
pub(crate) enum Asking {
    /// By a pick-up: it waits to hear that host, path and handle are right.
    First,
    /// By a caller. This client has seen the operation alive.
    Again,
    /// By a wait, likewise, whose turn it is: it holds a slot.
    Poll(Due, HeldSlot),
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
    /// Follows the request, and gives it up.
    pub(crate) flight: Flight,
}

/// A session on the server, of whatever protocol. Clones are the same session.
#[derive(Clone)]
pub(crate) struct Session(Arc<dyn Any + Send + Sync>);

impl Session {
    pub(crate) fn new(session: impl Any + Send + Sync) -> Self {
        Self(Arc::new(session))
    }

    /// The session as its backend knows it; `None` for another protocol's.
    pub(crate) fn get<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }

    /// Whether both are the same opening of a session.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(..)")
    }
}

/// What came with the answer to a submit and belongs to the result: rows, a manifest, first links.
/// Only its backend looks inside. Clones are the same attachment.
#[derive(Clone)]
pub(crate) struct Attachment(Arc<dyn Any + Send + Sync>);

impl Attachment {
    pub(crate) fn new(attachment: impl Any + Send + Sync) -> Self {
        Self(Arc::new(attachment))
    }

    /// The attachment as its backend knows it; `None` for another protocol's.
    pub(crate) fn get<T: Any + Send + Sync>(self) -> Option<Arc<T>> {
        self.0.downcast().ok()
    }
}

impl Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never what is in it: rows.
        f.write_str("Attachment(..)")
    }
}

/// What came back from a submit.
#[derive(Debug)]
pub(crate) struct Submitted {
    /// The operation; there is one also when it was closed at once, to name the query.
    pub(crate) target: Target,
    pub(crate) report: StatusReport,
    /// What came with the answer.
    pub(crate) attachment: Option<Attachment>,
    /// The server closed the operation with its answer: nothing is left to pick up.
    pub(crate) closed: bool,
}
