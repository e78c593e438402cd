//! Calls that may be repeated survive transient failures, and report lasting ones.

use dbsql_auth::AuthErrorKind;
use dbsql_core::{
    AsyncExecution, Config, Error, ErrorKind, ExecutionStatus, PollSchedule, RetryAdvice,
};
use tokio::time::Instant;

use crate::support::{
    CANCEL, CLOSE, CLOSE_SESSION, EXECUTE, FETCH, Fault, HOST, METADATA, OPEN, PATH, STATUS,
    Server, Step, Tokens, client, client_with, connection, counted, finished, ids, seconds,
    submitted,
};

/// Transient failures. Each may occur three times in a row.
fn blips() -> [Fault; 16] {
    [
        ("refused", Step::refused),
        ("reset before sending", Step::reset_unsent),
        ("reset", Step::reset),
        ("reset after it was done", || Step::reset().accepted()),
        ("stall", Step::stall),
        ("stall after it was done", || Step::stall().accepted()),
        ("500", || Step::http(500)),
        ("502 after it was done", || Step::http(502).accepted()),
        ("503", || Step::http(503)),
        ("503 with a time", || Step::http(503).header("retry-after", "2")),
        ("504 with a page", || Step::http(504).text("<html>gateway</html>")),
        ("429", || Step::http(429)),
        ("408", || Step::http(408)),
        ("body breaks off", Step::cut),
        ("body ends early", Step::half),
        ("body goes silent", Step::stalled_body),
    ]
}

