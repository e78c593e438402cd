//! Many statements in parallel.

use dbsql::{AsyncExecution, ExecutionStatus};

use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{client, integers};

async fn fifty_statements_are_in_flight_and_each_gets_its_own_rows(over: SqlProtocol) {
    let client = client(over);
    let submits = (0..50_i64).map(|number| {
        let client = client.clone();
        async move { (number, client.execute_async(format!("select {number}")).await.unwrap()) }
    });
    let queries: Vec<(i64, AsyncExecution)> = futures_util::future::join_all(submits).await;
    let reads = queries.iter().map(|(number, query)| async move {
        assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
        let rows = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(integers(&rows, 0), [*number]);
        query.close().await.unwrap();
    });
    futures_util::future::join_all(reads).await;
    let mut ids: Vec<_> = queries.iter().map(|(_, query)| query.query_id()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 50);
}

over_both! {
    #[tokio::test]
    fifty_statements_are_in_flight_and_each_gets_its_own_rows,
}
