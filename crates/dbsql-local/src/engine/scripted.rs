//! An engine with predefined results: nothing is parsed, nothing is computed.
//!
//! ```
//! use std::time::Duration;
//! use dbsql_local::engine::SqlError;
//! use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
//! use dbsql_runtime::Runtime;
//!
//! let engine = ScriptedEngine::new(Runtime::real())
//!     .on("SELECT slow", Answer::affected(1).after(Duration::from_secs(60)))
//!     .on("SELECT bad", Answer::fail(SqlError::new("DIVIDE_BY_ZERO", "22012", "no")))
//!     .on_any(|query| query.sql.starts_with("INSERT").then(|| Answer::affected(3)));
//! assert_eq!(engine.runs("SELECT slow"), 0);
//! ```

mod answer;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dbsql_runtime::Runtime;
use dbsql_transport::BoxFuture;

use crate::engine::catalog::{CatalogContents, Show};
pub use crate::engine::scripted::answer::Answer;
use crate::engine::{
    Engine, EngineSession, ProgressSink, Query, QueryOutput, SessionOptions, SqlError, Table,
};

/// Answers statements with predefined results. Clones share the engine.
///
/// All waiting goes through the [`Runtime`] that it was created with, so it works with paused time.
/// A statement without an answer fails with the class `UNSCRIPTED_STATEMENT`.
///
/// ```
/// use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
/// use dbsql_local::engine::{Engine, ProgressSink, Query, SessionOptions};
/// use dbsql_local::runtime::Runtime;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), dbsql_local::engine::SqlError> {
/// let engine = ScriptedEngine::new(Runtime::real())
///     .on("DELETE FROM t", Answer::affected(3))
///     .on_any(|query| query.sql.starts_with("INSERT").then(|| Answer::affected(1)));
///
/// // A service calls it like this:
/// let session = engine.open_session(&SessionOptions::default())?;
/// let insert = Query::new("INSERT INTO t VALUES (1)");
/// let output = session.execute(insert, ProgressSink::ignored()).await?;
/// assert_eq!(output.rows_affected, Some(1));
/// assert_eq!(engine.runs("INSERT INTO t VALUES (1)"), 1);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct ScriptedEngine {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    runtime: Runtime,
    script: Mutex<Script>,
    log: Mutex<Log>,
    running: AtomicU64,
    dropped: AtomicU64,
}

type Matcher = Arc<dyn Fn(&Query) -> Option<Answer> + Send + Sync>;

#[derive(Default)]
struct Script {
    exact: BTreeMap<String, Answer>,
    any: Vec<Matcher>,
    contents: CatalogContents,
    sessions: Vec<SessionOptions>,
}

#[derive(Default)]
struct Log {
    runs: BTreeMap<String, u64>,
    queries: Vec<Query>,
}

impl ScriptedEngine {
    /// Creates an engine without answers.
    #[must_use]
    pub fn new(runtime: Runtime) -> Self {
        Self {
            shared: Arc::new(Shared {
                runtime,
                script: Mutex::default(),
                log: Mutex::default(),
                running: AtomicU64::new(0),
                dropped: AtomicU64::new(0),
            }),
        }
    }

    /// Sets the answer for exactly this text. The last one set counts.
    #[must_use]
    pub fn on(self, sql: impl Into<String>, answer: Answer) -> Self {
        self.script(|script| script.exact.insert(sql.into(), answer));
        self
    }

    /// Sets answers for statements without an exact one; the first function that returns an answer
    /// counts. If it panics, the engine panics.
    #[must_use]
    pub fn on_any(self, answer: impl Fn(&Query) -> Option<Answer> + Send + Sync + 'static) -> Self {
        self.script(|script| script.any.push(Arc::new(answer)));
        self
    }

    /// Adds a table for metadata calls, and for the forms of `SHOW` that drivers ask instead.
    #[must_use]
    pub fn table(self, table: Table) -> Self {
        self.script(|script| script.contents.tables.push(table));
        self
    }

