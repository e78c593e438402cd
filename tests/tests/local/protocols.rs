//! Where the two protocols differ on the wire, and that they behave alike otherwise: each row of
//! the table in `docs/protocols.md` that no other test covers.

use std::time::Duration;

use dbsql::arrow::array::RecordBatch;
use dbsql::arrow::schema::DataType;
use dbsql::{Client, ErrorKind, ExecutionStatus, Progress, RetryAdvice, SqlProtocol, Statement};
use dbsql_local::engine::SqlError;
use dbsql_local::engine::scripted::Answer;
use dbsql_local::faults::FaultPlan;
use dbsql_local::{Quirks, SeaQuirks, Service, Settings};
use futures_util::StreamExt;

use crate::support::{BIG, engine, ids, warehouse, warehouse_with};

const PROTOCOLS: [SqlProtocol; 2] = [SqlProtocol::Thrift, SqlProtocol::Sea];

fn setup(over: SqlProtocol, settings: Settings) -> (Service, Client) {
    warehouse(over, settings, FaultPlan::default())
}

/// Everything that a caller learns about a statement, except the differences in the table.
#[derive(Debug, PartialEq)]
struct Story {
    statuses: Vec<ExecutionStatus>,
    columns: Vec<(String, DataType)>,
    rows: Vec<RecordBatch>,
    affected: Option<u64>,
    position: u64,
    error: Option<ReportedError>,
}

/// The parts of an error.
#[derive(Debug, PartialEq)]
struct ReportedError {
    kind: ErrorKind,
    advice: RetryAdvice,
    state: Option<String>,
    class: Option<String>,
    text: String,
}

async fn story(over: SqlProtocol, sql: &str) -> Story {
    let with_failure = |runtime: &dbsql::Runtime| {
        let error = SqlError::new("DIVIDE_BY_ZERO", "22012", "Division by zero.");
        let minute = Duration::from_secs(60);
        engine(runtime)
            .on("select bad", Answer::fail(error).after(minute))
            .on("select late", Answer::rows(vec![crate::support::numbered(3)]).after(minute))
            .on("select nothing", Answer::rows(vec![crate::support::numbered(0)]))
    };
    let (_service, client) =
        warehouse_with(over, with_failure, Settings::default(), FaultPlan::default());
    let query = client.execute_async(sql).await.unwrap();
    let changes = query.status_changes().map(|change| change.unwrap().status);
    // Whether a status call finds it queued or running depends on timing.
    let statuses = changes.filter(|status| std::future::ready(status.is_terminal()));
    let statuses = statuses.collect().await;
    let mut story = Story {
        statuses,
        columns: Vec::new(),
        rows: Vec::new(),
        affected: None,
        position: 0,
        error: None,
    };
    match query.get_results().await {
        Ok(mut results) => {
            let schema = results.schema();
            let column = |field: &std::sync::Arc<dbsql::arrow::schema::Field>| {
                (field.name().clone(), field.data_type().clone())
            };
            story.columns = schema.fields().iter().map(column).collect();
            story.affected = results.rows_affected();
            while let Some(batch) = results.next().await.unwrap() {
                // The server also decides where a batch ends.
                story.rows.extend((0..batch.num_rows()).map(|row| values(&batch, row)));
            }
            story.position = results.position();
        }
        Err(error) => {
            let id = query.query_id().to_string();
            story.error = Some(ReportedError {
                kind: error.kind(),
                advice: error.retry(),
                state: error.sql_state().map(str::to_owned),
                class: error.error_class().map(str::to_owned),
                text: error.to_string().replace(&id, "ID"),
            });
        }
    }
    story
}

/// One row, without nullability in its schema.
fn values(batch: &RecordBatch, row: usize) -> RecordBatch {
    let schema = batch.schema();
    let names = schema.fields().iter().map(|field| field.name().clone());
    let columns = batch.columns().iter().map(|column| column.slice(row, 1));
    let columns = names.zip(columns).map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

#[tokio::test(start_paused = true)]
async fn both_protocols_behave_alike() {
    for sql in ["select small", "select late", "select nothing", BIG, "insert", "select bad"] {
        let (thrift, sea) =
            (story(SqlProtocol::Thrift, sql).await, story(SqlProtocol::Sea, sql).await);
        assert_eq!(thrift, sea, "{sql}");
    }
}

#[tokio::test(start_paused = true)]
async fn truncation_is_reported_over_sea_and_not_over_thrift() {
    for (over, cut, whole) in
        [(SqlProtocol::Thrift, None, None), (SqlProtocol::Sea, Some(true), Some(false))]
    {
        let (_service, client) = setup(over, Settings::default());
        let results = client.execute(Statement::new("select small").row_limit(2)).await.unwrap();
        assert_eq!(results.is_truncated(), cut, "{over:?}");
        assert_eq!(ids(&results.fetch_all().await.unwrap()), [0, 1]);
        let results = client.execute("select small").await.unwrap();
        assert_eq!(results.is_truncated(), whole, "{over:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn progress_is_reported_over_thrift_only() {
    for over in PROTOCOLS {
        let minute = Duration::from_secs(60);
        let slow = |runtime: &dbsql::Runtime| {
            let answer = Answer::affected(1).after(minute).reporting(0.5, "half way");
            engine(runtime).on("slow", answer.after(minute))
        };
        let (_service, client) =
            warehouse_with(over, slow, Settings::default(), FaultPlan::default());
        let query = client.execute_async("slow").await.unwrap();
        let changes: Vec<Option<Progress>> =
            query.status_changes().map(|change| change.unwrap().progress).collect().await;
        let is_reported = changes.iter().any(Option::is_some);
        assert_eq!(is_reported, over == SqlProtocol::Thrift, "{over:?}: {changes:?}");
    }
}

/// A manifest does not contain nullability.
#[tokio::test(start_paused = true)]
async fn columns_that_are_never_null_are_reported_over_thrift_only() {
    for over in PROTOCOLS {
        let (_service, client) = setup(over, Settings::default());
        let results = client.execute("select small").await.unwrap();
        let schema = results.schema();
        let nullable: Vec<_> = schema.fields().iter().map(|field| field.is_nullable()).collect();
        assert_eq!(nullable, [over == SqlProtocol::Sea, true], "{over:?}");
        let batches = results.fetch_all().await.unwrap();
        assert_eq!(batches[0].schema(), schema, "batches have the schema of their result");
    }
}

#[tokio::test(start_paused = true)]
async fn positional_parameters_may_be_rejected_over_sea() {
    let sea = SeaQuirks { refuse_positional: true, ..SeaQuirks::default() };
    let settings = Settings { quirks: Quirks { sea, ..Quirks::default() }, ..Settings::default() };
    for over in PROTOCOLS {
        let (service, client) = setup(over, settings.clone());
        let submitted = client.execute_async(Statement::new("select small").bind_next(7)).await;
        if over == SqlProtocol::Thrift {
            assert!(submitted.is_ok(), "{submitted:?}");
            continue;
        }
        let error = submitted.unwrap_err();
        let reported = (error.kind(), error.retry());
        assert_eq!(reported, (ErrorKind::Rejected, RetryAdvice::SafeToResubmit), "{error}");
        assert_eq!(service.runs("select small"), 0);
    }
}
