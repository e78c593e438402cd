//! Calls where they cannot work: outside of tokio, in a runtime without a timer, and in one without
//! an I/O driver. Each is a `Config` error with a next step; none panics or hangs.

use std::future::IntoFuture;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use dbsql_core::{
    AsyncExecution, Client, Connection, Error, ErrorKind, ResultSet, Runtime, Statement,
};
use futures_util::StreamExt;
use tokio::runtime::Builder;

use crate::support::{Server, client, counted, ids, poll_then_drop, seconds};

type Outcome = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// One object of each kind that has calls, created in a runtime with all drivers.
struct Everything {
    client: Client,
    connection: Connection,
    running: AsyncExecution,
    finished: AsyncExecution,
    results: Vec<ResultSet>,
}

impl Everything {
    async fn new(client: &Client, running: &str) -> Self {
        let connection = client.connect().await.unwrap();
        let running = connection.execute_async(running).await.unwrap();
        let finished = connection.execute_async("SELECT 1").await.unwrap();
        finished.wait().await.unwrap();
        let mut results = Vec::new();
        for _ in 0..3 {
            results.push(finished.get_results().await.unwrap());
        }
        results[1].next().await.unwrap();
        Self { client: client.clone(), connection, running, finished, results }
    }

    /// Each call, by name.
    fn calls(&mut self) -> Vec<(&'static str, Outcome)> {
        fn call<T: 'static>(call: impl IntoFuture<Output = Result<T, Error>> + 'static) -> Outcome {
            let call = call.into_future();
            Box::pin(async move { call.await.map(|_| ()) })
        }
        let Self { client, connection, running, finished, results } = self;
        let handle = running.handle().unwrap();
        let mut changes = running.status_changes();
        let shutdown = {
            let client = client.clone();
            async move { client.shutdown(seconds(5)).await }
        };
        let mut calls = vec![
            ("connect", call(client.connect())),
            ("execute_async", call(client.execute_async("SELECT 1"))),
            ("with cancel_on_drop", call(client.execute_async("SELECT 1").cancel_on_drop())),
            ("with a deadline", call(client.execute_async("SELECT 1").deadline(seconds(9)))),
            ("execute", call(client.execute("SELECT 1"))),
            ("execute, cancel_on_drop", call(client.execute("SELECT 1").cancel_on_drop())),
            ("execute_async on a connection", call(connection.execute_async("SELECT 1"))),
            ("execute on a connection", call(connection.execute(Statement::new("SELECT 1")))),
            ("get_async_execution", call(client.get_async_execution(handle))),
            ("wait", call(running.wait())),
            ("wait with a deadline", call(running.wait().deadline(seconds(9)))),
            ("sync_status", call(running.sync_status())),
            ("cancel", call(running.cancel())),
            ("get_results", call(finished.get_results())),
            ("get_results of a running one", call(running.get_results())),
            ("get_results_from", call(finished.get_results_from(3))),
            ("close", call(running.close())),
            ("Connection::close_all", call(connection.close_all())),
            ("shutdown", Box::pin(shutdown)),
        ];
        calls.push((
            "status_changes",
            Box::pin(async move {
                loop {
                    changes.next().await.unwrap()?;
                }
            }),
        ));
        for result in results.drain(..).map(|result| result.deadline(seconds(9))) {
            calls
                .push(("ResultSet", Box::pin(async move { result.fetch_all().await.map(|_| ()) })));
        }
        calls
    }
}

#[track_caller]
fn is_reported(name: &str, error: &Error, next_step: &str) {
    assert_eq!(error.kind(), ErrorKind::Config, "{name}: {error}");
    assert!(error.to_string().contains(next_step), "{name}: {error}");
}

fn outside(mut everything: Everything, name: &str) {
    for (call, mut outcome) in everything.calls() {
        let mut cx = Context::from_waker(Waker::noop());
        match outcome.as_mut().poll(&mut cx) {
            Poll::Ready(Err(error)) => is_reported(call, &error, "await it in a tokio task"),
            Poll::Ready(Ok(())) => panic!("{call} worked {name}"),
            Poll::Pending => panic!("{call} waits for ever {name}"),
        }
    }
}

