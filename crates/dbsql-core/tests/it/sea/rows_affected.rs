//! The number of changed rows, where only the result contains it.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use dbsql_core::SqlProtocol;

use super::{hybrid::hybrid, sea, types};
use crate::support::config;

fn result(columns: &[(&str, &[i64])]) -> RecordBatch {
    let columns = columns
        .iter()
        .map(|(name, values)| (*name, Arc::new(Int64Array::from(values.to_vec())) as ArrayRef));
    RecordBatch::try_from_iter(columns).unwrap()
}

/// The number before the rows are read, and at their end; over each protocol.
async fn is_known(batch: &RecordBatch, at_the_end: Option<u64>) {
    for config in [sea(), hybrid(), config().protocol(SqlProtocol::Thrift)] {
        let service = types::service(batch);
        let client = types::client(&service, config);
        let mut results = client.execute("MERGE INTO t").await.unwrap();
        assert_eq!(results.rows_affected(), None);
        while results.next().await.unwrap().is_some() {
            assert_eq!(results.rows_affected(), None, "another row may follow");
        }
        assert_eq!(results.rows_affected(), at_the_end, "{batch:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn number_is_read_from_the_only_row() {
    is_known(&result(&[("num_affected_rows", &[3]), ("num_inserted_rows", &[2])]), Some(3)).await;
    is_known(&result(&[("num_updated_rows", &[3]), ("num_deleted_rows", &[2])]), Some(5)).await;
}

#[tokio::test(start_paused = true)]
async fn results_of_queries_are_not_a_number() {
    is_known(&result(&[("num_affected_rows", &[3, 4])]), None).await;
    is_known(&result(&[("num_affected_rows", &[3]), ("id", &[1])]), None).await;
    is_known(&result(&[("num_affected_rows", &[])]), None).await;
}

#[tokio::test(start_paused = true)]
async fn row_of_a_partial_result_is_not_a_number() {
    let service = types::service(&result(&[("num_affected_rows", &[3, 4])]));
    let query = types::client(&service, sea()).execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    let mut results = query.get_results_from(1).await.unwrap();
    while results.next().await.unwrap().is_some() {}
    assert_eq!((results.position(), results.rows_affected()), (2, None));
}
