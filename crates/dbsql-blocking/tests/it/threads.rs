//! Many threads use one client.

use std::sync::Barrier;
use std::thread;

use dbsql_blocking::ExecutionStatus;

use crate::support::{ENDLESS, THOUSAND, Warehouse, client, rows, service};

#[test]
fn thirty_two_threads_share_one_client() {
    let warehouse = Warehouse::start();
    let client = warehouse.client();
    let connection = client.connect().open().unwrap();
    let start = Barrier::new(32);
    thread::scope(|scope| {
        for number in 0..32 {
            let (client, connection, start) = (&client, &connection, &start);
            scope.spawn(move || {
                start.wait();
                let query = match number % 2 {
                    0 => client.execute_async(THOUSAND).submit(),
                    _ => connection.execute_async(THOUSAND).submit(),
                };
                let query = query.unwrap();
                assert_eq!(query.wait().unwrap(), ExecutionStatus::Finished);
                assert_eq!(rows(&query.get_results().unwrap().fetch_all().unwrap()), 1000);
                query.close().unwrap();
            });
        }
    });
    assert_eq!(warehouse.service.runs(THOUSAND), 32);
    assert_eq!(warehouse.service.live_operations(), 0);
}

#[test]
fn another_thread_cancels_during_a_wait() {
    let client = client(&service());
    let query = client.execute_async(ENDLESS).submit().unwrap();
    let waiting = query.clone();
    let waiter = thread::spawn(move || waiting.wait());
    let reading = query.clone();
    let reader = thread::spawn(move || reading.get_results().map(|_| ()));
    let watching = query.clone();
    let watcher = thread::spawn(move || watching.status_changes().last().unwrap());
    query.cancel().unwrap();
    assert_eq!(waiter.join().unwrap().unwrap(), ExecutionStatus::Canceled);
    assert_eq!(reader.join().unwrap().unwrap_err().kind(), dbsql_blocking::ErrorKind::Canceled);
    assert_eq!(watcher.join().unwrap().unwrap().status, ExecutionStatus::Canceled);
}
