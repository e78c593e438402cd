//! Cancel: of a running statement, of an ended one, from another client, and by dropping.

use std::time::Duration;

use dbsql::{ErrorKind, ExecutionStatus};

use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{LONG_QUERY, client, connection, integers};

async fn a_running_statement_is_canceled_and_says_so(over: SqlProtocol) {
    let connection = connection(over).await;
    let query = connection.execute_async(LONG_QUERY).await.unwrap();
    query.cancel().await.unwrap();
    assert_eq!(
        query.wait().deadline(Duration::from_secs(60)).await.unwrap(),
        ExecutionStatus::Canceled
    );
    assert!(query.is_canceled());
    let error = query.get_results().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled, "{error}");
    // Repeated, and after the end: no error.
    query.cancel().await.unwrap();
    query.close().await.unwrap();
    query.cancel().await.unwrap();
    query.close().await.unwrap();
}

async fn a_cancel_from_another_client_ends_a_wait_here(over: SqlProtocol) {
    let query = connection(over).await.execute_async(LONG_QUERY).await.unwrap();
    let waiting = tokio::spawn({
        let query = query.clone();
        async move { query.wait().await }
    });
    let elsewhere = client(over).get_async_execution(query.handle().unwrap()).await.unwrap();
    elsewhere.cancel().await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap(), ExecutionStatus::Canceled);
    query.close().await.unwrap();
}

async fn a_cancel_that_comes_too_late_leaves_the_result(over: SqlProtocol) {
    let query = connection(over).await.execute_async("select 5").await.unwrap();
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
    query.cancel().await.unwrap();
    assert_eq!(query.sync_status().await.unwrap(), ExecutionStatus::Finished);
    let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(integers(&batches, 0), [5]);
    query.close().await.unwrap();
}

async fn dropping_execute_with_cancel_on_drop_stops_the_statement(over: SqlProtocol) {
    // Other sessions cannot observe the start of the statement. The test therefore checks the
    // response of the server to the cancel: shutdown completes without an error, and the task slot
    // is free for the next statement.
    let client = client(over);
    let connection = client.connect().await.unwrap();
    let running = connection.execute(LONG_QUERY).cancel_on_drop();
    let dropped = tokio::time::timeout(Duration::from_secs(2), running).await;
    assert!(dropped.is_err(), "the long query ended by itself");
    client.shutdown(Duration::from_secs(60)).await.unwrap();
    assert_eq!(connection.close().await.unwrap(), dbsql::CloseOutcome::Closed);
}

over_both! {
    #[tokio::test]
    a_running_statement_is_canceled_and_says_so,
    a_cancel_from_another_client_ends_a_wait_here,
    a_cancel_that_comes_too_late_leaves_the_result,
    dropping_execute_with_cancel_on_drop_stops_the_statement,
}
