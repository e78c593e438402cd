//! What a server forgets after a while: executions that nobody asks about, and their results.

use std::time::Duration;

use dbsql::{ErrorKind, ExecutionStatus, RetryAdvice};
use dbsql_local::Settings;
use dbsql_local::faults::FaultPlan;

use crate::support::{BIG, warehouse};

/// A server that forgets what nobody asks about for ten minutes.
fn forgetful() -> Settings {
    Settings { operation_idle: Duration::from_secs(600), ..Settings::default() }
}

#[tokio::test(start_paused = true)]
async fn an_execution_that_expired_is_not_found_elsewhere_and_gone_here() {
    let (service, client) = warehouse(forgetful(), FaultPlan::default());
    let query = client.execute_async(BIG).await.unwrap();
    assert_eq!(query.wait().await.unwrap(), ExecutionStatus::Finished);
    let handle = query.handle().unwrap();
    tokio::time::sleep(Duration::from_secs(3600)).await;

    let error = client.get_async_execution(handle).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let error = query.get_results().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResultGone, "{error}");
    assert_eq!(error.retry(), RetryAdvice::Unsafe);
    assert_eq!(error.query_id(), Some(query.query_id()));
    // What was known of it stays known.
    assert_eq!(query.status(), ExecutionStatus::Finished);
    assert_eq!((service.runs(BIG), service.live_operations()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn an_open_result_keeps_its_execution_from_expiring() {
    let small_pages = Settings { batch_bytes: 20_000, page_bytes: 50_000, ..forgetful() };
    let (_service, client) = warehouse(small_pages, FaultPlan::default());
    let query = client.execute_async(BIG).await.unwrap();
    let mut rows = query.get_results().await.unwrap();
    let mut read = 0;
    while let Some(batch) = rows.next().await.unwrap() {
        read += batch.num_rows();
        // A reader that is slower than the server is patient.
        tokio::time::sleep(Duration::from_secs(900)).await;
    }
    assert_eq!(read, 20_000);
}
