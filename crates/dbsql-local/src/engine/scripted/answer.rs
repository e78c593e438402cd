//! The answer of a scripted engine to a statement.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use dbsql_runtime::Runtime;

use crate::engine::{ProgressSink, QueryOutput, SqlError};

/// A predefined outcome, and the steps before it.
///
/// ```
/// use std::time::Duration;
/// use dbsql_local::engine::SqlError;
/// use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
/// use dbsql_local::runtime::Runtime;
///
/// // Runs for two minutes, reports its progress after one, and then fails.
/// let minute = Duration::from_secs(60);
/// let answer = Answer::fail(SqlError::new("DIVIDE_BY_ZERO", "22012", "division by zero"))
///     .after(minute)
///     .reporting(0.5, "1 of 2 stages")
///     .after(minute);
/// let engine = ScriptedEngine::new(Runtime::real())
///     .on("SELECT 1 / 0", answer)
///     .on("SELECT endless", Answer::endless());
/// # drop(engine);
/// ```
#[derive(Clone, Debug)]
pub struct Answer {
    steps: Vec<Step>,
    end: End,
}

#[derive(Clone, Debug)]
enum Step {
    Wait(Duration),
    Report(f64, String),
}

#[derive(Clone, Debug)]
enum End {
    Output(QueryOutput),
    Fail(SqlError),
    Refuse(SqlError),
    Panic(String),
    Never,
}

impl Answer {
    /// Returns this result.
    #[must_use]
    pub fn output(output: QueryOutput) -> Self {
        Self::new(End::Output(output))
    }

    /// Returns these rows. Without a batch there are neither rows nor columns.
    #[must_use]
    pub fn rows(batches: Vec<RecordBatch>) -> Self {
        let schema = batches.first().map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
        Self::output(QueryOutput::new(schema, batches))
    }

    /// Modifies this many rows and returns none.
    #[must_use]
    pub fn affected(rows: u64) -> Self {
        let schema = Arc::new(Schema::empty());
        Self::output(QueryOutput {
            rows_affected: Some(rows),
            ..QueryOutput::new(schema, Vec::new())
        })
    }

    /// Fails after it was accepted, with a handle.
    #[must_use]
    pub fn fail(error: SqlError) -> Self {
        Self::new(End::Fail(error))
    }

    /// Rejects the statement immediately, without a handle. Returned by a function of
    /// [`on_any`](super::ScriptedEngine::on_any), it is too late for that, and the statement fails
    /// as with [`fail`](Self::fail).
    #[must_use]
    pub fn refuse(error: SqlError) -> Self {
        Self::new(End::Refuse(error))
    }

    /// Panics.
    #[must_use]
    pub fn panic(message: impl Into<String>) -> Self {
        Self::new(End::Panic(message.into()))
    }

    /// Never ends on its own.
    #[must_use]
    pub fn endless() -> Self {
        Self::new(End::Never)
    }

    fn new(end: End) -> Self {
        Self { steps: Vec::new(), end }
    }

    /// Adds a delay before the outcome, after the steps added earlier.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.steps.push(Step::Wait(delay));
        self
    }

    /// Adds a progress report before the outcome, after the steps added earlier.
    #[must_use]
    pub fn reporting(mut self, fraction: f64, summary: impl Into<String>) -> Self {
        self.steps.push(Step::Report(fraction, summary.into()));
        self
    }

    pub(super) fn refusal(self) -> Option<SqlError> {
        match self.end {
            End::Refuse(error) => Some(error),
            _ => None,
        }
    }

    pub(super) async fn play(
        self,
        runtime: &Runtime,
        progress: &ProgressSink,
    ) -> Result<QueryOutput, SqlError> {
        for step in self.steps {
            match step {
                Step::Wait(delay) => runtime.sleep(delay).await,
                Step::Report(fraction, summary) => progress.report(fraction, summary),
            }
        }
        match self.end {
            End::Output(output) => Ok(output),
            End::Fail(error) | End::Refuse(error) => Err(error),
            #[expect(clippy::panic, reason = "that is what was asked for")]
            End::Panic(message) => panic!("{message}"),
            End::Never => std::future::pending().await,
        }
    }
}
