//! A deadline bounds every await of its call, the error says whether the statement was sent, and
//! the handle remains valid.

use std::time::Duration;

use dbsql_core::{Client, Config, Error, ErrorKind, ExecutionStatus, RetryAdvice, Statement};
use dbsql_protocol::rpc;
use tokio::time::Instant;

use crate::support::{
    CANCEL, CLOSE, CLOSE_SESSION, EXECUTE, FETCH, Fault, HOST, METADATA, OPEN, OVERSHOOT, PATH,
    STATUS, Server, Step, Tokens, client, client_with, connection, finished, ids, millis,
    poll_then_drop, read_on, seconds, submitted,
};

const SHORT: Duration = Duration::from_secs(2);

/// Runs a call and asserts that it returns at its deadline.
async fn at_deadline<T: std::fmt::Debug>(call: impl Future<Output = Result<T, Error>>) -> Error {
    let started = Instant::now();
    let error = call.await.expect_err("the deadline passes");
    let took = started.elapsed();
    assert!(took <= SHORT + OVERSHOOT, "{took:?}: {error}");
    assert!(error.to_string().contains(HOST), "{error}");
    error
}

/// The faults that delay a call. Each delays another await.
fn holdups() -> [Fault; 7] {
    [
        ("no connection", Step::stall_unsent),
        ("no answer", Step::stall),
        ("half an answer", Step::stalled_body),
        ("a late answer", || Step::serve().after(seconds(3600))),
        ("resets", Step::reset),
        ("500s", || Step::http(500)),
        ("429s", || Step::http(429)),
    ]
}

