//! All calls work in any context: inside of async runtimes, on their blocking threads, and in a
//! `Drop`, over real sockets.

use std::sync::mpsc;

use dbsql_blocking::{Client, ErrorKind};

use crate::support::{SLOW, THOUSAND, Warehouse, rows, within};

/// Submits, waits, reads, picks up, closes, and drops all of it.
fn everything(client: &Client) {
    let connection = client.connect().open().unwrap();
    let query = connection.execute_async(SLOW).submit().unwrap();
    query.wait().unwrap();
    let mut half_read = connection.execute(THOUSAND).run().unwrap();
    half_read.try_next().unwrap().unwrap();
    let again = connection.get_async_execution(query.handle().unwrap()).unwrap();
    assert_eq!(rows(&again.get_results().unwrap().fetch_all().unwrap()), 1);
    drop(half_read);
    query.close().unwrap();
    connection.close().unwrap();
}

/// The same, including the start and the end of the client.
fn whole_life(warehouse: &Warehouse) {
    everything(&warehouse.client());
}

#[test]
fn plain_thread() {
    whole_life(&Warehouse::start());
}

#[tokio::test]
async fn current_thread_runtime() {
    whole_life(&Warehouse::start());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn multi_thread_runtime() {
    let warehouse = Warehouse::start();
    let client = warehouse.client();
    // On a worker, and where `block_on` runs.
    tokio::spawn(async move { everything(&client) }).await.unwrap();
    whole_life(&warehouse);
}

#[tokio::test]
async fn spawn_blocking() {
    tokio::task::spawn_blocking(|| whole_life(&Warehouse::start())).await.unwrap();
}

#[tokio::test]
async fn local_set() {
    tokio::task::LocalSet::new()
        .run_until(async {
            tokio::task::spawn_local(async { whole_life(&Warehouse::start()) }).await
        })
        .await
        .unwrap();
}

/// When a task has used up its cooperative budget, tokio's resources are pending until it yields.
/// The caller's thread polls nothing, so it is not affected.
#[tokio::test]
async fn task_without_budget() {
    let warehouse = Warehouse::start();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    for n in 0..10_000 {
        sender.send(n).unwrap();
    }
    let client = warehouse.client();
    tokio::spawn(async move {
        while let Some(n) = receiver.recv().await {
            if n % 1000 == 127 {
                everything(&client);
            }
            if n == 2127 {
                break;
            }
        }
    })
    .await
    .unwrap();
}

struct CallsWhenDropped {
    client: Client,
    done: mpsc::Sender<usize>,
}

impl Drop for CallsWhenDropped {
    fn drop(&mut self) {
        let batches = self.client.execute(THOUSAND).run().unwrap().fetch_all().unwrap();
        self.done.send(rows(&batches)).unwrap();
    }
}

#[tokio::test]
async fn drop_of_a_value_in_an_aborted_task() {
    let warehouse = Warehouse::start();
    let (done, dropped) = mpsc::channel();
    let value = CallsWhenDropped { client: warehouse.client(), done };
    let task = tokio::spawn(async move {
        let _value = value;
        std::future::pending::<()>().await;
    });
    tokio::task::yield_now().await;
    task.abort();
    task.await.unwrap_err();
    assert_eq!(dropped.try_recv().unwrap(), 1000);
}

thread_local! {
    static AT_EXIT: std::cell::RefCell<Option<CallsWhenDropped>> = const { std::cell::RefCell::new(None) };
}

#[test]
fn destructor_of_a_thread_local() {
    let warehouse = Warehouse::start();
    let (done, dropped) = mpsc::channel();
    let value = CallsWhenDropped { client: warehouse.client(), done };
    std::thread::spawn(move || AT_EXIT.set(Some(value))).join().unwrap();
    assert_eq!(dropped.try_recv().unwrap(), 1000);
}

#[test]
fn unreachable_host_is_a_typed_error() {
    // A port that was just free.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let config = dbsql_blocking::Config::new(host, "/sql/1.0/warehouses/x")
        .token("t")
        .retry(dbsql_blocking::RetryPolicy::none());
    let error = within(move || Client::new(config).unwrap().execute("SELECT 1").run().unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(error.retry(), dbsql_blocking::RetryAdvice::SafeToResubmit);
}
