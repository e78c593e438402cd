//! Drop frees without blocking, and the background thread ends with its last owner.

use std::cell::RefCell;
use std::sync::mpsc;

use dbsql_blocking::Client;
use dbsql_local::Service;
use dbsql_local::faults::Step;

use crate::support::{
    ENDLESS, LONG, Spy, THOUSAND, client, client_over, eventually, service, within,
};

struct TellsWhenDropped(mpsc::Sender<()>);

impl Drop for TellsWhenDropped {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

thread_local! {
    static AT_EXIT: RefCell<Option<TellsWhenDropped>> = const { RefCell::new(None) };
}

/// Returns a client, and a channel that receives a message when its background thread has ended.
fn observed(service: &Service) -> (Client, mpsc::Receiver<()>) {
    let (ended, end) = mpsc::channel();
    let spy = Spy::before(service, move || {
        AT_EXIT.with_borrow_mut(|at_exit| {
            at_exit.get_or_insert_with(|| TellsWhenDropped(ended.clone()));
        });
    });
    (client_over(spy), end)
}

#[test]
fn thread_ends_with_the_last_value_of_its_client() {
    let service = service();
    let (client, end) = observed(&service);
    let connection = client.connect().open().unwrap();
    let query = client.execute_async(THOUSAND).submit().unwrap();
    query.wait().unwrap();
    let mut results = query.get_results().unwrap();
    results.try_next().unwrap();
    let changes = query.status_changes();
    drop((client, connection, query, results));
    let before_the_last = end.recv_timeout(std::time::Duration::from_millis(200));
    assert_eq!(before_the_last, Err(mpsc::RecvTimeoutError::Timeout));
    drop(changes);
    end.recv_timeout(LONG).expect("the thread ends");
}

#[test]
fn thread_ends_in_time_when_the_server_does_not_answer() {
    let service = service();
    let (client, end) = observed(&service);
    client.execute("SELECT 1").run().unwrap().fetch_all().unwrap();
    service.always("CloseSession", Step::stall);
    drop(client);
    end.recv_timeout(LONG).expect("the thread ends");
}

#[test]
fn client_without_a_call_has_no_thread_and_no_end() {
    let service = service();
    let (client, end) = observed(&service);
    drop((client.clone(), client));
    assert_eq!(end.recv(), Err(mpsc::RecvError), "nothing ran");
    assert_eq!(service.requests("OpenSession"), 0);
}

#[test]
fn dropped_result_is_closed_on_the_server() {
    let service = service();
    let client = client(&service);
    let mut results = client.execute(THOUSAND).run().unwrap();
    results.try_next().unwrap().unwrap();
    drop(results);
    eventually("its operation is closed", || service.live_operations() == 0);
}

#[test]
fn last_drop_closes_results_and_the_session_of_the_client() {
    let service = service();
    let (client, end) = observed(&service);
    let mut results = client.execute(THOUSAND).run().unwrap();
    results.try_next().unwrap().unwrap();
    drop(client);
    drop(results);
    end.recv_timeout(LONG).expect("the thread ends");
    assert_eq!((service.live_operations(), service.live_sessions()), (0, 0));
}

#[test]
fn last_drop_leaves_executions_alone() {
    let service = service();
    let (client, end) = observed(&service);
    let text = client.execute_async(ENDLESS).submit().unwrap().serialize().unwrap();
    drop(client);
    end.recv_timeout(LONG).expect("the thread ends");
    assert_eq!(service.running_operations(), 1);
    let query = self::client(&service).get_async_execution(text.parse().unwrap()).unwrap();
    assert!(query.is_running());
}

/// Values of all kinds, in use.
fn all_of_it(service: &Service) -> (impl Send + 'static, mpsc::Receiver<()>) {
    let (client, end) = observed(service);
    let connection = client.connect().open().unwrap();
    let query = connection.execute_async(THOUSAND).submit().unwrap();
    let mut changes = query.status_changes();
    changes.next().unwrap().unwrap();
    let mut results = query.get_results().unwrap();
    results.try_next().unwrap();
    ((changes, results, query, connection, client), end)
}

#[tokio::test]
async fn drop_in_an_async_context() {
    let (all, end) = all_of_it(&service());
    drop(all);
    end.recv_timeout(LONG).expect("the thread ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn drop_on_a_worker_thread() {
    let (all, end) = all_of_it(&service());
    tokio::spawn(async move { drop(all) }).await.unwrap();
    end.recv_timeout(LONG).expect("the thread ends");
}

#[test]
fn drop_with_a_runtime_that_shuts_down() {
    let (all, end) = all_of_it(&service());
    within(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.spawn(async move {
            let _all = all;
            std::future::pending::<()>().await;
        });
        drop(runtime);
    });
    end.recv_timeout(LONG).expect("the thread ends");
}
