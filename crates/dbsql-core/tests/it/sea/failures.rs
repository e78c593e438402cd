//! Failures reported with an HTTP status and within a statement status.

use dbsql_core::{Error, ErrorKind, ExecutionStatus, RetryAdvice};
use dbsql_local::Settings;
use serde_json::{Value, json};

use super::{SEA_CHUNK, SEA_EXECUTE, SEA_STATUS, chunked, client_of, edit, finished, is_reported};
use super::{outcome, server};
use crate::support::{Server, Step};

const TEXT: &str = "[TABLE_OR_VIEW_NOT_FOUND] The table `t` cannot be found. SQLSTATE: 42P01";

fn has_class_and_state(name: &str, error: &Error) {
    assert_eq!(error.error_class(), Some("TABLE_OR_VIEW_NOT_FOUND"), "{name}: {error}");
    assert_eq!(error.sql_state(), Some("42P01"), "{name}: {error}");
}

async fn failed(status: Value) -> (ExecutionStatus, Error) {
    let server = server(Settings::default(), 8);
    server.script(SEA_STATUS, [edit(move |a| *a = json!({ "status": status.clone() }))]);
    let query = client_of(&server).execute_async("SELECT 1").await.unwrap();
    let status = query.sync_status().await.unwrap();
    let error = query.get_results().await.unwrap_err();
    is_reported("failed", &error, &query);
    (status, error)
}

#[tokio::test(start_paused = true)]
async fn class_and_sqlstate_of_a_status_are_found_wherever_they_are() {
    for (name, status) in [
        ("the text", json!({ "error": { "message": TEXT } })),
        (
            "the text behind a code",
            json!({ "error": { "error_code": "BAD_REQUEST", "message": TEXT } }),
        ),
        ("a state of the error", {
            let text = "[TABLE_OR_VIEW_NOT_FOUND] no";
            json!({ "error": { "message": text, "sql_state": "42P01" } })
        }),
        ("a state that is none", {
            json!({ "sql_state": "", "error": { "message": TEXT, "sql_state": 7 } })
        }),
        ("a text for people beside", {
            json!({ "display_message": "There is no such table.", "error": { "message": TEXT } })
        }),
        ("the text for people", json!({ "display_message": TEXT, "error": { "message": "no" } })),
        ("details alone", json!({ "diagnostic_info": TEXT })),
    ] {
        let mut status = status;
        status["state"] = "FAILED".into();
        let (known, error) = failed(status).await;
        assert_eq!((known, error.kind()), (ExecutionStatus::Failed, ErrorKind::Failed), "{name}");
        has_class_and_state(name, &error);
    }
}

#[tokio::test(start_paused = true)]
async fn failure_may_have_no_message_or_a_huge_one() {
    let long = "x".repeat(1 << 20);
    for (name, error) in [
        ("nothing", Value::Null),
        ("an empty error", json!({})),
        ("a code alone", json!({ "error_code": "SOMETHING_NEW" })),
        ("a long text", json!({ "message": long })),
        ("a text of two lines and a bell", json!({ "message": "a\nb\u{7}\u{202e}" })),
    ] {
        let (known, error) = failed(json!({ "state": "FAILED", "error": error })).await;
        assert_eq!((known, error.kind()), (ExecutionStatus::Failed, ErrorKind::Failed), "{name}");
        let shown = error.to_string();
        assert!(shown.len() < 8_000, "{name}: {} bytes", shown.len());
        assert!(!shown.contains(['\n', '\u{7}', '\u{202e}']), "{name}: {shown}");
    }
}

fn says(status: u16, code: &str, message: &str) -> Step {
    let body = json!({ "error_code": code, "message": message }).to_string();
    Step::http(status).text(body).header("content-type", "application/json")
}

#[tokio::test(start_paused = true)]
async fn class_and_sqlstate_of_an_http_error_are_in_its_text() {
    let server = server(Settings::default(), 8);
    server.script(SEA_EXECUTE, [says(400, "BAD_REQUEST", TEXT)]);
    let error = client_of(&server).execute_async("SELECT 1").await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Rejected, RetryAdvice::SafeToResubmit));
    has_class_and_state("submit", &error);
    let query = finished(&server).await;
    server.script(SEA_STATUS, [says(400, "BAD_REQUEST", TEXT)]);
    let error = query.sync_status().await.unwrap_err();
    is_reported("status", &error, &query);
    has_class_and_state("status", &error);
}

