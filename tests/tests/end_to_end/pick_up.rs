//! Picking up: another connection, another process, wrong secrets, closed handles.

use std::io::Write;
use std::process::{Command, Stdio};

use dbsql::{Closed, ErrorKind, ExecutionHandle, ExecutionStatus};

use crate::support::{LONG_QUERY, client, connection, integers, server};

#[tokio::test]
async fn another_connection_picks_up_and_reads() {
    let first = connection().await;
    let query = first.execute_async("select * from range(5)").await.unwrap();
    let text = query.serialize().unwrap();
    // The session is left open, since ending it would end the query.
    assert_eq!(first.close().await.unwrap(), Closed::LeftOpen { executions: 1 });
    drop((query, first));

    let handle: ExecutionHandle = text.parse().unwrap();
    let query = connection().await.get_async_execution(handle).await.unwrap();
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
    let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(integers(&batches, 0), [0, 1, 2, 3, 4]);
    query.close().await.unwrap();
}

#[tokio::test]
async fn another_process_picks_up_what_a_third_submitted() {
    let program = env!("CARGO_BIN_EXE_pick-up");
    let (variable, place) = server().for_second_process();
    let submitted = Command::new(program)
        .args(["submit", "select id * 2 from range(1000)"])
        .env(variable, &place)
        .output()
        .unwrap();
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));

    // That process is gone. Another one gets nothing but the text it printed.
    let mut picking_up = Command::new(program)
        .env(variable, &place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    picking_up.stdin.take().unwrap().write_all(&submitted.stdout).unwrap();
    let output = picking_up.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<i64> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| line.parse().unwrap())
        .collect();
    assert_eq!(rows, (0..1000).map(|id| id * 2).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_wrong_secret_is_not_found_and_touches_nothing() {
    let query = connection().await.execute_async(LONG_QUERY).await.unwrap();
    let id = query.query_id();
    let wrong: ExecutionHandle =
        format!("{id}:00000000-0000-4000-8000-000000000000").parse().unwrap();
    let error = client().get_async_execution(wrong).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert_eq!(error.query_id(), Some(id));
    assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Running);
    query.cancel().await.unwrap();
    query.close().await.unwrap();
}

#[tokio::test]
async fn an_unknown_handle_is_not_found() {
    let unknown = "01010101-0101-4101-8101-010101010101:02020202-0202-4202-8202-020202020202";
    let handle: ExecutionHandle = unknown.parse().unwrap();
    let error = client().get_async_execution(handle).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(!error.to_string().contains("02020202"), "{error}");
}

#[tokio::test]
async fn a_closed_handle_is_not_found_elsewhere_and_gone_here() {
    let query = connection().await.execute_async("select 1").await.unwrap();
    query.wait().await.unwrap();
    let handle = query.handle().unwrap();
    query.close().await.unwrap();
    let error = client().get_async_execution(handle).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let error = query.get_results().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
}

#[tokio::test]
async fn the_full_form_names_its_place_and_is_refused_elsewhere() {
    let query = connection().await.execute_async("select 1").await.unwrap();
    let json = serde_json::to_string(&query.handle().unwrap()).unwrap();
    let handle: ExecutionHandle = serde_json::from_str(&json).unwrap();
    let here = client().get_async_execution(handle.clone()).await.unwrap();
    assert_eq!(here.query_id(), query.query_id());

    let elsewhere = dbsql::Config::new("https://nosuchhost.invalid", "cliservice").token("x");
    let client = dbsql::Client::new(elsewhere).unwrap();
    let error = client.get_async_execution(handle).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    query.close().await.unwrap();
}
