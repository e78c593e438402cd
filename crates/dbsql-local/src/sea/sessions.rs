//! Sessions: creating, deleting, finding.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dbsql_protocol::sea::json::{self, Limits};
use dbsql_protocol::sea::{CreateSession, DeleteSession, Empty, SessionVersion};

use crate::engine::SessionOptions;
use crate::identity::shown;
use crate::oauth;
use crate::sea::{Ask, Refusal, query, statements};
use crate::service::Inner;
use crate::session::{Protocol, Session, agent};

/// The data of a session of the Statement Execution API.
#[derive(Debug)]
pub(crate) struct SessionState {
    /// The number of statements.
    version: AtomicU64,
    /// Whether it belongs to a single statement that was submitted without a session.
    is_implicit: bool,
}

impl SessionState {
    fn new(is_implicit: bool) -> Self {
        Self { version: AtomicU64::new(1), is_implicit }
    }

    pub(crate) fn is_implicit(&self) -> bool {
        self.is_implicit
    }

    /// Returns the version after one more statement.
    pub(super) fn next_version(&self) -> u64 {
        self.version.fetch_add(1, Ordering::Relaxed) + 1
    }
}

pub(super) fn create(ask: Ask<'_>) -> Result<dbsql_protocol::sea::Session, Refusal> {
    let request: CreateSession = ask.read()?;
    ask.check_warehouse(&request.warehouse_id)?;
    let options = SessionOptions {
        catalog: request.catalog,
        schema: request.schema,
        configuration: request.session_confs,
        user: Some(user(ask)),
    };
    let protocol = Protocol::Sea(SessionState::new(false));
    let session = Session::open(ask.inner, protocol, 0, options, agent(ask.request.headers()))?;
    let session_id = shown(&session.identity.guid);
    let limit = ask.inner.settings().max_sessions;
    let added = ask.inner.registry.add_session(session, limit);
    added.map_err(|_| Refusal::too_many(&format!("{limit} sessions are open")))?;
    ask.inner.warehouse.start(&ask.inner.settings(), &ask.inner.runtime);
    let session_version = Some(SessionVersion { version_id: Some(1) });
    Ok(dbsql_protocol::sea::Session { session_id, session_version })
}

/// The warehouse must be named, in the query or in the body.
pub(super) fn delete(ask: Ask<'_>, id: &str) -> Result<Empty, Refusal> {
    let pairs = query::pairs(ask.request.uri().query().unwrap_or_default());
    let in_query = pairs.into_iter().find(|(name, _)| name == "warehouse_id");
    let body = json::read::<DeleteSession>(ask.request.body(), &Limits::REQUEST);
    let in_body = || body.ok()?.warehouse_id;
    let warehouse = in_query.map(|(_, id)| id).or_else(in_body);
    let warehouse = warehouse.ok_or_else(|| Refusal::invalid("warehouse_id is missing"))?;
    ask.check_warehouse(&warehouse)?;
    let session = find(ask.inner, id)?;
    ask.inner.close_session(&session);
    Ok(Empty {})
}

/// Returns the session with this id, and marks it as used.
pub(super) fn find(inner: &Inner, id: &str) -> Result<Arc<Session>, Refusal> {
    let session = statements::guid(id).and_then(|guid| inner.sea_session(&guid));
    let session = session.ok_or_else(|| Refusal::no_session(id))?;
    session.used.touch(&inner.runtime);
    Ok(session)
}

/// Returns the user of the request.
fn user(ask: Ask<'_>) -> String {
    oauth::user(ask.inner, ask.request.headers())
}

/// Opens a session for one statement.
pub(super) fn implicit(
    ask: Ask<'_>,
    catalog: Option<String>,
    schema: Option<String>,
) -> Result<Arc<Session>, Refusal> {
    let inner = ask.inner;
    let user = Some(user(ask));
    let options = SessionOptions { catalog, schema, user, ..SessionOptions::default() };
    let protocol = Protocol::Sea(SessionState::new(true));
    let session = Session::open(inner, protocol, 0, options, agent(ask.request.headers()))?;
    let limit = inner.settings().max_session_operations;
    let added = inner.registry.add_session(Arc::clone(&session), limit);
    added.map_err(|_| {
        Refusal::too_many(&format!("{limit} statements without a session are not closed"))
    })?;
    Ok(session)
}
