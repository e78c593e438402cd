//! Shared helpers: a server, a client, the long query, and values from Arrow.

use std::sync::LazyLock;
use std::sync::mpsc::channel;
use std::time::Duration;

use dbsql::arrow::array::cast::AsArray;
use dbsql::arrow::array::types::{Int32Type, Int64Type};
use dbsql::arrow::array::{Array, RecordBatch};
use dbsql::{Client, Config, Connection, SqlProtocol};
use dbsql_local::{Service, Settings, TlsCertificate};
use dbsql_tests::{Kind, Server, TOKEN};
use dbsql_warehouse::DataFusionEngine;

/// The variable that enables TLS in the local warehouse.
pub(crate) const TLS: &str = "DBSQL_TESTS_TLS";

/// Runs for minutes unless it is canceled, in one partition, so that it occupies only one of
/// Spark's few task slots.
pub(crate) const LONG_QUERY: &str =
    "select count(*) from range(0, 100000000000, 1, 1) where sha2(cast(id as string), 256) = 'x'";

/// The server of this run.
pub(crate) fn server() -> &'static Server {
    static SERVER: LazyLock<Server> =
        LazyLock::new(|| Server::from_env().unwrap().unwrap_or_else(|| local(Settings::default())));
    &SERVER
}

pub(crate) fn is_spark() -> bool {
    server().kind == Kind::Spark
}

/// A local warehouse that lives as long as this process.
fn local(settings: Settings) -> Server {
    let (sender, receiver) = channel();
    // Each test has its own runtime, which ends with the test.
    std::thread::spawn(move || {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let engine = DataFusionEngine::builder().build().unwrap();
            let service =
                Service::builder().engine(engine).accept_token(TOKEN).settings(settings).build();
            let path = service.settings().http_path.clone();
            let any_port = ([127, 0, 0, 1], 0).into();
            let (listening, root) = if std::env::var_os(TLS).is_some() {
                let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
                let root = made.cert.pem();
                let key = made.signing_key.serialize_pem();
                let tls = TlsCertificate::from_pem(root.as_bytes(), key.as_bytes()).unwrap();
                (dbsql_local::Server::start_tls(service, any_port, tls).await.unwrap(), Some(root))
            } else {
                (dbsql_local::Server::start(service, any_port).await.unwrap(), None)
            };
            sender.send((format!("{}{path}", listening.url()), root)).unwrap();
            std::future::pending::<()>().await;
        });
    });
    let (url, root) = receiver.recv().unwrap();
    Server { root, ..Server::at(&url, Kind::Local).unwrap() }
}

/// A server that closes idle sessions, and the time after which they are certainly closed.
pub(crate) fn expiring_server() -> (Server, Duration) {
    match server().kind {
        // As `cargo xtask interop spark` configures it: idle for 20 s, checked every 5 s.
        Kind::Spark => (server().clone(), Duration::from_secs(35)),
        Kind::Local => {
            let session_idle = Duration::from_secs(1);
            let server = local(Settings { session_idle, ..Settings::default() });
            (server, Duration::from_secs(3))
        }
    }
}

pub(crate) fn config(over: SqlProtocol) -> Config {
    server().config().protocol(over)
}

pub(crate) fn client(over: SqlProtocol) -> Client {
    Client::new(config(over)).unwrap()
}

pub(crate) async fn connection(over: SqlProtocol) -> Connection {
    client(over).connect().await.unwrap()
}

/// All values of an INT or BIGINT column over all batches; panics on nulls.
pub(crate) fn integers(batches: &[RecordBatch], column: usize) -> Vec<i64> {
    let mut all = Vec::new();
    for batch in batches {
        let array = batch.column(column);
        assert_eq!(array.null_count(), 0);
        if let Some(ints) = array.as_primitive_opt::<Int32Type>() {
            all.extend(ints.values().iter().map(|value| i64::from(*value)));
        } else {
            all.extend_from_slice(array.as_primitive::<Int64Type>().values());
        }
    }
    all
}

/// All values of a STRING column over all batches.
pub(crate) fn texts(batches: &[RecordBatch], column: usize) -> Vec<Option<String>> {
    let columns = batches.iter().map(|batch| batch.column(column).as_string::<i32>());
    columns.flat_map(|array| array.iter().map(|text| text.map(str::to_owned))).collect()
}

pub(crate) fn row_count(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}
