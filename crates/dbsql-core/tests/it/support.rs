//! What the tests share: a local warehouse in process, and short ways to say what is meant.
//!
//! A test makes a [`Server`], tells it what the next statements are like ([`Server::plan`]) and
//! what goes wrong ([`Server::script`]), makes a client for it with [`client`], and reads from the
//! server afterwards what arrived ([`Server::count`], [`Server::executions`]).

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

/// A fault by its name, for the messages of tests that try many.
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

/// Both, for tests of what they share.
pub(crate) const PROTOCOLS: [SqlProtocol; 2] = [SqlProtocol::Thrift, SqlProtocol::Sea];

/// The name that a method of Thrift has over this protocol.
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

/// How far past its deadline a call may come back.
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

/// A statement submitted in a session of its own.
pub(crate) async fn submitted(server: &Server) -> AsyncExecution {
    connection(server).await.execute_async("SELECT 1").await.expect("submitted")
}

/// A statement that has ended well.
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

/// What [`ids`] of a whole result, or of its end from `first` on, must be.
pub(crate) fn counted(first: u64, rows: u64) -> Vec<i64> {
    (first..rows).map(|row| i64::try_from(row).expect("few rows")).collect()
}

/// Reads on after errors, until the end or the `patience`th error.
pub(crate) async fn read_on(results: &mut ResultSet, patience: usize) -> Vec<i64> {
    let (mut seen, mut errors) = (Vec::new(), 0);
    loop {
        match results.next().await {
            Ok(Some(batch)) => seen.extend(ids(&[batch])),
            Ok(None) => return seen,
            Err(error) => {
                errors += 1;
                assert!(errors < patience, "{error} after {} rows", seen.len());
            }
        }
    }
}

/// Polls a future at most so many times, then drops it; `None` when it was not ready by then.
/// Between two polls every other task runs once: requests are made by tasks of their own.
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

/// An error and all that is below it, as people and as logs see it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error}\n{error:?}");
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}\n{error}\n{error:?}");
        next = error.source();
    }
    text
}