#[test]
fn calls_outside_of_tokio_are_config_errors() {
    for runtime_is_gone in [false, true] {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.unwrap();
        let everything = runtime.block_on(async {
            let server = Server::databricks();
            let client = client(&server);
            let everything = Everything::new(&client, "SELECT 1").await;
            assert!(everything.running.is_running());
            everything
        });
        let runtime = (!runtime_is_gone).then_some(runtime);
        outside(everything, "outside of tokio");
        drop(runtime);
    }
}

#[test]
fn calls_in_a_runtime_without_a_timer_are_config_errors() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    for io in [false, true] {
        let mut everything = runtime.block_on(async {
            let client = client(&Server::databricks());
            Everything::new(&client, "SELECT 1").await
        });
        let mut builder = Builder::new_current_thread();
        let timeless = if io { builder.enable_io().build() } else { builder.build() };
        for (name, call) in everything.calls() {
            let error = timeless.as_ref().unwrap().block_on(call).expect_err(name);
            is_reported(name, &error, "Builder::enable_all");
        }
    }
}

#[test]
fn a_future_that_leaves_tokio_midway_fails_and_can_continue() {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let server = Server::databricks();
    server.plan(|plan| plan.runs_for = seconds(10));
    let (query, mut wait) = runtime.block_on(async {
        let query = client(&server).execute_async("SELECT 1").await.unwrap();
        let mut wait = query.wait().into_future();
        assert!(poll_then_drop(&mut wait, 1).await.is_none());
        (query, wait)
    });
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Err(error)) = wait.as_mut().poll(&mut cx) else { panic!("waits for ever") };
    is_reported("wait", &error, "await it in a tokio task");
    runtime.block_on(async {
        query.wait().await.unwrap();
        let results = query.get_results().await.unwrap();
        assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
    });
}

#[test]
fn another_transport_works_without_an_io_driver() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let client = client(&Server::databricks());
        let results = client.execute("SELECT 1").await.unwrap();
        assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
        client.shutdown(seconds(5)).await.unwrap();
    });
}

#[test]
fn everything_without_await_works_outside() {
    let client = client(&Server::databricks());
    let deadline = Runtime::real().now() + seconds(1);
    drop((
        client.connect().catalog("c").schema("s").configuration("a", "b").deadline(deadline),
        client.execute_async("SELECT 1").deadline(deadline).cancel_on_drop().into_future(),
        client.execute("SELECT 1").deadline(seconds(1)).cancel_on_drop().into_future(),
        client.shutdown(seconds(1)),
    ));
    drop(client);
}

#[cfg(feature = "hyper-client")]
mod built_in {
    use dbsql_core::{Config, ExecutionStatus};
    use dbsql_local::TestWarehouse;
    use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
    use tokio::time::Instant;

    use super::*;

    #[test]
    fn calls_without_an_io_driver_are_config_errors_at_once() {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let engine = ScriptedEngine::new(Runtime::real())
            .on("SELECT 1", Answer::affected(1))
            .on("slow", Answer::affected(1).after(seconds(600)));
        let (warehouse, client) = runtime.block_on(async {
            let warehouse = TestWarehouse::builder().engine(engine).start().await.unwrap();
            let config = Config::new(warehouse.host(), warehouse.http_path());
            let client = Client::new(config.token(warehouse.token())).unwrap();
            (warehouse, client)
        });
        let mut everything = runtime.block_on(Everything::new(&client, "slow"));
        let no_io = Builder::new_current_thread().enable_time().build().unwrap();
        let started = Instant::now();
        for (name, call) in everything.calls() {
            let call = async { tokio::time::timeout(seconds(5), call).await };
            match no_io.block_on(call).unwrap_or_else(|_| panic!("{name} hangs")) {
                Err(error) => is_reported(name, &error, "Builder::enable_all"),
                // No request is sent if nothing remains to be done or all rows have arrived.
                Ok(()) => assert!(["shutdown", "ResultSet"].contains(&name), "{name} worked"),
            }
        }
        assert!(started.elapsed() < seconds(10), "{:?}", started.elapsed());
        let status = runtime.block_on(everything.running.sync_status().into_future()).unwrap();
        assert_eq!(status, ExecutionStatus::Running);
        drop(warehouse);
    }
}
