//! Expiry on the server: executions that are not polled, and their results.

use std::time::Duration;

use dbsql::{ErrorKind, ExecutionStatus, RetryAdvice};
use dbsql_local::Settings;
use dbsql_local::faults::FaultPlan;
use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{BIG, counted, ids, warehouse, with_links};

/// A server that deletes operations after ten minutes without a request.
fn forgetful() -> Settings {
    Settings { operation_idle: Duration::from_secs(600), ..Settings::default() }
}

async fn expired_execution_is_gone_here_and_not_found_elsewhere(over: SqlProtocol) {
    let (service, client) = warehouse(over, forgetful(), FaultPlan::default());
    let query = client.execute_async(BIG).await.unwrap();
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
    let handle = query.handle().unwrap();
    tokio::time::sleep(Duration::from_secs(3600)).await;

    if over == SqlProtocol::Sea {
        // The server remembers for some hours that the statement existed.
        let record = client.get_async_execution(handle.clone()).await.unwrap();
        assert_eq!(record.status(), ExecutionStatus::Closed);
        let error = record.get_results().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
        tokio::time::sleep(Duration::from_secs(12 * 3600)).await;
    }
    let error = client.get_async_execution(handle).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    // Over the Statement Execution API the result was part of the status: opening it needs no
    // request.
    let error = match query.get_results().await {
        Ok(mut rows) if over == SqlProtocol::Sea => rows.next().await.unwrap_err(),
        opened => opened.unwrap_err(),
    };
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
    assert_eq!(error.retry(), RetryAdvice::Unsafe);
    assert_eq!(error.query_id(), Some(query.query_id()));
    // The known status stays available.
    assert_eq!(query.status(), ExecutionStatus::Finished);
    assert_eq!((service.runs(BIG), service.live_operations()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn an_open_result_keeps_its_execution_from_expiring() {
    let small_pages = Settings { batch_bytes: 20_000, page_bytes: 50_000, ..forgetful() };
    let (_service, client) = warehouse(SqlProtocol::Thrift, small_pages, FaultPlan::default());
    let query = client.execute_async(BIG).await.unwrap();
    let mut rows = query.get_results().await.unwrap();
    let mut read = 0;
    while let Some(batch) = rows.next().await.unwrap() {
        read += batch.num_rows();
        // A reader that is slower than the expiry of the server.
        tokio::time::sleep(Duration::from_secs(900)).await;
    }
    assert_eq!(read, 20_000);
}

/// Reading does not extend the one-hour lifetime of a result of the Statement Execution API.
/// Prefetched rows are returned, and then the error names the row.
#[tokio::test(start_paused = true)]
async fn a_result_of_sea_that_is_read_too_slowly_is_gone() {
    let (service, client) = warehouse(SqlProtocol::Sea, with_links(), FaultPlan::default());
    let query = client.execute_async(BIG).await.unwrap();
    let mut rows = query.get_results().await.unwrap();
    let mut read = Vec::new();
    let error = loop {
        match rows.next().await {
            Ok(Some(batch)) => read.push(batch),
            Ok(None) => panic!("an hour was enough"),
            Err(error) => break error,
        }
        tokio::time::sleep(Duration::from_secs(900)).await;
    };
    let read = ids(&read);
    assert_eq!(read, counted(read.len() as i64));
    assert!(!read.is_empty());
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
    assert_eq!(error.retry(), RetryAdvice::Unsafe);
    assert_eq!(rows.position(), read.len() as u64);
    let row = format!("rows from {} on", read.len());
    assert!(error.to_string().contains(&row), "{row}: {error}");
    assert_eq!((service.runs(BIG), service.live_operations()), (1, 0));
}

over_both! {
    #[tokio::test(start_paused = true)]
    expired_execution_is_gone_here_and_not_found_elsewhere,
}
