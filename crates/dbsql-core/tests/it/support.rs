//! Helpers shared by the tests: an in-process local warehouse and short constructors.
//!
//! A test creates a [`Server`], configures its next statements ([`Server::plan`]) and faults
//! ([`Server::script`]), creates a client for it with [`client`], and afterwards inspects the
//! received requests ([`Server::count`], [`Server::executions`]).

mod answers;
mod gate;
mod log;
mod server;
mod tokens;

use std::task::Poll;
use std::time::Duration;

use arrow_array::{Array, Int64Array};
use dbsql_core::arrow_array::RecordBatch;
use dbsql_core::{AsyncExecution, Client, Config, Connection, ResultSet, Runtime, SqlProtocol};
pub(crate) use dbsql_local::Gone;
pub(crate) use dbsql_local::faults::Step;

pub(crate) use self::answers::{bigints, failed, ok, strings};
pub(crate) use self::gate::Gate;
pub(crate) use self::log::Log;
pub(crate) use self::server::Server;
pub(crate) use self::tokens::Tokens;

/// A named fault, for the messages of tests that try many.
pub(crate) type Fault = (&'static str, fn() -> Step);

pub(crate) const HOST: &str = "warehouse.example";
pub(crate) const PATH: &str = "/sql/1.0/warehouses/abc";
pub(crate) const TOKEN: &str = "canary-token-0123456789";

pub(crate) const OPEN: &str = "OpenSession";
pub(crate) const CLOSE_SESSION: &str = "CloseSession";
pub(crate) const EXECUTE: &str = "ExecuteStatement";
pub(crate) const STATUS: &str = "GetOperationStatus";
pub(crate) const METADATA: &str = "GetResultSetMetadata";
pub(crate) const FETCH: &str = "FetchResults";
pub(crate) const CANCEL: &str = "CancelOperation";
pub(crate) const CLOSE: &str = "CloseOperation";

/// Both protocols, for tests of their common behaviour.
pub(crate) const PROTOCOLS: [SqlProtocol; 2] = [SqlProtocol::Thrift, SqlProtocol::Sea];

/// The name over this protocol of a method of Thrift.
pub(crate) fn name(over: SqlProtocol, method: &'static str) -> &'static str {
    if over != SqlProtocol::Sea {
        return method;
    }
    match method {
        OPEN => "sea-create-session",
        CLOSE_SESSION => "sea-delete-session",
        EXECUTE => "sea-execute",
        STATUS => "sea-status",
        FETCH => "sea-chunk",
        CANCEL => "sea-cancel",
        CLOSE => "sea-close",
        other => panic!("there is no {other}"),
    }
}

/// How long after its deadline a call may return.
pub(crate) const OVERSHOOT: Duration = Duration::from_millis(100);

pub(crate) fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

pub(crate) fn millis(n: u64) -> Duration {
    Duration::from_millis(n)
}

pub(crate) fn config() -> Config {
    Config::new(HOST, PATH).token(TOKEN)
}

pub(crate) fn client(server: &Server) -> Client {
    client_with(server, config())
}

pub(crate) fn client_with(server: &Server, config: Config) -> Client {
    client_on(server, config, &Runtime::seeded(7))
}

pub(crate) fn client_on(server: &Server, config: Config, runtime: &Runtime) -> Client {
    let builder = Client::builder(config).transport(server.clone()).runtime(runtime.clone());
    builder.build().expect("the configuration is good")
}

pub(crate) async fn connection(server: &Server) -> Connection {
    client(server).connect().await.expect("a session")
}

/// A statement submitted in its own session.
pub(crate) async fn submitted(server: &Server) -> AsyncExecution {
    connection(server).await.execute_async("SELECT 1").await.expect("submitted")
}

/// A finished statement.
pub(crate) async fn finished(server: &Server) -> AsyncExecution {
    let query = submitted(server).await;
    query.wait().await.expect("it ends");
    query
}

/// The values of the first column, a BIGINT.
pub(crate) fn ids(batches: &[RecordBatch]) -> Vec<i64> {
    let column = |batch: &RecordBatch| {
        let column = batch.column(0).as_any().downcast_ref::<Int64Array>().expect("a BIGINT");
        (0..column.len()).map(|row| column.value(row)).collect::<Vec<_>>()
    };
    batches.iter().flat_map(column).collect()
}

/// The expected value of [`ids`] for a whole result, or for its end from `first` on.
pub(crate) fn counted(first: u64, rows: u64) -> Vec<i64> {
    (first..rows).map(|row| i64::try_from(row).expect("few rows")).collect()
}

/// Reads on after errors, until the end or the `max_errors`th error.
pub(crate) async fn read_on(results: &mut ResultSet, max_errors: usize) -> Vec<i64> {
    let (mut seen, mut errors) = (Vec::new(), 0);
    loop {
        match results.next().await {
            Ok(Some(batch)) => seen.extend(ids(&[batch])),
            Ok(None) => return seen,
            Err(error) => {
                errors += 1;
                assert!(errors < max_errors, "{error} after {} rows", seen.len());
            }
        }
    }
}

/// Polls a future at most this many times, then drops it; `None` if it was not ready. Between two
/// polls every other task runs once, since requests are made by separate tasks.
pub(crate) async fn poll_then_drop<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    for poll in 0..polls {
        if poll > 0 {
            tokio::task::yield_now().await;
        }
        let polled = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(value) = polled {
            return Some(value);
        }
    }
    None
}

/// An error with all its sources, in the formats for people and for logs.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error}\n{error:?}");
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}\n{error}\n{error:?}");
        next = error.source();
    }
    text
}
