//! Small results in the responses themselves, if the server allows it.

use dbsql_core::{Config, ErrorKind, SqlProtocol};
use dbsql_local::{Quirks, SeaQuirks, Settings};
use serde_json::{Value, json};

use super::{DOWNLOAD, SEA_CHUNK, SEA_CLOSE, SEA_EXECUTE, chunked, sea, sent, server};
use crate::support::{EXECUTE, Server, Step, client_with, config, counted, ids, seconds};

pub(super) fn hybrid() -> Config {
    sea().inline_results(true)
}

fn dispositions(server: &Server) -> Vec<Value> {
    sent(server, SEA_EXECUTE).into_iter().map(|mut sent| sent["disposition"].take()).collect()
}

fn refusing() -> Server {
    let sea = SeaQuirks { refuse_hybrid: true, ..SeaQuirks::default() };
    let quirks = Quirks { sea, ..Quirks::default() };
    server(Settings { quirks, ..Settings::default() }, 10)
}

#[tokio::test(start_paused = true)]
async fn small_query_is_one_request() {
    let server = server(Settings::default(), 10);
    let results = client_with(&server, hybrid()).execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    assert_eq!((server.count(SEA_EXECUTE), server.count(DOWNLOAD)), (1, 0));
    tokio::time::sleep(seconds(1)).await;
    // The close runs in the background.
    assert_eq!((server.count(SEA_CLOSE), server.total()), (1, 2));
    let request = &sent(&server, SEA_EXECUTE)[0];
    assert_eq!(request["disposition"], "INLINE_OR_EXTERNAL_LINKS");
    assert_eq!(request["wait_timeout"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn asynchronous_submit_does_not_wait() {
    let server = server(Settings::default(), 10);
    server.plan(|plan| plan.runs_for = seconds(600));
    let query = client_with(&server, hybrid()).execute_async("SELECT 1").await.unwrap();
    assert!(query.is_running());
    assert_eq!(sent(&server, SEA_EXECUTE)[0]["wait_timeout"], "0s");
    assert_eq!(dispositions(&server), ["INLINE_OR_EXTERNAL_LINKS"]);
    query.wait().await.unwrap();
    let results = query.get_results().await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    assert_eq!((server.count(SEA_CHUNK), server.count(DOWNLOAD)), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn long_statement_is_waited_for_within_its_request() {
    let server = server(Settings::default(), 10);
    server.plan(|plan| plan.runs_for = seconds(300));
    let results = client_with(&server, hybrid()).execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    assert_eq!((server.count(SEA_EXECUTE), server.executions().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn large_result_is_returned_as_links() {
    let server = server(Settings { link_threshold: 0, ..chunked(4) }, 30);
    let results = client_with(&server, hybrid()).execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 30));
    assert_eq!((server.count(SEA_CHUNK), server.count(DOWNLOAD)), (0, 8));
}

#[tokio::test(start_paused = true)]
async fn rejected_disposition_is_requested_once() {
    let server = refusing();
    let client = client_with(&server, hybrid());
    let results = client.execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    let query = client.clone().execute_async("SELECT 2").await.unwrap();
    query.wait().await.unwrap();
    let links = "EXTERNAL_LINKS";
    assert_eq!(dispositions(&server), ["INLINE_OR_EXTERNAL_LINKS", links, links]);
    assert_eq!(sent(&server, SEA_EXECUTE)[1]["wait_timeout"], "10s");
    assert_eq!(server.executions(), ["SELECT 1", "SELECT 2"]);
    // Another client tries again: its server may support it.
    let _ = client_with(&server, hybrid()).execute("SELECT 3").await.unwrap();
    assert_eq!(dispositions(&server)[3], "INLINE_OR_EXTERNAL_LINKS");
}

#[tokio::test(start_paused = true)]
async fn other_rejections_are_final() {
    let refusal = |code: &str, message: &str| {
        let body = json!({ "error_code": code, "message": message }).to_string();
        Step::http(400).text(body).header("content-type", "application/json")
    };
    for (name, step, kind) in [
        ("a parameter", refusal("INVALID_PARAMETER_VALUE", "bad row_limit"), ErrorKind::Rejected),
        (
            "a format",
            refusal("INVALID_PARAMETER_VALUE", "ARROW_STREAM is not a supported format"),
            ErrorKind::Rejected,
        ),
        ("SQL", refusal("BAD_REQUEST", "[PARSE_SYNTAX_ERROR] at X"), ErrorKind::Rejected),
        (
            "no word of the service",
            Step::http(400).text("INLINE_OR_EXTERNAL_LINKS is not a supported disposition"),
            ErrorKind::OutcomeUnknown,
        ),
        (
            "a statement that ran",
            refusal("DEADLINE_EXCEEDED", "late; this is not a supported disposition"),
            ErrorKind::TimedOut,
        ),
    ] {
        let server = server(Settings::default(), 10);
        server.script(SEA_EXECUTE, [step]);
        let client = client_with(&server, hybrid());
        let error = client.execute("SELECT 1").await.unwrap_err();
        assert_eq!(error.kind(), kind, "{name}: {error}");
        assert_eq!(server.count(SEA_EXECUTE), 1, "{name}");
        let _ = client.execute("SELECT 1").await.unwrap();
        assert_eq!(dispositions(&server)[1], "INLINE_OR_EXTERNAL_LINKS", "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn thrift_ignores_the_setting() {
    let server = server(Settings::default(), 10);
    let config = config().protocol(SqlProtocol::Thrift).inline_results(true);
    let results = client_with(&server, config).execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    assert_eq!((server.count(EXECUTE), server.count(SEA_EXECUTE)), (1, 0));
}
