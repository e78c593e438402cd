//! Picking up: another connection, another process, wrong secrets, closed handles.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use dbsql::{CloseOutcome, ErrorKind, ExecutionHandle, ExecutionStatus};

use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{LONG_QUERY, client, connection, integers, is_spark, server};

async fn another_connection_picks_up_and_reads(over: SqlProtocol) {
    let first = connection(over).await;
    let query = first.execute_async("select * from range(5)").await.unwrap();
    let text = query.serialize().unwrap();
    // The session stays open, since closing it would end the query.
    assert_eq!(first.close().await.unwrap(), CloseOutcome::LeftOpen { executions: 1 });
    drop((query, first));

    let handle: ExecutionHandle = text.parse().unwrap();
    let query = connection(over).await.get_async_execution(handle).await.unwrap();
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
    let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(integers(&batches, 0), [0, 1, 2, 3, 4]);
    query.close().await.unwrap();
}

async fn another_process_picks_up_what_a_third_submitted(over: SqlProtocol) {
    let protocol = if over == SqlProtocol::Sea { "sea" } else { "thrift" };
    let program = env!("CARGO_BIN_EXE_pick-up");
    let submitted = Command::new(program)
        .args(["submit", protocol, "select id * 2 from range(1000)"])
        .envs(server().for_second_process())
        .output()
        .unwrap();
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));

    // That process has ended. Another process gets only the text that it printed.
    let picking_up = second_process(&submitted.stdout);
    let output = picking_up.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(numbers(&output.stdout), (0..1000).map(|id| id * 2).collect::<Vec<_>>());
}

