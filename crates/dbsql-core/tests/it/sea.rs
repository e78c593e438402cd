//! The Statement Execution API: submitting, polling and reading statements.

mod bodies;
mod choice;
mod columns;
mod failures;
mod find;
mod gone;
mod hybrid;
mod inline;
mod lies;
mod link_lies;
mod progress;
mod rows_affected;
mod sessions;
mod states;
mod submits;
mod tags;
mod text_rows;
mod types;

use std::future::IntoFuture;

use dbsql_core::{
    AsyncExecution, Client, Config, Error, ErrorKind, ExecutionStatus, SqlProtocol, Statement,
};
use dbsql_local::{Quirks, SeaQuirks, SeaSettings, Settings};
use serde_json::Value;

use crate::support::{
    EXECUTE, OPEN, Server, Step, TOKEN, chain, client, client_with, config, counted, ids, seconds,
};

const SEA_EXECUTE: &str = "sea-execute";
const SEA_STATUS: &str = "sea-status";
const SEA_CHUNK: &str = "sea-chunk";
const SEA_CANCEL: &str = "sea-cancel";
const SEA_CLOSE: &str = "sea-close";
const CREATE_SESSION: &str = "sea-create-session";
const DELETE_SESSION: &str = "sea-delete-session";
const DOWNLOAD: &str = "download";
const HISTORY: &str = "sea-history";

fn sea() -> Config {
    config().protocol(SqlProtocol::Sea)
}

/// A warehouse whose results have this many rows per chunk.
fn chunked(chunk_rows: u64) -> Settings {
    Settings { file_bytes: 8 * chunk_rows, batch_bytes: 8 * chunk_rows, ..Settings::default() }
}

fn server(settings: Settings, rows: u64) -> Server {
    let server = Server::with(settings);
    server.plan(|plan| plan.rows = rows);
    server
}

fn client_of(server: &Server) -> Client {
    client_with(server, sea())
}

/// A finished statement of a new client.
async fn finished(server: &Server) -> AsyncExecution {
    let query = client_of(server).execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    query
}

async fn rows_of(query: &AsyncExecution) -> Vec<i64> {
    ids(&query.get_results().await.unwrap().fetch_all().await.unwrap())
}

/// The rows of a result and the error that ended it. Each call has a deadline of one hour, which is
/// never reached.
async fn outcome(query: &AsyncExecution) -> (Vec<i64>, Option<Error>) {
    let mut rows = Vec::new();
    let mut results = match in_time(query.get_results()).await {
        Ok(results) => results,
        Err(error) => return (rows, Some(error)),
    };
    loop {
        match in_time(results.next()).await {
            Ok(Some(batch)) => rows.extend(ids(&[batch])),
            Ok(None) => return (rows, None),
            Err(error) => return (rows, Some(error)),
        }
    }
}

async fn in_time<T>(call: impl IntoFuture<Output = T>) -> T {
    tokio::time::timeout(seconds(3600), call.into_future()).await.expect("it hangs")
}

/// Asserts that the error names the query, and shows neither the token nor the signature of a link.
#[track_caller]
fn is_reported(name: &str, error: &Error, query: &AsyncExecution) {
    assert_eq!(error.query_id(), Some(query.query_id()), "{name}: {error}");
    let shown = chain(error);
    for secret in [TOKEN, "signature=", "canary"] {
        assert!(!shown.contains(secret), "{name}: {shown}");
    }
}

/// A response with other JSON.
fn edit(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Step {
    Step::edit_body(move |body| {
        let mut value = serde_json::from_slice(&body).expect("JSON");
        change(&mut value);
        value.to_string().into()
    })
}

/// The JSON body of each request of a method.
fn sent(server: &Server, method: &str) -> Vec<Value> {
    let seen = server.seen();
    let seen = seen.iter().filter(|seen| seen.name() == method);
    seen.map(|seen| serde_json::from_slice(seen.body()).expect("JSON")).collect()
}

#[tokio::test(start_paused = true)]
async fn statement_is_submitted_polled_and_read_over_several_chunks() {
    let server = server(chunked(4), 10);
    server.plan(|plan| plan.runs_for = seconds(3));
    let query = client_of(&server).execute_async("SELECT 1").await.unwrap();
    assert!(query.is_running(), "{}", query.status());
    assert!(query.serialize().unwrap().starts_with("sea:"));
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
    let results = query.get_results().await.unwrap();
    assert_eq!(results.schema().field(0).name(), "id");
    assert_eq!(results.is_truncated(), Some(false));
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    // The first chunk is part of the status; no session was opened.
    assert_eq!((server.count(SEA_CHUNK), server.count(DOWNLOAD)), (2, 3));
    assert_eq!((server.count(CREATE_SESSION), server.count(OPEN)), (0, 0));
    assert_eq!(rows_of(&query).await, counted(0, 10));
    query.close().await.unwrap();
    assert_eq!((server.count(SEA_CLOSE), server.open_operations()), (1, 0));
    let gone = query.get_results().await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::ResultGone);

    let request = &sent(&server, SEA_EXECUTE)[0];
    assert_eq!(request["warehouse_id"], "abc");
    assert_eq!(
        (&request["wait_timeout"], &request["on_wait_timeout"]),
        (&"0s".into(), &"CONTINUE".into())
    );
    assert_eq!(request["disposition"], "EXTERNAL_LINKS");
    assert_eq!(
        (&request["format"], &request["result_compression"]),
        (&"ARROW_STREAM".into(), &"LZ4_FRAME".into())
    );
    let seen = server.seen();
    let execute = seen.iter().find(|seen| seen.name() == SEA_EXECUTE).unwrap();
    assert_eq!(execute.headers()["content-type"], "application/json");
    assert!(execute.headers()["user-agent"].to_str().unwrap().starts_with("dbsql/"));
}

