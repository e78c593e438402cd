//! A client in a `static`, used by tests that each have their own runtime.

use std::sync::LazyLock;

use dbsql_core::SqlProtocol;

use super::{Setup, rows_of};
use crate::support::seconds;

/// As in many programs.
static SHARED: LazyLock<Setup> = LazyLock::new(|| {
    // Not inside the runtime of a test.
    std::thread::spawn(|| Setup::new(SqlProtocol::Thrift)).join().expect("a warehouse")
});

async fn use_the_static_client() {
    let use_it = async {
        for _ in 0..3 {
            rows_of(&SHARED.client, "brief").await;
            let query = SHARED.client.execute_async("brief").await.unwrap();
            query.wait().await.unwrap();
            query.close().await.unwrap();
            // Left for the next caller.
            drop(SHARED.client.execute("brief").await.unwrap());
        }
    };
    tokio::time::timeout(seconds(20), use_it).await.expect("it hangs");
}

#[tokio::test]
async fn a_static_client_works_under_one_test() {
    use_the_static_client().await;
}

#[tokio::test]
async fn a_static_client_works_under_another_test() {
    use_the_static_client().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_static_client_works_under_a_threaded_test() {
    use_the_static_client().await;
    SHARED.client.shutdown(seconds(20)).await.unwrap();
}
