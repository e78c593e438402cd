//! Direct results: one request for a small query, and nothing to pick up.

use dbsql::{ErrorKind, Statement};
use dbsql_local::Settings;
use dbsql_local::faults::FaultPlan;

use crate::support::{BIG, ROWS, counted, ids, warehouse, with_links};

#[tokio::test(start_paused = true)]
async fn a_small_query_by_execute_is_one_request_after_the_session() {
    let (service, client) = warehouse(Settings::default(), FaultPlan::default());
    let connection = client.connect().await.unwrap();
    let rows = connection.execute("select small").await.unwrap();
    assert_eq!(ids(&rows.fetch_all().await.unwrap()), [0, 1, 2]);
    let counts = service.request_counts();
    assert_eq!(counts.get("ExecuteStatement"), Some(&1), "{counts:?}");
    assert_eq!(counts.values().sum::<u64>(), 2, "{counts:?}");
    assert_eq!(service.live_operations(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_direct_result_says_so_and_cannot_be_picked_up() {
    let (service, client) = warehouse(Settings::default(), FaultPlan::default());
    let query = client.execute_async("select small").allow_direct_result().await.unwrap();
    assert!(query.returned_as_direct_result());
    assert!(query.handle().is_none());
    assert_eq!(query.serialize().unwrap_err().kind(), ErrorKind::NotResumable);
    let before: u64 = service.request_counts().values().sum();
    for _ in 0..2 {
        let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&batches), [0, 1, 2]);
    }
    assert_eq!(service.request_counts().values().sum::<u64>(), before);
}

#[tokio::test(start_paused = true)]
async fn without_being_allowed_there_is_always_a_handle() {
    let (_, client) = warehouse(Settings::default(), FaultPlan::default());
    let query = client.execute_async("select small").await.unwrap();
    assert!(!query.returned_as_direct_result());
    let again = client.get_async_execution(query.handle().unwrap()).await.unwrap();
    let batches = again.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&batches), [0, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_result_too_large_for_it_goes_on_where_it_stopped() {
    for settings in [Settings::default(), with_links()] {
        let (service, client) = warehouse(settings, FaultPlan::default());
        let rows = client.execute(BIG).await.unwrap();
        assert_eq!(ids(&rows.fetch_all().await.unwrap()), counted(ROWS));
        client.shutdown(std::time::Duration::from_secs(10)).await.unwrap();
        assert_eq!(service.live_operations(), 0);
        assert_eq!(service.runs(BIG), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn changed_rows_are_counted() {
    let (_, client) = warehouse(Settings::default(), FaultPlan::default());
    let rows = client.execute("insert").await.unwrap();
    assert_eq!(rows.rows_affected(), Some(7));
}

#[tokio::test(start_paused = true)]
async fn a_wrong_token_is_an_auth_error() {
    let (service, _) = warehouse(Settings::default(), FaultPlan::default());
    let config = dbsql::Config::new("local.example", "/sql/1.0/warehouses/local").token("wrong");
    let client = dbsql::Client::builder(config).transport(service.transport()).build().unwrap();
    let error = client.execute(Statement::new("select small")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
}