    /// Sets the contents for metadata calls. A statement that [`Show`] parses is answered from
    /// them, unless it has its own answer.
    #[must_use]
    pub fn contents(self, contents: CatalogContents) -> Self {
        self.script(|script| script.contents = contents);
        self
    }

    /// Returns how often a statement with this text was run.
    #[must_use]
    pub fn runs(&self, sql: &str) -> u64 {
        self.log(|log| log.runs.get(sql).copied().unwrap_or_default())
    }

    /// Returns every statement that was run, in order.
    #[must_use]
    pub fn queries(&self) -> Vec<Query> {
        self.log(|log| log.queries.clone())
    }

    /// Returns the options of each session, in order.
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionOptions> {
        self.script(|script| script.sessions.clone())
    }

    /// Returns the number of statements that are running.
    #[must_use]
    pub fn running(&self) -> u64 {
        self.shared.running.load(Ordering::Relaxed)
    }

    /// Returns the number of statements that were stopped before their end.
    #[must_use]
    pub fn stopped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    fn script<T>(&self, with: impl FnOnce(&mut Script) -> T) -> T {
        with(&mut self.shared.script.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn log<T>(&self, with: impl FnOnce(&mut Log) -> T) -> T {
        with(&mut self.shared.log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answer(&self, query: &Query) -> Answer {
        let (exact, any) =
            self.script(|script| (script.exact.get(&query.sql).cloned(), script.any.clone()));
        // Outside of the lock: the functions are foreign, and may ask the engine something.
        let given = exact.or_else(|| any.iter().find_map(|answer| answer(query)));
        given.or_else(|| self.show(&query.sql)).unwrap_or_else(|| {
            let message = "nobody gave an answer for this statement";
            Answer::fail(SqlError::new("UNSCRIPTED_STATEMENT", "42601", message))
        })
    }
}

impl ScriptedEngine {
    fn show(&self, sql: &str) -> Option<Answer> {
        let show = Show::parse(sql)?;
        let contents = self.script(|script| script.contents.clone());
        Some(match show.run(&contents) {
            Ok(output) => Answer::output(output),
            Err(error) => Answer::fail(error),
        })
    }
}

impl Engine for ScriptedEngine {
    fn open_session(&self, options: &SessionOptions) -> Result<Arc<dyn EngineSession>, SqlError> {
        self.script(|script| script.sessions.push(options.clone()));
        Ok(Arc::new(self.clone()))
    }
}

impl EngineSession for ScriptedEngine {
    fn admit(&self, query: &Query) -> Result<(), SqlError> {
        // Functions are not called: they may count their calls.
        let exact = self.script(|script| script.exact.get(&query.sql).cloned());
        exact.and_then(Answer::refusal).map_or(Ok(()), Err)
    }

    fn execute(
        &self,
        query: Query,
        progress: ProgressSink,
    ) -> BoxFuture<'static, Result<QueryOutput, SqlError>> {
        let answer = self.answer(&query);
        self.log(|log| {
            *log.runs.entry(query.sql.clone()).or_default() += 1;
            log.queries.push(query);
        });
        let running = Running::new(Arc::clone(&self.shared));
        Box::pin(async move {
            let result = answer.play(&running.shared.runtime, &progress).await;
            running.end();
            result
        })
    }

    fn contents(&self) -> BoxFuture<'static, Result<CatalogContents, SqlError>> {
        let contents = self.script(|script| script.contents.clone());
        Box::pin(std::future::ready(Ok(contents)))
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script")
            .field("exact", &self.exact.len())
            .field("any", &self.any.len())
            .finish_non_exhaustive()
    }
}

/// The texts belong to the user and are omitted, as in [`Query`].
impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("runs", &self.runs.len())
            .field("queries", &self.queries)
            .finish()
    }
}

/// A running statement. It counts as stopped if it is dropped before its end.
struct Running {
    shared: Arc<Shared>,
    ended: bool,
}

impl Running {
    fn new(shared: Arc<Shared>) -> Self {
        shared.running.fetch_add(1, Ordering::Relaxed);
        Self { shared, ended: false }
    }

    fn end(mut self) {
        self.ended = true;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.running.fetch_sub(1, Ordering::Relaxed);
        if !self.ended {
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}
