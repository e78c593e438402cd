//! Submit, poll, wait.

use std::time::Duration;

use dbsql::{ErrorKind, ExecutionStatus, PollSchedule, RetryAdvice, Statement};
use futures_util::StreamExt;

use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{LONG_QUERY, client, connection, integers, is_spark, texts};

async fn a_query_is_submitted_polled_and_fetched_as_in_the_document(over: SqlProtocol) {
    let connection = connection(over).await;
    let query = connection.execute_async("select * from range(10)").await.unwrap();
    while query.is_running() {
        tokio::time::sleep(Duration::from_millis(50)).await;
        query.sync_status().await.unwrap();
    }
    assert!(query.is_finished());
    let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(integers(&batches, 0), (0..10).collect::<Vec<_>>());
    query.close().await.unwrap();
}

async fn a_named_parameter_is_bound_as_in_the_document(over: SqlProtocol) {
    let connection = connection(over).await;
    let statement = Statement::new("SELECT :param `p`, * FROM RANGE(10)").bind("param", "foo");
    if is_spark() {
        // Its protocol has no parameters.
        let error = connection.execute_async(statement).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        return;
    }
    let query = connection.execute_async(statement).await.unwrap();
    while query.is_running() {
        tokio::time::sleep(Duration::from_millis(50)).await;
        query.sync_status().await.unwrap();
    }
    let rows = query.get_results().await.unwrap();
    let schema = rows.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["p", "id"]);
    let batches = rows.fetch_all().await.unwrap();
    assert_eq!(texts(&batches, 0), vec![Some("foo".to_owned()); 10]);
    assert_eq!(integers(&batches, 1), (0..10).collect::<Vec<_>>());
    query.close().await.unwrap();
}

async fn submitting_comes_back_while_the_statement_runs(over: SqlProtocol) {
    let connection = connection(over).await;
    let query = connection.execute_async(LONG_QUERY).await.unwrap();
    assert!(query.is_running());
    // The Statement Execution API reports at once that it is queued.
    while query.sync_status().await.unwrap() == ExecutionStatus::Pending {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(query.status(), ExecutionStatus::Running);
    // The message of the server.
    let raw = if over == SqlProtocol::Sea { "RUNNING" } else { "RUNNING_STATE" };
    assert_eq!(query.raw_status(), raw);
    assert!(query.handle().is_some());
    assert!(!query.returned_as_direct_result());
    query.cancel().await.unwrap();
    query.close().await.unwrap();
}

async fn waiting_uses_the_servers_long_poll(over: SqlProtocol) {
    // The server holds a status call until the state changes or five seconds have passed. A wait
    // that relies on this polls a few times, not every millisecond.
    let client = client(over);
    let query = client
        .execute_async(if is_spark() {
            "select count(*) from range(0, 300000000, 1, 1) where hash(id) = 5"
        } else {
            "select sleep(2)"
        })
        .await
        .unwrap();
    let status = query.wait().schedule(PollSchedule::every(Duration::from_millis(1))).await;
    assert_eq!(status.unwrap(), ExecutionStatus::Finished);
    query.close().await.unwrap();
}

async fn a_wait_ends_at_its_deadline_and_the_statement_runs_on(over: SqlProtocol) {
    let connection = connection(over).await;
    let query = connection.execute_async(LONG_QUERY).await.unwrap();
    let error = query.wait().deadline(Duration::from_millis(700)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
    assert_eq!(error.retry(), RetryAdvice::RepeatCall);
    assert_eq!(error.query_id(), Some(query.query_id()));
    assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Running);
    query.cancel().await.unwrap();
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Canceled);
    query.close().await.unwrap();
}

async fn the_changes_of_status_come_once_each_and_end(over: SqlProtocol) {
    let client = client(over);
    let query = client.execute_async("select 1").await.unwrap();
    let changes: Vec<_> =
        query.status_changes().map(|change| change.unwrap().status).collect().await;
    assert_eq!(changes.last(), Some(&ExecutionStatus::Finished));
    assert!(changes.windows(2).all(|pair| pair[0] != pair[1]), "{changes:?}");
    query.close().await.unwrap();
}

async fn the_server_stops_a_statement_at_its_own_timeout(over: SqlProtocol) {
    let connection = connection(over).await;
    let statement = Statement::new(LONG_QUERY).timeout(Duration::from_millis(1500));
    let query = if over == SqlProtocol::Sea {
        let error = connection.execute_async(statement).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        // As its advice says.
        let connect = client(over).connect().configuration("STATEMENT_TIMEOUT", "1");
        connect.await.unwrap().execute_async(LONG_QUERY).await.unwrap()
    } else {
        connection.execute_async(statement).await.unwrap()
    };
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::TimedOut);
    assert!(query.is_failed());
    let error = query.get_results().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}");
    assert_eq!(error.query_id(), Some(query.query_id()));
    query.close().await.unwrap();
}

async fn execute_submits_waits_and_reads_in_one(over: SqlProtocol) {
    let mut rows =
        connection(over).await.execute("select 7 as a union all select 8").await.unwrap();
    assert_eq!(rows.schema().field(0).name(), "a");
    let mut seen = Vec::new();
    while let Some(batch) = rows.next().await.unwrap() {
        seen.extend(integers(&[batch], 0));
        assert_eq!(rows.position(), seen.len() as u64);
    }
    seen.sort_unstable();
    assert_eq!(seen, [7, 8]);
    assert!(rows.next().await.unwrap().is_none());
}

over_both! {
    #[tokio::test]
    a_query_is_submitted_polled_and_fetched_as_in_the_document,
    a_named_parameter_is_bound_as_in_the_document,
    submitting_comes_back_while_the_statement_runs,
    waiting_uses_the_servers_long_poll,
    a_wait_ends_at_its_deadline_and_the_statement_runs_on,
    the_changes_of_status_come_once_each_and_end,
    the_server_stops_a_statement_at_its_own_timeout,
    execute_submits_waits_and_reads_in_one,
}
