//! Resolving an unknown outcome with a nonce and the query history.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use dbsql_core::{
    Client, Config, Error, ErrorKind, ExecutionStatus, Result, RetryAdvice, Runtime, SqlProtocol,
    Statement, Submission,
};
use dbsql_local::Settings;
use serde_json::{Value, json};

use super::{HISTORY, SEA_EXECUTE, chunked, client_of, edit, rows_of, sea, server};
use crate::support::{
    EXECUTE, Fault, HOST, Server, Step, TOKEN, client_with, config, counted, seconds,
};

const MINUTE: u64 = 60;

fn thrift() -> Config {
    config().protocol(SqlProtocol::Thrift)
}

/// The time on all clocks of these tests.
fn now() -> SystemTime {
    Runtime::seeded(7).wall_now()
}

/// The error of a submit that was accepted and whose response was lost.
async fn lost(server: &Server, client: &Client, method: &str) -> Error {
    server.script(method, [Step::reset().accepted()]);
    let error = client.execute_async("INSERT INTO t VALUES (1)").await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::OutcomeUnknown, RetryAdvice::Unsafe));
    error
}

#[tokio::test(start_paused = true)]
async fn lost_submit_over_sea_is_found_and_its_result_read() {
    let server = server(chunked(4), 10);
    server.plan(|plan| plan.runs_for = seconds(3));
    let client = client_with(&server, sea().submit_nonces(true));
    let error = lost(&server, &client, SEA_EXECUTE).await;
    let nonce = error.submit_nonce().expect("a nonce");
    assert!(error.to_string().contains(nonce), "{error}");
    assert!(error.to_string().contains("find_submitted"), "{error}");
    let found = client.find_submitted(nonce, now()).await.unwrap();
    let Submission::Sea { handle, status, .. } = found else { panic!("{found:?}") };
    assert_eq!(status, ExecutionStatus::Running);
    let query = client.get_async_execution(handle).await.unwrap();
    assert_eq!(rows_of(&query).await, counted(0, 10));
    // It ran once, and a client of the other protocol finds it too.
    assert_eq!(server.executions().len(), 1);
    let found = client_with(&server, thrift()).find_submitted(nonce, now()).await.unwrap();
    assert!(
        matches!(&found, Submission::Sea { status: ExecutionStatus::Finished, .. }),
        "{found:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn lost_submit_over_thrift_is_found_without_its_secret() {
    let server = server(Settings::default(), 10);
    let client = client_with(&server, thrift().submit_nonces(true));
    let error = lost(&server, &client, EXECUTE).await;
    let nonce = error.submit_nonce().expect("a nonce");
    for client in [&client, &client_of(&server)] {
        let found = client.find_submitted(nonce, now()).await.unwrap();
        let Submission::Thrift { query_id, status, .. } = found else { panic!("{found:?}") };
        assert_eq!(status, ExecutionStatus::Finished);
        assert_eq!(query_id.to_string().len(), 36);
    }
    assert_eq!(server.executions().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_unknown_outcome_names_the_nonce() {
    let faults: [Fault; 3] = [
        ("500", || Step::http(500).accepted()),
        ("HTML", || Step::body("<html>").accepted()),
        ("silence", || Step::stall().accepted()),
    ];
    for (name, fault) in faults {
        for (method, config) in [(EXECUTE, thrift()), (SEA_EXECUTE, sea())] {
            let server = server(Settings::default(), 10);
            let client = client_with(&server, config);
            let statement = || Statement::new("INSERT INTO t VALUES (1)").submit_nonce("n-1");
            server.script(method, [fault(), fault(), fault()]);
            let plain = client.execute_async(statement()).await.unwrap_err();
            let owned = client.execute_async(statement()).cancel_on_drop().deadline(seconds(1));
            let owned = owned.await.unwrap_err();
            let whole = client.execute(statement()).deadline(seconds(1)).await.unwrap_err();
            for error in [plain, owned, whole] {
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{name}: {error}");
                assert_eq!(error.submit_nonce(), Some("n-1"), "{name}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nonces_are_off_by_default_and_new_for_each_statement() {
    let server = server(Settings::default(), 10);
    let error = lost(&server, &client_of(&server), SEA_EXECUTE).await;
    assert_eq!(error.submit_nonce(), None);
    let client = client_with(&server, sea().submit_nonces(true));
    let one = lost(&server, &client, SEA_EXECUTE).await;
    let two = lost(&server, &client, SEA_EXECUTE).await;
    assert_ne!(one.submit_nonce(), two.submit_nonce());
    // The error of a statement that was definitively rejected names none.
    server.script(SEA_EXECUTE, [Step::error(400, "BAD_REQUEST: no")]);
    let refused = client.execute_async("SELECT 1").await.unwrap_err();
    assert_eq!((refused.kind(), refused.submit_nonce()), (ErrorKind::Rejected, None));
}

#[tokio::test(start_paused = true)]
async fn statement_is_found_on_a_later_page_and_only_in_its_time() {
    let server = server(Settings::default(), 1);
    let client = client_of(&server);
    let submitted = now();
    let own = Statement::new("SELECT 1").submit_nonce("mine");
    let _ = client.execute_async(own).await.unwrap();
    for _ in 0..450 {
        let _ = client.execute_async("SELECT 2").await.unwrap();
    }
    let is_found = |found: &Result<Submission>| matches!(found, Ok(Submission::Sea { .. }));
    let found = client.find_submitted("mine", submitted).await;
    assert!(is_found(&found), "{found:?}");
    assert_eq!(server.count(HISTORY), 3);
    let found = client.find_submitted("other", submitted).await.unwrap();
    assert_eq!(found, Submission::NotFound);
    let at = |minutes: u64| Duration::from_secs(minutes * MINUTE);
    for (around, is_in) in [
        (submitted + at(29), true),
        (submitted + at(31), false),
        (submitted - at(14), true),
        (submitted - at(16), false),
        (SystemTime::UNIX_EPOCH, false),
    ] {
        let found = client.find_submitted("mine", around).await;
        assert_eq!(is_found(&found), is_in, "{around:?} {found:?}");
        assert!(is_in || found.unwrap() == Submission::NotFound);
    }
}

/// The error of a search when the history responds like this.
async fn failed_search(step: impl Fn() -> Step + Send + 'static) -> (Server, Error) {
    let server = server(Settings::default(), 10);
    server.always(HISTORY, step);
    let found = client_of(&server).find_submitted("mine", now()).await;
    (server, found.unwrap_err())
}

fn paged(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Step {
    edit(move |answer| {
        answer["has_next_page"] = true.into();
        change(answer);
    })
}

#[tokio::test(start_paused = true)]
async fn inconsistent_pages_are_typed_errors() {
    let same = || paged(|answer| answer["next_page_token"] = "before-1000".into());
    let none = || paged(|answer| answer["next_page_token"] = Value::Null);
    let long = || paged(|answer| answer["next_page_token"] = "t".repeat(9000).into());
    let lies: [(Fault, usize); 3] =
        [(("earlier page", same), 2), (("no token", none), 1), (("8 KiB", long), 1)];
    for ((message, lie), requests) in lies {
        let (server, error) = failed_search(lie).await;
        let seen = (error.kind(), server.count(HISTORY));
        assert_eq!(seen, (ErrorKind::Protocol, requests), "{error}");
        assert!(error.to_string().contains(message), "{error}");
    }
    let number = Arc::new(AtomicU64::new(0));
    let endless = move || {
        let number = Arc::clone(&number);
        paged(move |answer| {
            let next = number.fetch_add(1, Ordering::Relaxed);
            answer["next_page_token"] = format!("before-{}", u64::MAX - next).into();
        })
    };
    let (server, error) = failed_search(endless).await;
    assert_eq!((error.kind(), server.count(HISTORY)), (ErrorKind::Truncated, 100), "{error}");
    let tag = json!([{ "key": "dbsql_nonce", "value": "sea-mine" }]);
    let no_id = move || {
        let tag = tag.clone();
        edit(move |answer| answer["res"] = json!([{ "query_id": "x", "query_tags": tag }]))
    };
    let (_, error) = failed_search(no_id).await;
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}

#[tokio::test(start_paused = true)]
async fn rejections_by_the_history_are_typed() {
    let faults: [(fn() -> Step, ErrorKind); 7] = [
        (|| Step::error(403, "PERMISSION_DENIED: no"), ErrorKind::PermissionDenied),
        (|| Step::error(401, "UNAUTHENTICATED: no"), ErrorKind::Auth),
        (|| Step::error(404, "ENDPOINT_NOT_FOUND: no"), ErrorKind::Unsupported),
        (|| Step::error(400, "INVALID_PARAMETER_VALUE: no"), ErrorKind::Protocol),
        (|| Step::body("<html>sign in</html>"), ErrorKind::Protocol),
        (|| Step::body(vec![b' '; (16 << 20) + 1]), ErrorKind::Protocol),
        (|| Step::http(404), ErrorKind::Config),
    ];
    for (step, kind) in faults {
        let (_, error) = failed_search(step).await;
        assert_eq!(error.kind(), kind, "{error}");
        // This says nothing about the outcome of the statement.
        assert_ne!(error.retry(), RetryAdvice::SafeToResubmit, "{error}");
        assert!(!error.to_string().contains("handle"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn search_is_retried_and_keeps_its_deadline() {
    let server = server(Settings::default(), 10);
    let client = client_of(&server);
    let retried = [Step::http(500), Step::reset(), Step::http(429).header("retry-after", "1")];
    server.script(HISTORY, retried);
    let found = client.find_submitted("mine", now()).await.unwrap();
    assert_eq!((found, server.count(HISTORY)), (Submission::NotFound, 4));
    server.always(HISTORY, Step::stall);
    let began = tokio::time::Instant::now();
    let late = client.find_submitted("mine", now()).deadline(seconds(5)).await.unwrap_err();
    assert_eq!((late.kind(), began.elapsed()), (ErrorKind::Deadline, seconds(5)), "{late}");
    assert!(late.to_string().contains("search again"), "{late}");
}

#[tokio::test(start_paused = true)]
async fn cluster_and_bad_nonce_are_rejected_before_anything_is_sent() {
    let server = server(Settings::default(), 10);
    let cluster = Config::new(HOST, "/sql/protocolv1/o/1/cluster").token(TOKEN);
    let error = client_with(&server, cluster).find_submitted("mine", now()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    let error = client_of(&server).find_submitted("a b", now()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(server.total(), 0);
}
