//! The statements of all scenarios and their results.

use std::sync::Arc;
use std::time::Duration;

use dbsql::Runtime;
use dbsql::arrow::array::{Int64Array, RecordBatch, StringArray};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};

/// Must not run twice.
pub(crate) const INSERT: &str = "INSERT INTO t VALUES (1)";
/// Changes the session.
pub(crate) const USE: &str = "USE SCHEMA main";
pub(crate) const SMALL: &str = "select small";
pub(crate) const BIG: &str = "select big";
pub(crate) const SLOW: &str = "select slow";

pub(crate) const SMALL_ROWS: i64 = 3;
pub(crate) const BIG_ROWS: i64 = 200_000;

/// How long the slow statement runs: several polls.
const SLOW_RUNTIME: Duration = Duration::from_secs(4);

pub(crate) fn engine() -> ScriptedEngine {
    let big = rows(BIG_ROWS);
    ScriptedEngine::new(Runtime::real())
        .on(INSERT, Answer::affected(1))
        .on(USE, Answer::affected(0))
        .on(SMALL, Answer::rows(vec![rows(SMALL_ROWS)]))
        .on(BIG, Answer::rows(vec![big]))
        .on(SLOW, Answer::rows(vec![rows(SMALL_ROWS)]).after(SLOW_RUNTIME))
}

/// Rows that identify themselves: the row number, and a string with it.
fn rows(count: i64) -> RecordBatch {
    let ids: Int64Array = (0..count).collect::<Vec<_>>().into();
    let texts: StringArray = (0..count).map(|row| Some(format!("row {row}"))).collect();
    RecordBatch::try_from_iter_with_nullable([
        ("id", Arc::new(ids) as _, false),
        ("text", Arc::new(texts) as _, true),
    ])
    .expect("columns of one length")
}