#[tokio::test(start_paused = true)]
async fn time_limit_is_recognised_in_an_http_error_and_in_a_status() {
    let late = "Statement timed out after 5 seconds";
    for (name, code, message) in [("code", "DEADLINE_EXCEEDED", "late"), ("text", "ABORTED", late)]
    {
        let error = json!({ "error_code": code, "message": message });
        let (known, error) = failed(json!({ "state": "FAILED", "error": error })).await;
        assert_eq!(
            (known, error.kind()),
            (ExecutionStatus::TimedOut, ErrorKind::TimedOut),
            "{name}"
        );
        let server = server(Settings::default(), 8);
        let query = client_of(&server).execute_async("SELECT 1").await.unwrap();
        server.script(SEA_STATUS, [says(400, code, message)]);
        let error = query.sync_status().await.unwrap_err();
        is_reported(name, &error, &query);
        assert_eq!((error.kind(), error.retry()), (ErrorKind::TimedOut, RetryAdvice::Unsafe));
    }
    // A submit whose statement ran into the limit.
    let server = server(Settings::default(), 8);
    server.script(SEA_EXECUTE, [says(400, "DEADLINE_EXCEEDED", "late").accepted()]);
    let error = client_of(&server).execute("INSERT 1").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry()),
        (ErrorKind::TimedOut, RetryAdvice::Unsafe),
        "{error}"
    );
    assert_eq!((server.count(SEA_EXECUTE), server.executions().len()), (1, 1));
    // An error about the setting: the statement did not run.
    let text = "[INVALID_CONF_VALUE] STATEMENT_TIMEOUT must be a number";
    server.script(SEA_EXECUTE, [says(400, "BAD_REQUEST", text)]);
    let error = client_of(&server).execute("SET STATEMENT_TIMEOUT = x").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
}

/// Transient errors are retried; lasting ones are reported, and the handle remains valid.
#[tokio::test(start_paused = true)]
async fn http_errors_while_reading_have_their_kinds() {
    type Case = (&'static str, fn() -> Step, &'static [ErrorKind]);
    let cases: [Case; 10] = [
        ("500", || Step::http(500), &[ErrorKind::Transport]),
        ("HTML", || Step::http(502).text("<html>no</html>"), &[ErrorKind::Transport]),
        ("503", || Step::http(503), &[ErrorKind::Transport]),
        ("429", || Step::http(429).header("retry-after", "1"), &[ErrorKind::Throttled]),
        (
            "429 for ages",
            || Step::http(429).header("retry-after", "999999999"),
            &[ErrorKind::Throttled],
        ),
        ("404 of a proxy", || Step::http(404), &[ErrorKind::Transport]),
        ("unknown", || says(404, "NOT_FOUND", "no"), &[ErrorKind::NotFound, ErrorKind::ResultGone]),
        ("closed", || says(400, "INVALID_STATE", "closed"), &[ErrorKind::ResultGone]),
        ("403", || says(403, "PERMISSION_DENIED", "no"), &[ErrorKind::PermissionDenied]),
        ("an error that is a list", || Step::http(400).text("[1]"), &[ErrorKind::Transport]),
    ];
    for (name, step, kinds) in cases {
        let server: Server = server(chunked(4), 8);
        let query = finished(&server).await;
        server.always(SEA_CHUNK, step);
        let (rows, error) = outcome(&query).await;
        let error = error.expect(name);
        is_reported(name, &error, &query);
        assert_eq!(rows, [0, 1, 2, 3], "{name}");
        assert!(kinds.contains(&error.kind()), "{name}: {:?} {error}", error.kind());
        assert!(server.total() < 200, "{name}: {} requests", server.total());
        server.recover(SEA_CHUNK);
        assert_eq!(outcome(&query).await.0.len(), 8, "{name}");
    }
}
