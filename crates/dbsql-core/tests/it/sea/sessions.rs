//! Sessions over the Statement Execution API.

use std::task::Poll;

use dbsql_core::{CloseOutcome, ErrorKind, RetryAdvice};
use dbsql_local::{Quirks, SeaQuirks, Settings};

use super::{CREATE_SESSION, DELETE_SESSION, SEA_EXECUTE, client_of, sea, sent, server};
use crate::support::{Server, Step, client_with, counted, ids, seconds};

#[tokio::test(start_paused = true)]
async fn connection_is_a_session_with_its_settings() {
    let server = server(Settings::default(), 10);
    let connect = client_of(&server).connect().catalog("main").schema("s");
    let connection = connect.configuration("STATEMENT_TIMEOUT", "60").await.unwrap();
    let _ = connection.execute("SET x = 1").await.unwrap();
    let _ = connection.execute("SELECT 1").await.unwrap().fetch_all().await.unwrap();
    let created = &sent(&server, CREATE_SESSION)[0];
    assert_eq!((&created["catalog"], &created["schema"]), (&"main".into(), &"s".into()));
    assert_eq!(created["session_confs"]["STATEMENT_TIMEOUT"], "60");
    let executed = sent(&server, SEA_EXECUTE);
    assert!(executed.iter().all(|request| request["session_id"].is_string()));
    // With a session they are rejected.
    assert!(executed.iter().all(|request| request.get("catalog").is_none()));
    let versions: Vec<_> =
        executed.iter().map(|request| &request["session_version"]["version_id"]).collect();
    assert_eq!(versions, [1, 2]);
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
    assert_eq!((server.count(DELETE_SESSION), server.open_sessions()), (1, 0));
    let error = connection.execute("SELECT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired);
}

#[tokio::test(start_paused = true)]
async fn statements_of_a_client_contain_catalog_and_schema() {
    let server = server(Settings::default(), 10);
    let client = client_with(&server, sea().catalog("main").schema("s"));
    let _ = client.execute("SELECT 1").await.unwrap().fetch_all().await.unwrap();
    let request = &sent(&server, SEA_EXECUTE)[0];
    assert_eq!((&request["catalog"], &request["schema"]), (&"main".into(), &"s".into()));
    assert!(request.get("session_id").is_none());
    client.shutdown(seconds(10)).await.unwrap();
    assert_eq!(server.count(CREATE_SESSION) + server.count(DELETE_SESSION), 0);
}

#[tokio::test(start_paused = true)]
async fn configuration_of_a_client_needs_a_session() {
    let server = server(Settings::default(), 10);
    let client = client_with(&server, sea().configuration("TIMEZONE", "UTC"));
    for _ in 0..2 {
        let _ = client.execute("SELECT 1").await.unwrap().fetch_all().await.unwrap();
    }
    client.shutdown(seconds(10)).await.unwrap();
    assert_eq!((server.count(CREATE_SESSION), server.count(DELETE_SESSION)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn lost_session_is_reopened_only_if_nothing_was_set_in_it() {
    let server = server(Settings::default(), 10);
    let connection = client_of(&server).connect().await.unwrap();
    let _ = connection.execute("SELECT 1").await.unwrap();
    server.lose_sessions();
    let _ = connection.execute("SELECT 2").await.unwrap();
    assert_eq!(server.count(CREATE_SESSION), 2);
    let _ = connection.execute("SET x = 1").await.unwrap();
    server.lose_sessions();
    let ran = server.executions().len();
    let error = connection.execute("SELECT 3").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired);
    assert_eq!(error.retry(), RetryAdvice::SafeToResubmit);
    assert_eq!((server.count(CREATE_SESSION), server.executions().len()), (2, ran));
}

#[tokio::test(start_paused = true)]
async fn busy_session_is_an_error_with_advice() {
    let quirks = Quirks {
        sea: SeaQuirks { busy_sessions: true, ..SeaQuirks::default() },
        ..Quirks::default()
    };
    let server = server(Settings { quirks, ..Settings::default() }, 10);
    server.plan(|plan| plan.runs_for = seconds(60));
    let connection = client_of(&server).connect().await.unwrap();
    let first = connection.execute_async("SELECT 1").await.unwrap();
    let second = connection.execute_async("SELECT 2").await.unwrap();
    second.wait().await.unwrap();
    let error = second.failure().unwrap();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.to_string().contains("one statement per session"), "{error}");
    assert!(first.is_running());
}

#[tokio::test(start_paused = true)]
async fn submits_of_a_session_are_sent_one_at_a_time() {
    let server = server(Settings::default(), 10);
    server.plan(|plan| plan.runs_for = seconds(600));
    let connection = client_of(&server).connect().await.unwrap();
    server.always(SEA_EXECUTE, || Step::serve().after(seconds(1)));
    let submits = (0..3).map(|_| connection.execute_async("SELECT 1").into_future());
    let began = tokio::time::Instant::now();
    for submitted in futures_util::future::join_all(submits).await {
        // None waits for the end of another.
        assert!(submitted.unwrap().is_running());
    }
    assert_eq!(server.most_in_flight(SEA_EXECUTE), 1);
    assert!(began.elapsed() < seconds(4), "{:?}", began.elapsed());
    // Without a session there is no need to wait.
    let client = client_of(&server);
    let submits = (0..3).map(|_| client.execute_async("SELECT 1").into_future());
    futures_util::future::join_all(submits).await;
    assert_eq!(server.most_in_flight(SEA_EXECUTE), 3);
}

#[tokio::test(start_paused = true)]
async fn submit_does_not_wait_for_the_end_of_an_execute() {
    for inline in [false, true] {
        let server = server(Settings::default(), 10);
        server.plan(|plan| plan.runs_for = seconds(100));
        let connection =
            client_with(&server, sea().inline_results(inline)).connect().await.unwrap();
        let began = tokio::time::Instant::now();
        let execute = connection.execute("SELECT 1").into_future();
        let submit = async {
            let submitted = connection.execute_async("SELECT 2").await;
            assert!(submitted.unwrap().is_running());
            began.elapsed()
        };
        let (results, submitted) = tokio::join!(execute, submit);
        assert!(submitted < seconds(2), "{submitted:?}");
        assert_eq!(ids(&results.unwrap().fetch_all().await.unwrap()), counted(0, 10));
        assert!(began.elapsed() >= seconds(100));
        assert_eq!(server.executions(), ["SELECT 1", "SELECT 2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn submit_does_not_overtake_an_unsent_one() {
    let server = server(Settings::default(), 10);
    let connection = client_of(&server).connect().await.unwrap();
    server.script(SEA_EXECUTE, [Step::stall_unsent()]);
    let first = connection.execute("SELECT 1").into_future();
    let second = connection.execute_async("SELECT 2").deadline(seconds(20)).into_future();
    let both = async { tokio::join!(first, second) };
    let waited = tokio::time::timeout(seconds(10), both).await;
    assert!(waited.is_err());
    assert_eq!(server.executions(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn kept_submit_blocks_no_other() {
    let server = server(Settings::default(), 10);
    let connection = client_of(&server).connect().await.unwrap();
    server.script(SEA_EXECUTE, [Step::serve().after(seconds(1))]);
    let mut kept = Box::pin(connection.execute_async("SELECT 1").into_future());
    let polled = std::future::poll_fn(|cx| Poll::Ready(kept.as_mut().poll(cx).is_ready())).await;
    assert!(!polled);
    let other = connection.execute_async("SELECT 2").deadline(seconds(10));
    other.await.unwrap().wait().await.unwrap();
    assert_eq!(server.executions().len(), 2);
    drop(kept);
}

#[tokio::test(start_paused = true)]
async fn rejected_session_is_an_error_of_connecting() {
    let server = Server::databricks();
    server.change(|settings| settings.http_path = "/sql/1.0/warehouses/other".to_owned());
    let error = client_of(&server).connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let error = client_of(&server).execute_async("SELECT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert_eq!(server.executions().len(), 0);
}