/// The server of the Statement Execution API remembers for some hours that the statement existed.
async fn assert_not_found(over: SqlProtocol, handle: ExecutionHandle) {
    let picked_up = client(over).get_async_execution(handle).await;
    if over == SqlProtocol::Sea {
        let record = picked_up.unwrap();
        assert_eq!(record.status(), ExecutionStatus::Closed);
        assert_eq!(record.get_results().await.unwrap_err().kind(), ErrorKind::ResultGone);
    } else {
        let error = picked_up.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
}

/// Runs the program that picks up the handle with this text.
fn second_process(handle: &[u8]) -> Child {
    let mut process = Command::new(env!("CARGO_BIN_EXE_pick-up"))
        .envs(server().for_second_process())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(handle).unwrap();
    process
}

fn numbers(printed: &[u8]) -> Vec<i64> {
    let lines = std::str::from_utf8(printed).unwrap().lines();
    lines.map(|line| line.parse().unwrap()).collect()
}

async fn two_processes_at_once_get_the_exact_rows_or_a_typed_error(over: SqlProtocol) {
    let query = connection(over).await.execute_async("select * from range(20000)").await.unwrap();
    query.wait().await.unwrap();
    let text = query.serialize().unwrap();
    let both = [second_process(text.as_bytes()), second_process(text.as_bytes())];
    let outputs = both.map(|process| process.wait_with_output().unwrap());
    for output in &outputs {
        if output.status.success() {
            assert_eq!(numbers(&output.stdout), (0..20_000).collect::<Vec<_>>());
        } else {
            // Two readers share one cursor: an error is allowed, missing rows are not.
            assert!(is_spark(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    assert!(outputs.iter().any(|output| output.status.success()) || is_spark());
    query.close().await.unwrap();
}

async fn what_has_ended_in_any_way_is_picked_up_as_it_ended(over: SqlProtocol) {
    let connection = connection(over).await;
    let finished = connection.execute_async("select 7").await.unwrap();
    let failed = connection.execute_async("select * from nosuch").await.unwrap();
    let canceled = connection.execute_async(LONG_QUERY).await.unwrap();
    canceled.cancel().await.unwrap();
    for query in [&finished, &failed, &canceled] {
        query.wait().await.unwrap();
    }
    let pick_up = |query: &dbsql::AsyncExecution| {
        let handle = query.handle().unwrap();
        async move { client(over).get_async_execution(handle).await.unwrap() }
    };
    // No polling is needed: the first status is the last one.
    let again = pick_up(&finished).await;
    assert_eq!(again.status(), ExecutionStatus::Finished);
    let rows = again.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(integers(&rows, 0), [7]);

    let again = pick_up(&failed).await;
    assert_eq!(again.status(), ExecutionStatus::Failed);
    let error = again.get_results().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed, "{error}");
    assert_eq!(error.error_class(), Some("TABLE_OR_VIEW_NOT_FOUND"), "{error}");
    assert_eq!(error.query_id(), Some(failed.query_id()));

    let again = pick_up(&canceled).await;
    assert_eq!(again.status(), ExecutionStatus::Canceled);
    assert_eq!(again.get_results().await.unwrap_err().kind(), ErrorKind::Canceled);

    for query in [finished, failed, canceled] {
        query.close().await.unwrap();
    }
    assert_eq!(connection.close().await.unwrap(), CloseOutcome::Closed);
}

async fn what_ended_with_its_session_is_not_found(over: SqlProtocol) {
    let connection = connection(over).await;
    let query = connection.execute_async("select 1").await.unwrap();
    query.wait().await.unwrap();
    let handle = query.handle().unwrap();
    connection.close_all().await.unwrap();
    assert_not_found(over, handle).await;
}

async fn a_handle_with_a_flipped_bit_is_refused_or_not_found(over: SqlProtocol) {
    let query = connection(over).await.execute_async("select 1").await.unwrap();
    query.wait().await.unwrap();
    let text = query.serialize().unwrap();
    let client = client(over);
    for at in (0..text.len()).step_by(5) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        let flipped = String::from_utf8(bytes).unwrap();
        // Some are no longer valid handles, which is reported without a request.
        let Ok(handle) = flipped.parse::<ExecutionHandle>() else { continue };
        let error = client.get_async_execution(handle).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
    assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Finished);
    query.close().await.unwrap();
}

#[tokio::test]
async fn a_wrong_secret_is_not_found_and_changes_nothing() {
    let query = connection(SqlProtocol::Thrift).await.execute_async(LONG_QUERY).await.unwrap();
    let id = query.query_id();
    let wrong: ExecutionHandle =
        format!("{id}:00000000-0000-4000-8000-000000000000").parse().unwrap();
    let error = client(SqlProtocol::Thrift).get_async_execution(wrong).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert_eq!(error.query_id(), Some(id));
    assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Running);
    query.cancel().await.unwrap();
    query.close().await.unwrap();
}

async fn an_unknown_handle_is_not_found(over: SqlProtocol) {
    let unknown = match over {
        SqlProtocol::Sea => "sea:01010101-0101-4101-8101-010101010101",
        _ => "01010101-0101-4101-8101-010101010101:02020202-0202-4202-8202-020202020202",
    };
    let handle: ExecutionHandle = unknown.parse().unwrap();
    let error = client(over).get_async_execution(handle).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(!error.to_string().contains("02020202"), "{error}");
}

async fn a_closed_handle_is_not_found_elsewhere_and_gone_here(over: SqlProtocol) {
    let query = connection(over).await.execute_async("select 1").await.unwrap();
    query.wait().await.unwrap();
    let handle = query.handle().unwrap();
    query.close().await.unwrap();
    assert_not_found(over, handle).await;
    let error = query.get_results().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
}

async fn the_full_form_names_its_place_and_is_refused_elsewhere(over: SqlProtocol) {
    let query = connection(over).await.execute_async("select 1").await.unwrap();
    let json = serde_json::to_string(&query.handle().unwrap()).unwrap();
    let handle: ExecutionHandle = serde_json::from_str(&json).unwrap();
    let here = client(over).get_async_execution(handle.clone()).await.unwrap();
    assert_eq!(here.query_id(), query.query_id());

    let elsewhere = dbsql::Config::new("https://nosuchhost.invalid", "cliservice").token("x");
    let client = dbsql::Client::new(elsewhere).unwrap();
    let error = client.get_async_execution(handle).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    query.close().await.unwrap();
}

over_both! {
    #[tokio::test]
    another_connection_picks_up_and_reads,
    another_process_picks_up_what_a_third_submitted,
    two_processes_at_once_get_the_exact_rows_or_a_typed_error,
    what_has_ended_in_any_way_is_picked_up_as_it_ended,
    what_ended_with_its_session_is_not_found,
    a_handle_with_a_flipped_bit_is_refused_or_not_found,
    an_unknown_handle_is_not_found,
    a_closed_handle_is_not_found_elsewhere_and_gone_here,
    the_full_form_names_its_place_and_is_refused_elsewhere,
}