#[tokio::test(start_paused = true)]
async fn deadline_bounds_status_calls_and_keeps_the_handle() {
    for (name, fault) in holdups() {
        let server = Server::databricks();
        let query = submitted(&server).await;
        server.always(STATUS, fault);
        let error = at_deadline(query.sync_status().deadline(SHORT).into_future()).await;
        assert_eq!(error.kind(), ErrorKind::Deadline, "{name}: {error}");
        assert_eq!(error.retry(), RetryAdvice::RepeatCall, "{name}: {error}");
        assert_eq!(error.query_id(), Some(query.query_id()), "{name}");
        let error = at_deadline(query.wait().deadline(SHORT).into_future()).await;
        assert_eq!(error.kind(), ErrorKind::Deadline, "{name}: {error}");
        server.recover(STATUS);
        assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_bounds_cancel_and_close() {
    for (name, fault) in holdups() {
        let server = Server::databricks();
        let connection = connection(&server).await;
        let query = connection.execute_async("SELECT 1").await.unwrap();
        for method in [CANCEL, CLOSE, CLOSE_SESSION] {
            server.always(method, fault);
        }
        let errors = [
            at_deadline(query.cancel().deadline(SHORT).into_future()).await,
            at_deadline(query.close().deadline(SHORT).into_future()).await,
            at_deadline(connection.close_all().deadline(SHORT).into_future()).await,
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::Deadline, "{name}: {error}");
        }
        for method in [CANCEL, CLOSE, CLOSE_SESSION] {
            server.recover(method);
        }
        query.cancel().await.unwrap();
        query.close().await.unwrap();
        connection.close().await.unwrap();
        assert_eq!((server.open_operations(), server.open_sessions()), (0, 0), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn deadline_bounds_a_result_that_can_be_resumed() {
    for server in [Server::databricks, Server::spark] {
        for (name, fault) in holdups() {
            let server = server();
            let query = finished(&server).await;
            server.always(METADATA, fault);
            let error = at_deadline(query.get_results().deadline(SHORT).into_future()).await;
            assert_eq!(error.kind(), ErrorKind::Deadline, "{name}: {error}");
            server.recover(METADATA);

            let mut results = query.get_results().await.unwrap();
            server.script(FETCH, [Step::serve()]);
            server.always(FETCH, fault);
            let first = results.next().await.unwrap().expect("rows");
            results = results.deadline(SHORT);
            let error = at_deadline(results.next()).await;
            assert_eq!(error.kind(), ErrorKind::Deadline, "{name}: {error}");
            server.recover(FETCH);
            results = results.deadline(seconds(60));
            let rest = read_on(&mut results, 1).await;
            assert_eq!([ids(&[first]), rest].concat(), (0..10).collect::<Vec<_>>(), "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_bounds_the_wait_for_a_token() {
    let server = Server::databricks();
    // There is one token. When it has expired, the provider does not return another.
    let tokens = Tokens::stalling_from(1).good_for(seconds(3600));
    let client = client_with(&server, Config::new(HOST, PATH).credentials(tokens));
    let query = client.execute_async("SELECT 1").await.unwrap();
    query.sync_status().await.unwrap();
    tokio::time::sleep(seconds(3600)).await;
    let error = at_deadline(query.sync_status().deadline(SHORT).into_future()).await;
    assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
}

async fn submit_at_deadline(client: &Client) -> Error {
    at_deadline(client.execute_async("INSERT INTO t VALUES (1)").deadline(SHORT).into_future())
        .await
}

fn not_sent(server: &Server, name: &str, error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Deadline, "{name}: {error}");
    assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{name}: {error}");
    assert!(server.executions().is_empty(), "{name}");
}

#[tokio::test(start_paused = true)]
async fn deadline_before_sending_reports_not_run() {
    let faults: [Fault; 2] = [("no connection", Step::stall_unsent), ("refused", Step::refused)];
    for (name, fault) in faults {
        let server = Server::databricks();
        server.always(EXECUTE, fault);
        let error = submit_at_deadline(&client(&server)).await;
        not_sent(&server, name, &error);
    }
    // A rate-limited request is resent only a few times, which ends before the deadline.
    let server = Server::databricks();
    server.always(EXECUTE, || Step::http(429));
    let error = submit_at_deadline(&client(&server)).await;
    assert_eq!(error.kind(), ErrorKind::Throttled, "{error}");
    assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
    assert_eq!((server.count(EXECUTE), server.executions().len()), (4, 0));
    // A pause that exceeds the deadline is reported at once.
    let server = Server::databricks();
    server.always(EXECUTE, || Step::http(429).header("retry-after", "3"));
    let error = submit_at_deadline(&client(&server)).await;
    assert_eq!(error.kind(), ErrorKind::Throttled, "{error}");
    assert_eq!(error.retry(), RetryAdvice::RepeatCallAfter(seconds(3)), "{error}");
    assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn deadline_during_a_stalled_token_reports_not_run() {
    let server = Server::databricks();
    let tokens = Tokens::stalling_from(1).good_for(seconds(3600));
    let client = client_with(&server, Config::new(HOST, PATH).credentials(tokens));
    let connection = client.connect().await.unwrap();
    tokio::time::sleep(seconds(3600)).await;
    let submit = connection.execute_async("INSERT INTO t VALUES (1)").deadline(SHORT);
    let error = at_deadline(submit.into_future()).await;
    not_sent(&server, "token", &error);
    assert_eq!(server.count(EXECUTE), 0);
}

#[tokio::test(start_paused = true)]
async fn deadline_during_session_open_reports_not_run() {
    for (name, fault) in holdups() {
        let server = Server::databricks();
        server.always(OPEN, fault);
        let client = client(&server);
        let started = Instant::now();
        let submit = client.execute_async("INSERT INTO t VALUES (1)").deadline(SHORT);
        let error = submit.await.unwrap_err();
        assert!(started.elapsed() <= SHORT + OVERSHOOT, "{name}");
        // Opening a session is retried a few times at most, so a lasting failure may end before the
        // deadline.
        assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{name}: {error}");
        assert_eq!(server.count(EXECUTE), 0, "{name}");
        server.recover(OPEN);
        let _ = client.execute_async("SELECT 1").await.expect("the next one opens it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_has_passed_sends_no_statement() {
    let server = Server::databricks();
    let client = client(&server);
    let _ = client.execute_async("SELECT 1").await.unwrap();
    let sent = server.total();
    let error = client
        .execute_async("INSERT INTO t VALUES (1)")
        .deadline(Duration::ZERO)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
    assert_eq!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
    assert_eq!(server.total(), sent);
}

#[tokio::test(start_paused = true)]
async fn deadline_after_sending_leaves_the_outcome_unknown() {
    let faults: [Fault; 3] = [
        ("no answer", || Step::stall().accepted()),
        ("half an answer", Step::stalled_body),
        ("a late answer", || Step::serve().after(seconds(3600))),
    ];
    for (name, fault) in faults {
        let server = Server::databricks();
        server.always(EXECUTE, fault);
        let error = submit_at_deadline(&client(&server)).await;
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error}");
        assert_eq!(error.retry(), RetryAdvice::Unsafe, "{name}: {error}");
        assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 1), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_of_execute_covers_submit_wait_and_opening() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(3600));
    let client = client(&server);
    // The server holds the response for several seconds, for a direct result.
    let error = client.execute("SELECT 1").deadline(seconds(6)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
    assert!(error.query_id().is_some(), "{error}");
    assert_eq!(server.running(), 1, "a deadline never stops a statement");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_bounds_a_read_that_an_earlier_call_started() {
    let server = Server::databricks();
    let query = finished(&server).await;
    server.always(FETCH, || Step::serve().after(seconds(30)));
    let mut results = query.get_results().await.unwrap();
    assert!(poll_then_drop(results.next(), 1).await.is_none());
    results = results.deadline(SHORT);
    for _ in 0..2 {
        let error = at_deadline(results.next()).await;
        assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
    }
    // The deadline of an earlier call does not end a later call.
    let query = finished(&server).await;
    let mut results = query.get_results().await.unwrap().deadline(SHORT);
    assert!(poll_then_drop(results.next(), 1).await.is_none());
    results = results.deadline(seconds(600));
    assert_eq!(read_on(&mut results, 0).await, (0..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_deadline_never_stops_the_statement() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(3600));
    let query = submitted(&server).await;
    for _ in 0..3 {
        at_deadline(query.wait().deadline(SHORT).into_future()).await;
        at_deadline(query.get_results().deadline(SHORT).into_future()).await;
    }
    tokio::time::sleep(millis(500)).await;
    assert_eq!((server.running(), server.count(CANCEL), server.count(CLOSE)), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_statement_timeout_is_sent_to_the_server_in_both_ways() {
    let server = Server::databricks();
    let statement = Statement::new("SELECT 1").timeout(millis(1500));
    let _ = client(&server).execute_async(statement).await.unwrap();
    let request = &server.requests::<rpc::ExecuteStatement>()[0];
    // Warehouses are reported to ignore the first.
    assert_eq!(request.query_timeout, Some(2));
    let overlay = request.conf_overlay.as_ref().unwrap();
    assert_eq!(overlay.get("STATEMENT_TIMEOUT").map(String::as_str), Some("2"));
    // Without one, the server keeps its default, and nothing is sent.
    let _ = client(&server).execute_async("SELECT 1").await.unwrap();
    let request = &server.requests::<rpc::ExecuteStatement>()[1];
    assert!(request.query_timeout.is_none_or(|seconds| seconds == 0));
    let overlay = request.conf_overlay.clone().unwrap_or_default();
    assert!(!overlay.contains_key("STATEMENT_TIMEOUT"));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_without_a_query_names_the_host() {
    let named = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
        assert!(error.to_string().contains(HOST), "{error}");
    };
    let server = Server::databricks();
    server.script(OPEN, [Step::stall(), Step::stall()]);
    let client = client(&server);
    let submit = || client.execute_async("SELECT 1").deadline(seconds(1));
    named(submit().await.unwrap_err());
    named(submit().cancel_on_drop().await.unwrap_err());
    named(client.execute("SELECT 1").deadline(seconds(1)).await.unwrap_err());

    let connection = client.connect().await.unwrap();
    server.lose_sessions();
    server.script(OPEN, [Step::stall()]);
    named(connection.execute_async("SELECT 1").deadline(seconds(1)).await.unwrap_err());

    drop(client.execute("SELECT 1").await.unwrap());
    server.script(CLOSE, [Step::stall()]);
    named(client.shutdown(seconds(1)).await.unwrap_err());

    connection.close_all().await.unwrap();
    let error = connection.execute_async("SELECT 1").await.unwrap_err();
    assert!(error.to_string().contains(HOST), "{error}");
}
