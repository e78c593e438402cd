//! A statement runs once, and statements that cannot be sent are rejected before.

use std::time::Duration;

use dbsql_core::{AsyncExecution, ErrorKind, Result, RetryAdvice, Statement, Value};
use dbsql_local::Settings;

use super::{SEA_EXECUTE, client_of, edit, sent, server};
use crate::support::{Fault, Server, Step, seconds};

async fn submit(step: Step) -> (Server, Result<AsyncExecution>) {
    let server = server(Settings::default(), 10);
    server.script(SEA_EXECUTE, [step]);
    let submitted = client_of(&server).execute_async("INSERT INTO t VALUES (1)").await;
    assert!(server.executions().len() <= 1, "it ran {} times", server.executions().len());
    (server, submitted)
}

async fn leaves_it_open(name: &str, step: Step) {
    let taken = step.is_accepted();
    let (server, submitted) = submit(step).await;
    let error = submitted.expect_err(name);
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error}");
    assert_eq!(error.retry(), RetryAdvice::Unsafe, "{name}: {error}");
    assert_eq!(server.count(SEA_EXECUTE), 1, "{name}: it was sent again");
    assert_eq!(server.executions().len(), usize::from(taken), "{name}");
}

async fn is_tried_again(name: &str, step: Step) {
    let (server, submitted) = submit(step).await;
    let _ = submitted.expect(name);
    assert_eq!((server.count(SEA_EXECUTE), server.executions().len()), (2, 1), "{name}");
}

async fn is_refused(name: &str, step: Step, kind: ErrorKind) {
    let (server, submitted) = submit(step).await;
    let error = submitted.expect_err(name);
    assert_eq!(error.kind(), kind, "{name}: {error}");
    assert_eq!((server.count(SEA_EXECUTE), server.executions().len()), (1, 0), "{name}");
}

#[tokio::test(start_paused = true)]
async fn lost_response_is_an_unknown_outcome_and_runs_once() {
    let faults: [Fault; 11] = [
        ("reset", Step::reset),
        ("stall", Step::stall),
        ("500", || Step::http(500)),
        ("503 without Retry-After", || Step::http(503)),
        ("a page of HTML", || Step::body("<html>sign in</html>")),
        ("an empty answer", || Step::body("")),
        ("a list", || Step::body("[]")),
        ("an object that says nothing", || Step::body("{}")),
        ("400 of a proxy", || Step::http(400).text("<html>bad request</html>")),
        ("400 of a gateway", || Step::http(400).header("x-databricks-reason-phrase", "no")),
        ("404 of a proxy", || Step::http(404)),
    ];
    for (name, fault) in faults {
        leaves_it_open(&format!("{name}, not taken"), fault()).await;
        leaves_it_open(&format!("{name}, taken"), fault().accepted()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn damaged_answer_leaves_the_outcome_unknown() {
    leaves_it_open("body breaks off", Step::cut()).await;
    leaves_it_open("body ends early", Step::half()).await;
    leaves_it_open("body goes silent", Step::stalled_body()).await;
    leaves_it_open("a body that claims too much", Step::claims(1 << 40)).await;
    let no_id = edit(|answer| answer["statement_id"] = serde_json::Value::Null);
    leaves_it_open("no id", no_id).await;
    let malformed = edit(|answer| answer["statement_id"] = "not an id".into());
    leaves_it_open("malformed id", malformed).await;
}

#[tokio::test(start_paused = true)]
async fn submit_that_was_not_accepted_is_sent_again() {
    is_tried_again("refused", Step::refused()).await;
    is_tried_again("reset before sending", Step::reset_unsent()).await;
    is_tried_again("429", Step::http(429).header("retry-after", "3")).await;
    is_tried_again("503", Step::http(503).header("retry-after", "3")).await;
}

#[tokio::test(start_paused = true)]
async fn error_code_of_the_server_is_a_rejection() {
    let refused = |code: &str| {
        let body = serde_json::json!({ "error_code": code, "message": "no" });
        Step::http(400).text(body.to_string())
    };
    is_refused("bad request", refused("BAD_REQUEST"), ErrorKind::Rejected).await;
    is_refused("a new code", refused("SOMETHING_NEW"), ErrorKind::Rejected).await;
    let (_, submitted) = submit(refused("BAD_REQUEST")).await;
    assert_eq!(submitted.unwrap_err().retry(), RetryAdvice::SafeToResubmit);
}

#[tokio::test(start_paused = true)]
async fn options_without_an_equivalent_are_rejected_unsent() {
    let server = server(Settings::default(), 10);
    let select = || Statement::new("SELECT :a");
    for (statement, kind, message) in [
        (select().timeout(Duration::from_secs(1)), ErrorKind::Unsupported, "STATEMENT_TIMEOUT"),
        (select().configuration("a", "b"), ErrorKind::Unsupported, "connection"),
        (select().bind("a", Value::array([1])), ErrorKind::Unsupported, "from_json"),
    ] {
        let error = client_of(&server).execute_async(statement).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
    let long = Statement::new("x".repeat((16 << 20) + 1));
    let error = client_of(&server).execute_async(long).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(server.total(), 0);
}

#[tokio::test(start_paused = true)]
async fn longest_statement_is_sent() {
    let server = server(Settings::default(), 10);
    let longest = Statement::new("x".repeat(16 << 20));
    client_of(&server).execute_async(longest).await.unwrap().wait().await.unwrap();
    assert_eq!(server.executions()[0].len(), 16 << 20);
}

#[tokio::test(start_paused = true)]
async fn parameters_are_sent_with_name_or_ordinal() {
    let server = server(Settings::default(), 10);
    let client = client_of(&server);
    let named = Statement::new("SELECT :a").bind("a", 7).bind("b", None::<i32>);
    let _ = client.execute(named).await.unwrap();
    let _ = client.execute(Statement::new("SELECT ?").bind_next("x")).await.unwrap();
    let sent = sent(&server, SEA_EXECUTE);
    assert_eq!(
        sent[0]["parameters"],
        serde_json::json!([
            { "name": "a", "value": "7", "type": "INT" },
            { "name": "b", "type": "VOID" },
        ])
    );
    let positional = serde_json::json!([{ "ordinal": 1, "value": "x", "type": "STRING" }]);
    assert_eq!(sent[1]["parameters"], positional);
}

#[tokio::test(start_paused = true)]
async fn deadline_before_the_answer_leaves_the_outcome_unknown() {
    let server = server(Settings::default(), 10);
    server.script(SEA_EXECUTE, [Step::stall().accepted()]);
    let submit = client_of(&server).execute_async("INSERT INTO t VALUES (1)");
    let error = submit.deadline(seconds(5)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert_eq!(server.executions().len(), 1);
}
