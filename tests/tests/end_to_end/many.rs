//! Many statements at once.

use dbsql::{AsyncExecution, ExecutionStatus};

use crate::support::{client, integers};

#[tokio::test]
async fn fifty_statements_are_in_flight_and_each_gets_its_own_rows() {
    let client = client();
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
