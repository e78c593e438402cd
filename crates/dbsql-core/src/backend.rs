//! The seam between the engine and a protocol: what a backend must be able to do.
//!
//! The engine above knows executions, polling and results; a backend knows messages. Picking up,
//! polling and reading need only the operation's handle, so a session appears only in calls that start
//! something in it. Errors have no labels here: the engine adds the query and the host, once.

pub(crate) mod link;
pub(crate) mod pages;
pub(crate) mod sea;
pub(crate) mod thrift;

use std::any::Any;
use std::fmt::{self, Debug};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use dbsql_protocol::handle::{ExecutionHandle, QueryId};
use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use self::pages::Pages;
pub(crate) use crate::attachment::Attachment;
use crate::config::SessionOptions;
use crate::http::cookies::Cookies;
use crate::http::flight::Flight;
use crate::http::last_error::LastError;
use crate::http::slots::{Due, HeldSlot};
use crate::metadata_request::Request;
use crate::statement::Statement;
use crate::status::StatusReport;
use crate::{Error, ErrorKind, Result};

/// A deadline, or none.
pub(crate) type Until = Option<Instant>;

/// One protocol.
pub(crate) trait Backend: Debug + Send + Sync + 'static {
    /// Opens a session. One for statements without state need not exist on the server.
    fn open_session<'a>(
        &'a self,
        options: &'a SessionOptions,
        state: SessionState,
        until: Until,
    ) -> BoxFuture<'a, Result<Session>>;

    /// Ends a session. A session unknown to the server counts as ended.
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

    /// Returns what a metadata call takes. No I/O.
    fn metadata_plan(&self, request: &Request) -> MetadataPlan;

    /// Starts a metadata call, for which the plan is to ask. It changes nothing on the server.
    fn submit_metadata<'a>(
        &'a self,
        session: &'a Session,
        request: &'a Request,
        sending: &'a Sending,
        until: Until,
    ) -> BoxFuture<'a, Result<Submitted>>;

    /// Requests the status of an operation.
    fn status<'a>(
        &'a self,
        target: &'a Target,
        asking: Asking,
        until: Until,
    ) -> BoxFuture<'a, Result<StatusReport>>;

    /// Requests that the server stop the statement.
    fn cancel<'a>(&'a self, target: &'a Target, until: Until) -> BoxFuture<'a, Result<()>>;

    /// Frees the operation and its result.
    fn close<'a>(&'a self, target: &'a Target, until: Until) -> BoxFuture<'a, Result<()>>;

    /// Opens the result of a finished operation. A backend returns pages; the engine reads them.
    fn open_result<'a>(
        &'a self,
        target: &'a Target,
        attachment: Option<Attachment>,
        until: Until,
    ) -> BoxFuture<'a, Result<Arc<dyn Pages>>>;
}

/// What a metadata call takes over a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetadataPlan {
    /// The server is asked.
    Ask,
    /// The server is asked for one catalog at a time.
    EachCatalog,
    /// The server is not asked: what it has to say about this is known, or nothing.
    Known,
}

/// One operation on the server, as every call about it needs it.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) handle: ExecutionHandle,
    /// What the server set with the session that started it.
    pub(crate) cookies: Cookies,
    pub(crate) readers: Readers,
    /// What kind of operation it is, where its handle says so: Thrift's metadata calls.
    pub(crate) operation_type: Option<i32>,
    /// The session that it was submitted in, where its backend learns about it from the operation.
    pub(crate) session: Option<Session>,
}

/// Who may have moved the cursor that a server keeps for a result. Clones refer to the same result.
/// By default anybody may have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readers(Arc<AtomicU8>);

impl Readers {
    /// Nobody else has the handle.
    const OWN: u8 = 1;
    /// No rows arrived, so that the cursor is at its start.
    const UNREAD: u8 = 2;
    /// No rows were requested.
    const UNASKED: u8 = 4;

    /// For a statement that this client submits.
    pub(crate) fn submitted() -> Self {
        Self(Arc::new(AtomicU8::new(Self::OWN | Self::UNREAD | Self::UNASKED)))
    }

    /// Returns `true` if the result has certainly not been read.
    pub(crate) fn is_unread(&self) -> bool {
        self.0.load(Ordering::Acquire) & Self::UNREAD != 0
    }

    /// Returns `true` if no other client has the handle.
    pub(crate) fn is_own(&self) -> bool {
        self.0.load(Ordering::Acquire) & Self::OWN != 0
    }

    /// Records that rows arrived.
    pub(crate) fn was_read(&self) {
        self.0.fetch_and(!Self::UNREAD, Ordering::AcqRel);
    }

    /// Records that the handle was given away.
    pub(crate) fn was_shared(&self) {
        self.0.fetch_and(!(Self::OWN | Self::UNREAD), Ordering::AcqRel);
    }

    /// Records that rows are about to be requested. Returns `true` for the first time.
    pub(crate) fn ask(&self) -> bool {
        self.0.fetch_and(!Self::UNASKED, Ordering::AcqRel) & Self::UNASKED != 0
    }
}

impl Target {
    pub(crate) fn query_id(&self) -> QueryId {
        self.handle.query_id()
    }
}

/// The reason for a status request.
#[derive(Clone, Debug)]
pub(crate) enum Asking {
    /// From a pick-up, which verifies host, path and handle.
    First,
    /// From a caller. This client has seen the operation alive.
    Again,
    /// From a wait, likewise, with the slot that it holds and the place for its transient errors.
    Poll(Due, HeldSlot, LastError),
}

/// Whether the response to a submit may contain the result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DirectResult {
    Allowed,
    #[default]
    NotAsked,
}

/// How one statement is sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sending {
    pub(crate) direct: DirectResult,
    /// Tracks the request, and can revoke it.
    pub(crate) flight: Flight,
}

/// Whether callers rely on the effects of earlier statements in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// A connection: the effects of `USE` or `SET` must hold for the next statement.
    Stateful,
    /// The client's own session, for statements that need no state.
    Stateless,
}

/// A session on the server, of either protocol. Clones share the session.
#[derive(Clone)]
pub(crate) struct Session(Arc<dyn Any + Send + Sync>);

impl Session {
    pub(crate) fn new(session: impl Any + Send + Sync) -> Self {
        Self(Arc::new(session))
    }

    /// Returns the session as its backend knows it; `None` for another protocol's.
    pub(crate) fn get<T: Any>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }

    /// Returns `true` if both refer to the same session.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(..)")
    }
}

/// The error of a submit whose response does not identify its statement.
pub(crate) fn unknown_outcome(what: &str) -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        format!("the statement may have been accepted, but {what}"),
    )
}

/// The response to a submit.
#[derive(Debug)]
pub(crate) struct Submitted {
    /// The operation. Present even if it was closed immediately, to name the query.
    pub(crate) target: Target,
    pub(crate) report: StatusReport,
    /// The part of the result that came with the response.
    pub(crate) attachment: Option<Attachment>,
    /// The server closed the operation with its response: nothing is left to pick up.
    pub(crate) closed: bool,
}