#[tokio::test(start_paused = true)]
async fn small_query_is_one_request_and_one_download() {
    let server = server(Settings::default(), 10);
    let results = client_of(&server).execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    tokio::time::sleep(seconds(1)).await;
    // The close runs in the background.
    let counts = [SEA_EXECUTE, DOWNLOAD, SEA_CLOSE].map(|method| server.count(method));
    assert_eq!((counts, server.total()), ([1, 1, 1], 3));
    assert_eq!(sent(&server, SEA_EXECUTE)[0]["wait_timeout"], "10s");
}

#[tokio::test(start_paused = true)]
async fn execute_waits_for_a_statement_that_outlives_its_request() {
    let server = server(chunked(3), 10);
    server.plan(|plan| plan.runs_for = seconds(25));
    let results = client_of(&server).execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    assert_eq!(server.executions().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn handle_is_picked_up_by_a_client_of_either_protocol() {
    let server = server(chunked(4), 10);
    server.plan(|plan| plan.runs_for = seconds(3));
    let text = client_of(&server).execute_async("SELECT 1").await.unwrap().serialize().unwrap();
    for config in [sea(), config(), config().protocol(SqlProtocol::Thrift)] {
        let client = client_with(&server, config);
        let query = client.get_async_execution(text.parse().unwrap()).await.unwrap();
        assert_eq!(rows_of(&query).await, counted(0, 10));
    }
    assert_eq!((server.count(SEA_EXECUTE), server.count(OPEN), server.count(EXECUTE)), (1, 0, 0));
    server.lose_operations();
    let error = client(&server).get_async_execution(text.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn result_is_read_from_any_row() {
    for links_per_answer in [1, 2, 100] {
        for omit_counts in [false, true] {
            let quirks = Quirks {
                sea: SeaQuirks { omit_counts, omit_zeros: true, ..SeaQuirks::default() },
                ..Quirks::default()
            };
            let sea = SeaSettings { links_per_answer, ..SeaSettings::default() };
            let server = server(Settings { sea, quirks, ..chunked(4) }, 22);
            for row in 0..=22 {
                let query = finished(&server).await;
                let results = query.get_results_from(row).await.unwrap();
                let rows = results.fetch_all().await.unwrap();
                assert_eq!(ids(&rows), counted(row, 22), "{links_per_answer} {omit_counts} {row}");
            }
            let query = finished(&server).await;
            let error = query.get_results_from(23).await.unwrap().fetch_all().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn row_in_a_listed_chunk_is_requested_directly() {
    let server = server(chunked(4), 100);
    let query = finished(&server).await;
    let rows = query.get_results_from(98).await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(98, 100));
    assert_eq!(server.count(SEA_CHUNK), 1);
}

#[tokio::test(start_paused = true)]
async fn listed_chunks_are_requested_in_parallel() {
    let server = server(chunked(4), 100);
    let query = finished(&server).await;
    server.always(SEA_CHUNK, || Step::serve().after(seconds(1)));
    let began = tokio::time::Instant::now();
    assert_eq!(rows_of(&query).await, counted(0, 100));
    // 24 requests of one second each.
    assert_eq!(server.count(SEA_CHUNK), 24);
    assert!(server.most_in_flight(SEA_CHUNK) > 1);
    assert!(began.elapsed() < seconds(5), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn chunks_in_another_number_than_requested_are_read_once() {
    let server = server(chunked(4), 50);
    let query = finished(&server).await;
    // The status has one link only, so that many chunks are requested in parallel.
    server.change(|settings| settings.sea.links_per_answer = 3);
    assert_eq!(rows_of(&query).await, counted(0, 50));
}

#[tokio::test(start_paused = true)]
async fn rows_are_exact_if_chunks_are_split_differently() {
    for omit_counts in [false, true] {
        let sea = SeaQuirks { omit_counts, cut_anew: true, ..SeaQuirks::default() };
        let quirks = Quirks { sea, ..Quirks::default() };
        let server = server(Settings { quirks, ..chunked(4) }, 50);
        for row in [0, 3, 4, 21, 49, 50] {
            let results = finished(&server).await.get_results_from(row).await.unwrap();
            let rows = ids(&results.fetch_all().await.unwrap());
            assert_eq!(rows, counted(row, 50), "{omit_counts} {row}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn results_without_rows_have_their_columns_or_none() {
    let server = server(Settings::default(), 0);
    let results = finished(&server).await.get_results().await.unwrap();
    assert_eq!(results.schema().fields().len(), 1);
    assert!(results.fetch_all().await.unwrap().is_empty());
    server.plan(|plan| plan.has_rows = false);
    let results = finished(&server).await.get_results().await.unwrap();
    assert_eq!(results.schema().fields().len(), 0);
    assert!(results.fetch_all().await.unwrap().is_empty());
    assert_eq!((server.count(SEA_CHUNK), server.count(DOWNLOAD)), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn changed_rows_and_truncation_are_reported() {
    let server = server(Settings::default(), 10);
    server.plan(|plan| plan.modified = Some(7));
    let results = client_of(&server).execute("UPDATE t SET a = 1").await.unwrap();
    assert_eq!(results.rows_affected(), Some(7));
    server.plan(|plan| plan.modified = None);
    let limited = Statement::new("SELECT 1").row_limit(3);
    let results = client_of(&server).execute(limited).await.unwrap();
    assert_eq!((results.rows_affected(), results.is_truncated()), (None, Some(true)));
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 3));
}

#[tokio::test(start_paused = true)]
async fn failure_has_class_and_sqlstate() {
    let server = server(Settings::default(), 10);
    server.plan(|plan| (plan.fails, plan.runs_for) = (true, seconds(1)));
    let query = client_of(&server).execute_async("SELECT * FROM nosuch").await.unwrap();
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Failed);
    let check = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::Failed);
        assert_eq!(error.error_class(), Some("TABLE_OR_VIEW_NOT_FOUND"));
        assert_eq!(error.sql_state(), Some("42P01"));
    };
    check(query.failure().unwrap());
    check(client_of(&server).execute("SELECT * FROM nosuch").await.unwrap_err());
    // From the message alone.
    let no_state = || edit(|answer| answer["status"]["sql_state"] = Value::Null);
    server.script(SEA_STATUS, [no_state()]);
    let query = client_of(&server).execute_async("SELECT * FROM nosuch").await.unwrap();
    query.wait().await.unwrap();
    check(query.failure().unwrap());
}

#[tokio::test(start_paused = true)]
async fn server_time_limit_has_its_own_error() {
    let settings = Settings { statement_timeout: seconds(5), ..Settings::default() };
    let server = server(settings, 10);
    server.plan(|plan| plan.runs_for = seconds(60));
    let query = client_of(&server).execute_async("SELECT 1").await.unwrap();
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::TimedOut);
    assert_eq!(query.failure().unwrap().kind(), ErrorKind::TimedOut);
    // From the code or the message, each alone.
    let limit = |change: fn(&mut Value)| {
        server.script(SEA_STATUS, [edit(change)]);
        client_of(&server).execute_async("SELECT 1")
    };
    let by_code = limit(|answer| {
        answer["status"] = serde_json::json!({
            "state": "FAILED", "error": { "error_code": "DEADLINE_EXCEEDED", "message": "late" },
        });
    });
    assert_eq!(by_code.await.unwrap().sync_status().await.unwrap(), ExecutionStatus::TimedOut);
    let by_text = limit(|answer| {
        answer["status"] = serde_json::json!({
            "state": "FAILED", "error": { "message": "Statement timed out after 5 seconds" },
        });
    });
    assert_eq!(by_text.await.unwrap().sync_status().await.unwrap(), ExecutionStatus::TimedOut);
    let neither = limit(|answer| {
        answer["status"] = serde_json::json!({
            "state": "FAILED", "error": { "message": "[FILE_READ] connection timed out" },
        });
    });
    assert_eq!(neither.await.unwrap().sync_status().await.unwrap(), ExecutionStatus::Failed);
}

#[tokio::test(start_paused = true)]
async fn statement_is_canceled() {
    let server = server(Settings::default(), 10);
    server.plan(|plan| plan.runs_for = seconds(600));
    let query = client_of(&server).execute_async("SELECT 1").await.unwrap();
    query.cancel().await.unwrap();
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Canceled);
    assert_eq!(query.get_results().await.unwrap_err().kind(), ErrorKind::Canceled);
    assert_eq!((server.count(SEA_CANCEL), server.running()), (1, 0));
    query.close().await.unwrap();
    query.close().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn dropped_submit_is_canceled_when_its_answer_names_it() {
    let server = server(Settings::default(), 10);
    server.plan(|plan| plan.runs_for = seconds(600));
    server.script(SEA_EXECUTE, [Step::serve().accepted().after(seconds(2))]);
    let client = client_of(&server);
    let submit = client.execute_async("SELECT 1").cancel_on_drop();
    let sent = tokio::time::timeout(seconds(1), submit.into_future()).await;
    assert!(sent.is_err());
    client.shutdown(seconds(10)).await.unwrap();
    assert_eq!((server.count(SEA_CANCEL), server.running()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn complete_result_is_read_from_a_closed_statement() {
    let quirks = Quirks {
        sea: SeaQuirks { close_early: true, ..SeaQuirks::default() },
        ..Quirks::default()
    };
    let server = server(Settings { quirks, ..Settings::default() }, 10);
    let query = client_of(&server).execute_async("SELECT 1").allow_direct_result().await.unwrap();
    assert!(query.is_finished() && query.returned_as_direct_result());
    assert_eq!(query.serialize().unwrap_err().kind(), ErrorKind::NotResumable);
    assert_eq!(rows_of(&query).await, counted(0, 10));
    assert_eq!((server.total(), server.count(SEA_CLOSE)), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn closed_statement_is_gone() {
    let server = server(Settings::default(), 10);
    let query = finished(&server).await;
    let text = query.serialize().unwrap();
    tokio::time::advance(seconds(2 * 3600)).await;
    let late = client_of(&server).get_async_execution(text.parse().unwrap()).await.unwrap();
    assert_eq!(late.status(), ExecutionStatus::Closed);
    assert_eq!(late.get_results().await.unwrap_err().kind(), ErrorKind::ResultGone);
}

#[tokio::test(start_paused = true)]
async fn unknown_state_is_reported_and_polling_continues() {
    let server = server(Settings::default(), 10);
    let strange = || edit(|answer| answer["status"]["state"] = "THINKING".into());
    server.script(SEA_STATUS, [strange(), strange()]);
    let query = client_of(&server).execute_async("SELECT 1").await.unwrap();
    assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Unknown);
    assert_eq!(query.raw_status(), "THINKING");
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
}

#[tokio::test(start_paused = true)]
async fn expired_links_are_requested_again_by_their_chunk() {
    let server = server(chunked(4), 10);
    let query = finished(&server).await;
    server.script(DOWNLOAD, [Step::http(403), Step::http(403)]);
    assert_eq!(rows_of(&query).await, counted(0, 10));
    // Before a request, by the clock: the first link is valid for 15 minutes.
    let before = (server.count(SEA_CHUNK), server.count(DOWNLOAD));
    tokio::time::advance(seconds(1200)).await;
    assert_eq!(rows_of(&query).await, counted(0, 10));
    assert_eq!((server.count(SEA_CHUNK), server.count(DOWNLOAD)), (before.0 + 3, before.1 + 3));
}

#[tokio::test(start_paused = true)]
async fn compression_is_taken_from_the_manifest() {
    let server = server(Settings::default(), 10);
    let gzip = |answer: &mut Value| answer["manifest"]["result_compression"] = "GZIP".into();
    server.always(SEA_STATUS, move || edit(gzip));
    let error = finished(&server).await.get_results().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
}

#[tokio::test(start_paused = true)]
async fn too_few_rows_of_text_are_not_lost_rows() {
    let server = server(Settings::default(), 10);
    let inline = |answer: &mut Value| {
        answer["manifest"]["format"] = "JSON_ARRAY".into();
        answer["result"] = serde_json::json!({ "row_count": 10, "data_array": [["1"]] });
    };
    server.always(SEA_STATUS, move || edit(inline));
    // There are fewer rows than reported, and the requested chunk has a file instead.
    let results = finished(&server).await.get_results().await.unwrap();
    let error = results.fetch_all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
}

#[tokio::test(start_paused = true)]
async fn transient_errors_of_reading_are_retried() {
    let server = server(chunked(4), 10);
    server.script(SEA_CHUNK, [Step::reset(), Step::http(502), Step::body("<html>"), Step::half()]);
    server.script(SEA_STATUS, [Step::http(503), Step::body(""), Step::stall()]);
    assert_eq!(rows_of(&finished(&server).await).await, counted(0, 10));
    assert_eq!(server.executions().len(), 1);
}
