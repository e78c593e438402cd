//! The state of the cursor for the next reader after a reader was dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use dbsql_core::{Client, Runtime};
use dbsql_transport::{Body, BoxFuture, Transport, TransportError};
use http::{Request, Response};

use crate::support::{Server, client_on, config, counted, ids, millis, read_on};

/// A network on which a sent request arrives even if its sender is dropped.
#[derive(Clone, Debug)]
struct Arrives {
    server: Server,
    /// Milliseconds.
    latency: Arc<AtomicU64>,
}

impl Transport for Arrives {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let latency = millis(self.latency.load(Ordering::SeqCst));
        let server = self.server.clone();
        Box::pin(async move {
            let sent = tokio::spawn(async move {
                tokio::time::sleep(latency).await;
                server.send(request).await
            });
            sent.await.unwrap()
        })
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_reader_leaves_no_gap_for_the_next_reader() {
    for kind in [Server::spark, Server::hive, Server::kyuubi] {
        for read in [1, 2, 3] {
            let server = kind();
            server.plan(|plan| (plan.rows, plan.page) = (6_000, 1_000));
            let latency = Arc::new(AtomicU64::new(0));
            let transport = Arrives { server: server.clone(), latency: Arc::clone(&latency) };
            let builder = Client::builder(config()).transport(transport);
            let client = builder.runtime(Runtime::seeded(7)).build().unwrap();
            let query = client.execute_async("SELECT 1").await.unwrap();
            query.wait().await.unwrap();
            let mut results = query.get_results().await.unwrap();
            // The request in flight then arrives between the first two pages of the next reader.
            latency.store(100, Ordering::SeqCst);
            for _ in 0..read {
                results.next().await.unwrap().unwrap();
            }
            tokio::time::sleep(millis(1)).await;
            drop(results);
            latency.store(20, Ordering::SeqCst);
            let mut results = query.get_results().await.unwrap();
            let mut seen = ids(&[results.next().await.unwrap().unwrap()]);
            latency.store(75, Ordering::SeqCst);
            seen.extend(read_on(&mut results, 1).await);
            assert!(seen == counted(0, 6_000), "{} rows after {read} pages", seen.len());
        }
    }
}

#[test]
fn cursor_is_free_as_soon_as_its_reader_is_dropped() {
    let mut tokio = tokio::runtime::Builder::new_multi_thread();
    let tokio = tokio.worker_threads(2).enable_all().build().unwrap();
    tokio.block_on(async {
        let server = Server::spark();
        server.plan(|plan| (plan.rows, plan.page) = (10_000, 1_000));
        let client = client_on(&server, config(), &Runtime::real());
        let query = client.execute_async("SELECT 1").await.unwrap();
        query.wait().await.unwrap();
        for _ in 0..200 {
            let mut results = query.get_results().await.unwrap();
            for _ in 0..2 {
                results.next().await.unwrap().unwrap();
            }
        }
    });
}
