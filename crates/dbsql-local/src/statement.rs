//! Accepts statements of both protocols.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use crate::engine::{Query, SqlError};
use crate::history::{QueryTag, Submitted};
use crate::operation::{Begin, Operation, OperationKind, Queue, Work, panicked};
use crate::registry::NotAdded;
use crate::result::ResultOptions;
use crate::sea;
use crate::service::Inner;
use crate::session::{Session, lookup};

/// A statement with everything that its protocol specifies.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) query: Query,
    pub(crate) options: ResultOptions,
    /// The timeout of the request.
    pub(crate) timeout: Option<Duration>,
    /// The idle limit; `None` for no limit.
    pub(crate) idle: Option<Duration>,
    pub(crate) tags: Vec<QueryTag>,
    /// How the Statement Execution API delivers the result, if it submitted the statement.
    pub(crate) sea: Option<sea::Delivery>,
    /// The error with which it fails before the engine is called.
    pub(crate) fails: Option<SqlError>,
}

/// Calls the engine; a panic becomes an error.
pub(crate) fn guarded<T>(ask: impl FnOnce() -> Result<T, SqlError>) -> Result<T, SqlError> {
    let asked = catch_unwind(AssertUnwindSafe(ask));
    asked.unwrap_or_else(|panic| Err(panicked(&*panic)))
}

/// Drops a value of an engine, whose panic must not reach anything else.
pub(crate) fn discard<T>(value: T) {
    // There is nobody to report it to: the value is gone either way.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(value)));
}

/// Starts the statement, and adds it to the query history.
pub(crate) fn start(
    inner: &Arc<Inner>,
    session: &Arc<Session>,
    statement: Statement,
) -> Result<Arc<Operation>, NotAdded> {
    let Statement { query, options, timeout, idle, mut tags, sea, fails } = statement;
    let settings = inner.settings();
    tags.extend(session_tags(session, &tags));
    let (sql, cold) = (query.sql.clone(), inner.warehouse.start(&settings, &inner.runtime));
    let begin = match fails {
        Some(error) => fail(error),
        None => begin(inner, session, query),
    };
    let timeout = timeout.unwrap_or(settings.statement_timeout);
    let (queue, room) = (Queue::of(&settings, cold), inner.room());
    let work = Work { queue, begin, options, room, timeout, idle, sea };
    let operation = add(inner, session, OperationKind::Statement, work)?;
    let submitted = Submitted::new(&operation, sql, tags);
    inner.history.push(submitted, settings.history_length);
    Ok(operation)
}

/// Starts an operation that is not a statement.
pub(crate) fn add(
    inner: &Inner,
    session: &Arc<Session>,
    kind: OperationKind,
    work: Work,
) -> Result<Arc<Operation>, NotAdded> {
    let limit = inner.settings().max_session_operations;
    let begin = || Operation::start(kind, Arc::clone(session), work, &inner.runtime);
    inner.registry.add_operation(session, limit, begin)
}

/// Returns the shortest of the timeouts that were set, or else the default of the service.
/// `overlay` contains the settings of this statement.
pub(crate) fn timeout<'a>(
    inner: &Inner,
    session: &Session,
    overlay: impl IntoIterator<Item = (&'a String, &'a String)>,
    of_call: Option<u64>,
) -> Result<Duration, SqlError> {
    const KEY: &str = "STATEMENT_TIMEOUT";
    let set = lookup(overlay, KEY);
    let set = match set {
        Some(set) => Some(set),
        None => guarded(|| Ok(session.setting(KEY)))?,
    };
    let set = set.and_then(|seconds| seconds.trim().parse().ok());
    // Zero means no limit.
    let limits = [of_call, set].into_iter().flatten().filter(|&seconds| seconds > 0);
    let longest = inner.settings().statement_timeout;
    Ok(limits.min().map_or(longest, |seconds: u64| Duration::from_secs(seconds).min(longest)))
}

/// Fails instead of calling the engine.
fn fail(error: SqlError) -> Begin {
    Box::new(|_| Box::pin(std::future::ready(Err(error))))
}

/// Passes the statement to the engine, and counts it.
fn begin(inner: &Arc<Inner>, session: &Arc<Session>, query: Query) -> Begin {
    let (inner, session) = (Arc::clone(inner), Arc::clone(session));
    Box::new(move |progress| {
        inner.counters.statement(&query.sql);
        session.engine.execute(query, progress)
    })
}

/// Returns the tags of the session that the statement does not override.
fn session_tags(session: &Session, own: &[QueryTag]) -> Vec<QueryTag> {
    let text = guarded(|| Ok(session.setting("QUERY_TAGS"))).ok().flatten().unwrap_or_default();
    let tags = QueryTag::list(&text).into_iter();
    tags.filter(|tag| own.iter().all(|own| own.key != tag.key)).collect()
}
