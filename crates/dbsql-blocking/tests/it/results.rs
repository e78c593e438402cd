//! Reading results, as batches.

use dbsql_blocking::arrow::array::{cast::AsArray, types::Int64Type};
use dbsql_blocking::{Client, ErrorKind, RetryPolicy};
use dbsql_local::faults::Step;

use crate::support::{THOUSAND, Warehouse, client, config, service};

#[test]
fn batches_come_in_order_and_whole() {
    let warehouse = Warehouse::start();
    let mut results = warehouse.client().execute(THOUSAND).run().unwrap();
    assert_eq!(results.schema().field(0).name(), "id");
    let mut ids = Vec::new();
    for batch in &mut results {
        ids.extend_from_slice(batch.unwrap().column(0).as_primitive::<Int64Type>().values());
    }
    assert!(ids.into_iter().eq(0..1000));
    assert_eq!(results.position(), 1000);
    assert_eq!(results.is_truncated(), None);
    assert!(results.next().is_none());
    assert!(results.try_next().unwrap().is_none());
}

#[test]
fn transient_error_ends_the_iterator_and_not_the_result() {
    let service = service();
    let client = Client::builder(config().retry(RetryPolicy::none()));
    let client = client.transport(service.transport()).build().unwrap();
    let query = client.execute_async(THOUSAND).submit().unwrap();
    query.wait().unwrap();
    let mut results = query.get_results().unwrap();
    service.always("FetchResults", Step::reset);
    let error = results.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    service.recover("FetchResults");
    assert!(results.next().is_none());
    assert!(results.try_next().unwrap().is_some());
    let read = results.position();
    let rest = results.fetch_all().unwrap();
    assert_eq!(crate::support::rows(&rest) as u64 + read, 1000);
}

#[test]
fn result_outlives_its_client_and_moves_to_another_thread() {
    let service = service();
    let mut results = client(&service).execute(THOUSAND).run().unwrap();
    results.try_next().unwrap().unwrap();
    let read = results.position();
    let rest = std::thread::spawn(move || results.fetch_all().unwrap()).join().unwrap();
    assert_eq!(crate::support::rows(&rest) as u64 + read, 1000);
}