#[tokio::test(start_paused = true)]
async fn every_call_but_the_submit_survives_three_failures_in_a_row() {
    for server in [Server::databricks, Server::spark] {
        for (name, blip) in blips() {
            let server = server();
            for method in [STATUS, METADATA, FETCH, CANCEL, CLOSE, CLOSE_SESSION] {
                server.script(method, [blip(), blip(), blip()]);
            }
            let connection = connection(&server).await;
            let query = connection.execute_async("SELECT 1").await.unwrap();
            assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished, "{name}");
            let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
            assert_eq!(ids(&rows), counted(0, 10), "{name}");
            query.cancel().await.unwrap();
            query.close().await.unwrap();
            connection.close().await.unwrap();
            assert_eq!((server.open_operations(), server.open_sessions()), (0, 0), "{name}");
            assert_eq!((server.count(EXECUTE), server.executions().len()), (1, 1), "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn opening_a_session_survives_one_failure_but_tries_few_times() {
    for (name, blip) in blips() {
        let server = Server::databricks();
        server.script(OPEN, [blip()]);
        drop(client(&server).connect().await.expect(name));

        server.always(OPEN, blip);
        let opened = server.count(OPEN);
        let error = client(&server).connect().await.expect_err(name);
        assert!(server.count(OPEN) - opened <= 3, "{name}");
        assert!(error.to_string().contains(HOST), "{name}: {error}");
        assert!(!error.to_string().contains("handle"), "there is none: {error}");
    }
}

async fn lasting(step: impl Fn() -> Step + Send + 'static) -> (AsyncExecution, Server, Error) {
    let server = Server::databricks();
    let query = finished(&server).await;
    server.always(STATUS, step);
    let error = query.sync_status().await.unwrap_err();
    assert!(error.to_string().contains(HOST), "{error}");
    assert_eq!(error.query_id(), Some(query.query_id()));
    (query, server, error)
}

#[tokio::test(start_paused = true)]
async fn lasting_failure_ends_the_retries_and_keeps_the_handle() {
    for (name, blip) in blips() {
        let (query, server, error) = lasting(blip).await;
        let asked = server.count(STATUS);
        assert!(asked > 3, "{name}: {asked}");
        assert!(asked < 160, "no faster than backoff or server allow: {name}: {asked}");
        assert!(
            matches!(
                error.kind(),
                ErrorKind::Transport | ErrorKind::Throttled | ErrorKind::Protocol
            ),
            "{name}: {error}"
        );
        server.recover(STATUS);
        assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Finished, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lasting_429_is_throttled_with_its_time() {
    let (_, _, error) = lasting(|| Step::http(429).header("retry-after", "40")).await;
    assert_eq!(error.kind(), ErrorKind::Throttled, "{error}");
    assert_eq!(error.retry(), RetryAdvice::RepeatCallAfter(seconds(40)), "{error}");
    let (_, _, error) = lasting(|| Step::http(429)).await;
    assert_eq!(error.kind(), ErrorKind::Throttled, "{error}");
    assert_eq!(error.retry(), RetryAdvice::RepeatCall, "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_the_deadline_is_reported_at_once() {
    let server = Server::databricks();
    let query = finished(&server).await;
    server.always(STATUS, || Step::http(429).header("retry-after", "1000000000"));
    let started = Instant::now();
    let error = query.sync_status().deadline(seconds(30)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Throttled, "{error}");
    assert!(matches!(error.retry(), RetryAdvice::RepeatCallAfter(_)), "{error}");
    assert!(started.elapsed() < seconds(1), "nobody waits for nothing");
}

#[tokio::test(start_paused = true)]
async fn the_pause_of_the_server_is_observed_exactly() {
    let server = Server::databricks();
    let query = finished(&server).await;
    let first = server.count(STATUS);
    server.script(STATUS, [Step::http(429).header("retry-after", "17")]);
    query.sync_status().await.unwrap();
    let times = server.times(STATUS);
    assert_eq!(times[first + 1] - times[first], seconds(17));
}

#[tokio::test(start_paused = true)]
async fn a_rejection_about_an_execution_never_advises_to_submit_again() {
    let refusals: [Fault; 6] = [
        ("400", || Step::http(400)),
        ("401", || Step::http(401)),
        ("403", || Step::http(403)),
        ("404", || Step::http(404)),
        ("a page of HTML", || Step::body("<html>sign in</html>")),
        ("lost session", || {
            let text = "Invalid SessionHandle: SessionHandle [01]";
            Step::http(400).header("x-thriftserver-error-message", text)
        }),
    ];
    for (name, refusal) in refusals {
        let (query, server, error) = lasting(refusal).await;
        assert_ne!(error.retry(), RetryAdvice::SafeToResubmit, "{name}: {error}");
        for method in [METADATA, CANCEL, CLOSE] {
            server.always(method, refusal);
        }
        let errors = [
            query.get_results().await.err(),
            query.cancel().await.err(),
            query.close().await.err(),
        ];
        for error in errors.into_iter().flatten() {
            assert_ne!(error.retry(), RetryAdvice::SafeToResubmit, "{name}: {error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_outage_fails_none_of_hundreds_of_executions() {
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(100));
    let connection = connection(&server).await;
    let mut waits = Vec::new();
    for _ in 0..300 {
        let query = connection.execute_async("SELECT 1").await.unwrap();
        let wait = query.wait().schedule(PollSchedule::every(seconds(5)));
        waits.push(tokio::spawn(wait.into_future()));
    }
    tokio::time::sleep(seconds(60)).await;
    server.always(STATUS, Step::reset);
    tokio::time::sleep(seconds(20)).await;
    server.recover(STATUS);
    for wait in waits {
        assert_eq!(wait.await.unwrap().unwrap(), ExecutionStatus::Finished);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_token_provider_is_called_again() {
    let server = Server::databricks();
    let tokens = Tokens::failing(2, AuthErrorKind::Unavailable);
    let client = client_with(&server, Config::new(HOST, PATH).credentials(tokens));
    let _ = client.execute_async("SELECT 1").await.unwrap();
    assert_eq!(server.executions().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_provider_that_rejects_is_not_called_again() {
    let cases =
        [(AuthErrorKind::Rejected, ErrorKind::Auth), (AuthErrorKind::Invalid, ErrorKind::Config)];
    for (cause, kind) in cases {
        let server = Server::databricks();
        let tokens = Tokens::failing(u32::MAX, cause);
        let client = client_with(&server, Config::new(HOST, PATH).credentials(tokens));
        let started = Instant::now();
        let error = client.execute_async("SELECT 1").await.unwrap_err();
        assert_eq!((error.kind(), server.total()), (kind, 0), "{error}");
        assert!(started.elapsed() < seconds(1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_during_any_call_is_renewed() {
    let server = Server::databricks();
    let tokens = Tokens::new();
    let client = client_with(&server, Config::new(HOST, PATH).credentials(tokens.clone()));
    for method in [OPEN, EXECUTE, STATUS, METADATA, FETCH, CANCEL, CLOSE] {
        server.script(method, [Step::http(401)]);
    }
    let query = client.execute_async("SELECT 1").await.unwrap();
    let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rows), counted(0, 10));
    query.cancel().await.unwrap();
    query.close().await.unwrap();
    assert_eq!((tokens.renewals(), server.executions().len()), (7, 1));
}

#[tokio::test(start_paused = true)]
async fn an_expired_fixed_token_keeps_the_handle() {
    let server = Server::databricks();
    let query = submitted(&server).await;
    let expired = || Step::http(403).header("x-databricks-reason-phrase", "Invalid access token");
    server.script(STATUS, [expired()]);
    let error = query.sync_status().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Auth, RetryAdvice::RepeatCall));
    query.sync_status().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn without_retries_the_first_failure_is_reported() {
    let server = Server::databricks();
    let query = submitted(&server).await;
    let config = crate::support::config().retry(dbsql_core::RetryPolicy::none());
    let hasty = client_with(&server, config);
    let query = hasty.get_async_execution(query.handle().unwrap()).await.unwrap();
    server.script(STATUS, [Step::http(500)]);
    let asked = server.count(STATUS);
    let error = query.sync_status().await.unwrap_err();
    assert_eq!((error.kind(), server.count(STATUS)), (ErrorKind::Transport, asked + 1), "{error}");
}
