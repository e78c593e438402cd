//! A local warehouse, in process or on a port with its own thread, and clients for it.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use dbsql_blocking::arrow::array::{Int64Array, RecordBatch};
use dbsql_blocking::bytes::Bytes;
use dbsql_blocking::http::{Request, Response};
use dbsql_blocking::transport::Body;
use dbsql_blocking::{BoxFuture, Client, Config, SharedTransport, Transport, TransportError};
use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
use dbsql_local::runtime::Runtime;
use dbsql_local::{Service, TestWarehouse};
use tokio::sync::oneshot;

/// Takes half a second.
pub(crate) const SLOW: &str = "SELECT slow";
/// Never ends by itself.
pub(crate) const ENDLESS: &str = "SELECT endless";
/// A thousand rows in ten batches.
pub(crate) const THOUSAND: &str = "SELECT * FROM RANGE(1000)";
/// The statement of the document.
pub(crate) const DOCUMENT: &str = "SELECT :param `p`, * FROM RANGE(10)";

/// Longer than any test; a test that waits this long fails.
pub(crate) const LONG: Duration = Duration::from_secs(60);

pub(crate) fn engine() -> ScriptedEngine {
    ScriptedEngine::new(Runtime::real())
        .on("SELECT 1", Answer::rows(vec![batch(0..1)]))
        .on(DOCUMENT, Answer::rows(vec![batch(0..10)]).after(Duration::from_millis(100)))
        .on(SLOW, Answer::rows(vec![batch(0..1)]).after(Duration::from_millis(500)))
        .on(ENDLESS, Answer::endless())
        .on(THOUSAND, Answer::rows((0..10).map(|n| batch(n * 100..(n + 1) * 100)).collect()))
        .on("UPDATE t", Answer::affected(3))
}

fn batch(values: std::ops::Range<i64>) -> RecordBatch {
    let column = Arc::new(Int64Array::from_iter_values(values));
    RecordBatch::try_from_iter([("id", column as _)]).unwrap()
}

pub(crate) fn rows(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}

/// A warehouse in process: its work runs in the runtime of its caller.
pub(crate) fn service() -> Service {
    Service::builder().engine(engine()).accept_token(TOKEN).build()
}

const TOKEN: &str = "secret";

pub(crate) fn config() -> Config {
    Config::new("http://warehouse.test", "/sql/1.0/warehouses/local").token(TOKEN)
}

/// A client of a warehouse in process.
pub(crate) fn client(service: &Service) -> Client {
    client_over(service.transport())
}

pub(crate) fn client_over(transport: impl Into<SharedTransport>) -> Client {
    Client::builder(config()).transport(transport).build().unwrap()
}

/// A warehouse on a port, in a thread with its own runtime.
pub(crate) struct Warehouse {
    pub(crate) host: String,
    pub(crate) http_path: String,
    pub(crate) token: String,
    pub(crate) service: Service,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Warehouse {
    pub(crate) fn start() -> Self {
        let (started, starting) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let warehouse = TestWarehouse::builder().engine(engine()).start().await.unwrap();
                let [host, http_path, token] =
                    [warehouse.host(), warehouse.http_path(), warehouse.token()].map(str::to_owned);
                started.send((host, http_path, token, warehouse.service().clone())).unwrap();
                let _ = stopped.await;
                warehouse.shutdown().await;
            });
        });
        let (host, http_path, token, service) = starting.recv().unwrap();
        Self { host, http_path, token, service, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn config(&self) -> Config {
        Config::new(&self.host, &self.http_path).token(self.token.as_str())
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.config()).unwrap()
    }
}

impl Drop for Warehouse {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Calls a function of the test on the background thread, before or after each request.
#[derive(Clone)]
pub(crate) struct Spy {
    inner: SharedTransport,
    before: Arc<dyn Fn() + Send + Sync>,
    after: Arc<dyn Fn() + Send + Sync>,
}

impl Spy {
    pub(crate) fn before(service: &Service, before: impl Fn() + Send + Sync + 'static) -> Self {
        Self { inner: service.transport().into(), before: Arc::new(before), after: Arc::new(|| {}) }
    }

    pub(crate) fn after(service: &Service, after: impl Fn() + Send + Sync + 'static) -> Self {
        Self { after: Arc::new(after), ..Self::before(service, || {}) }
    }
}

impl std::fmt::Debug for Spy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Spy")
    }
}

impl Transport for Spy {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async {
            (self.before)();
            let response = self.inner.send(request).await;
            (self.after)();
            response
        })
    }
}

/// Waits until the condition holds; fails if it never does.
pub(crate) fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..6000 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("never: {what}");
}

/// Runs on a separate thread and fails if that hangs.
pub(crate) fn within<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, waiting) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    waiting.recv_timeout(LONG).expect("it hangs or panics")
}
