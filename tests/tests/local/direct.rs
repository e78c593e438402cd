//! Direct results: one request for a small query, and no pick-up.

use std::time::Duration;

use dbsql::{ErrorKind, Statement};
use dbsql_local::faults::FaultPlan;
use dbsql_local::{Quirks, SeaQuirks, Settings};
use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{BIG, ROWS, config, counted, ids, names, warehouse, with_links};

async fn a_small_query_by_execute_is_one_request_after_the_session(over: SqlProtocol) {
    let (service, client) = warehouse(over, Settings::default(), FaultPlan::default());
    let connection = client.connect().await.unwrap();
    let rows = connection.execute("select small").await.unwrap();
    assert_eq!(ids(&rows.fetch_all().await.unwrap()), [0, 1, 2]);
    let counts = service.request_counts();
    assert_eq!(counts.get(names(over).submit), Some(&1), "{counts:?}");
    // Over the Statement Execution API there is also a download.
    let downloads = u64::from(over == SqlProtocol::Sea);
    assert_eq!(counts.values().sum::<u64>(), 2 + downloads, "{counts:?}");
    // And a close in the background.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(service.requests(names(over).close), downloads);
    assert_eq!(service.live_operations(), 0);
}

async fn a_direct_result_says_so_and_cannot_be_picked_up(over: SqlProtocol) {
    // In the Statement Execution API the server decides whether it closes the statement at once.
    let sea = SeaQuirks { close_early: true, ..SeaQuirks::default() };
    let settings = Settings { quirks: Quirks { sea, ..Quirks::default() }, ..Settings::default() };
    let (service, client) = warehouse(over, settings, FaultPlan::default());
    let query = client.execute_async("select small").allow_direct_result().await.unwrap();
    assert!(query.returned_as_direct_result());
    assert!(query.handle().is_none());
    assert_eq!(query.serialize().unwrap_err().kind(), ErrorKind::NotResumable);
    let requests = || service.request_counts().values().sum::<u64>() - service.downloads();
    let before = requests();
    for _ in 0..2 {
        let batches = query.get_results().await.unwrap().fetch_all().await.unwrap();
        assert_eq!(ids(&batches), [0, 1, 2]);
    }
    assert_eq!(requests(), before);
}

async fn without_being_allowed_there_is_always_a_handle(over: SqlProtocol) {
    let (_, client) = warehouse(over, Settings::default(), FaultPlan::default());
    let query = client.execute_async("select small").await.unwrap();
    assert!(!query.returned_as_direct_result());
    let again = client.get_async_execution(query.handle().unwrap()).await.unwrap();
    let batches = again.get_results().await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&batches), [0, 1, 2]);
}

async fn a_result_too_large_for_it_goes_on_where_it_stopped(over: SqlProtocol) {
    for settings in [Settings::default(), with_links()] {
        let (service, client) = warehouse(over, settings, FaultPlan::default());
        let rows = client.execute(BIG).await.unwrap();
        assert_eq!(ids(&rows.fetch_all().await.unwrap()), counted(ROWS));
        client.shutdown(Duration::from_secs(10)).await.unwrap();
        assert_eq!(service.live_operations(), 0);
        assert_eq!(service.runs(BIG), 1);
    }
}

async fn changed_rows_are_counted(over: SqlProtocol) {
    let (_, client) = warehouse(over, Settings::default(), FaultPlan::default());
    let rows = client.execute("insert").await.unwrap();
    assert_eq!(rows.rows_affected(), Some(7));
}

async fn a_wrong_token_is_an_auth_error(over: SqlProtocol) {
    let (service, _) = warehouse(over, Settings::default(), FaultPlan::default());
    let config = config(over).token("wrong");
    let client = dbsql::Client::builder(config).transport(service.transport()).build().unwrap();
    let error = client.execute(Statement::new("select small")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
}

over_both! {
    #[tokio::test(start_paused = true)]
    a_small_query_by_execute_is_one_request_after_the_session,
    a_direct_result_says_so_and_cannot_be_picked_up,
    without_being_allowed_there_is_always_a_handle,
    a_result_too_large_for_it_goes_on_where_it_stopped,
    changed_rows_are_counted,
    a_wrong_token_is_an_auth_error,
}
