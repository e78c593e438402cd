//! Tasks and deferred work: nothing uses the async runtime from outside, every task ends with its
//! owner, and an open result is kept alive while it is not read.

use std::time::Duration;

use dbsql_core::{Client, Config, ErrorKind, HttpOptions, ResultSet, Runtime};
use tokio::time::Instant;

use crate::support::{
    CANCEL, CLOSE, EXECUTE, METADATA, STATUS, Server, Step, client, client_on, client_with, config,
    counted, finished, ids, millis, seconds,
};

#[test]
fn clients_are_created_and_dropped_outside_a_runtime() {
    #[cfg(feature = "hyper-client")]
    drop(Client::new(config()).unwrap());
    let client = client(&Server::databricks());
    let statement = client.execute_async("SELECT 1").deadline(seconds(1)).cancel_on_drop();
    drop((statement, client.execute("SELECT 1"), client.connect().schema("s"), client.clone()));
    let builder = Client::builder(config()).transport(Server::databricks());
    drop((builder.runtime(Runtime::seeded(1)).build().unwrap(), client));
}

#[test]
fn open_objects_may_be_dropped_outside_a_runtime() {
    for ended in [false, true] {
        let server = Server::databricks();
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.unwrap();
        let open = runtime.block_on(async {
            let client = client(&server);
            let connection = client.connect().await.unwrap();
            let query = connection.execute_async("SELECT 1").await.unwrap();
            let mut results = query.get_results().await.unwrap();
            results.next().await.unwrap();
            let owned = connection.execute("SELECT 1").await.unwrap();
            let mut submit = client.execute_async("SELECT 1").cancel_on_drop().into_future();
            assert!(crate::support::poll_then_drop(&mut submit, 1).await.is_none());
            let changes = query.status_changes();
            let wait = query.wait();
            (results, owned, submit, changes, wait, query, connection, client)
        });
        if ended {
            drop(runtime);
            drop(open);
        } else {
            drop(open);
            drop(runtime);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn when_everything_is_dropped_no_task_is_left() {
    for dropped_first in ["client", "results"] {
        let (server, runtime) = (Server::spark(), Runtime::seeded(1));
        let client = client_on(&server, config(), &runtime);
        let connection = client.connect().await.unwrap();
        let query = connection.execute_async("SELECT 1").await.unwrap();
        let mut results = query.get_results().await.unwrap();
        results.next().await.unwrap();
        let owned = client.execute("SELECT 1").await.unwrap();
        let changes = query.status_changes();
        let submit = client.execute_async("SELECT 1").cancel_on_drop().into_future();
        assert!(tokio::time::timeout(millis(1), submit).await.is_ok());
        assert!(runtime.live_tasks() > 0);
        if dropped_first == "client" {
            drop((client, connection, query, changes));
            drop((results, owned));
        } else {
            drop((results, owned));
            drop((client, connection, query, changes));
        }
        tokio::time::sleep(seconds(60)).await;
        assert_eq!(runtime.live_tasks(), 0, "{dropped_first} first");
        assert_eq!(server.count(CLOSE), 1, "the result of `execute` was closed all the same");
    }
}

#[tokio::test(start_paused = true)]
async fn shutdown_waits_for_late_closes_and_reports_a_timeout() {
    let server = Server::spark();
    server.always(CLOSE, || Step::serve().after(seconds(10)));
    let client = client(&server);
    drop(client.execute("SELECT 1").await.unwrap());
    let started = Instant::now();
    let error = client.shutdown(seconds(2)).await.unwrap_err();
    assert_eq!((error.kind(), started.elapsed()), (ErrorKind::Deadline, seconds(2)), "{error}");
    client.shutdown(seconds(60)).await.unwrap();
    assert_eq!((server.open_operations(), server.count(CLOSE)), (0, 1));
    assert!(started.elapsed() < seconds(15), "{:?}", started.elapsed());
    client.shutdown(Duration::ZERO).await.expect("nothing is left to do");
    let _ = client.execute("SELECT 1").await.expect("and the client is good");
}

#[tokio::test(start_paused = true)]
async fn late_work_ends_after_a_time_limit() {
    let server = Server::spark();
    server.always(CLOSE, Step::stall);
    let client = client(&server);
    drop(client.execute("SELECT 1").await.unwrap());
    client.shutdown(seconds(120)).await.expect("it is given up");
}

#[tokio::test(start_paused = true)]
async fn execute_closes_its_operation_when_drained_and_when_dropped() {
    for batches in [0, 1, 99] {
        let server = Server::spark();
        let client = client(&server);
        let mut results = client.execute("SELECT 1").await.unwrap();
        for _ in 0..batches {
            results.next().await.unwrap();
        }
        drop(results);
        client.shutdown(seconds(60)).await.unwrap();
        assert_eq!((server.open_operations(), server.count(CLOSE)), (0, 1), "{batches}");
        assert_eq!(server.count(CANCEL), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn execute_closes_the_operation_of_an_unopenable_result() {
    let server = Server::databricks();
    // Too slow for a direct result.
    server.plan(|plan| plan.runs_for = seconds(10));
    server.always(METADATA, || Step::http(400));
    let client = client(&server);
    client.execute("SELECT 1").await.unwrap_err();
    client.shutdown(seconds(60)).await.unwrap();
    assert_eq!((server.executions().len(), server.open_operations()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn an_execution_of_execute_async_is_closed_only_by_close() {
    let server = Server::spark();
    let query = finished(&server).await;
    drop(query.get_results().await.unwrap().fetch_all().await.unwrap());
    drop(query.get_results().await.unwrap());
    drop(query);
    tokio::time::sleep(seconds(120)).await;
    assert_eq!((server.open_operations(), server.count(CLOSE)), (1, 0));
}

/// An open result of which one batch was read, and the number of status calls until then.
async fn open_result(server: &Server, every: Option<Duration>) -> (ResultSet, usize) {
    let client = client_with(server, config().keep_alive(every));
    let query = client.execute_async("SELECT 1").await.unwrap();
    let mut results = query.get_results().await.unwrap();
    results.next().await.unwrap();
    (results, server.count(STATUS))
}

#[tokio::test(start_paused = true)]
async fn an_open_result_that_is_not_read_is_kept_alive_each_minute() {
    let server = Server::databricks();
    let query = finished(&server).await;
    let before = server.count(STATUS);
    let results = query.get_results().await.unwrap();
    tokio::time::sleep(seconds(601)).await;
    assert_eq!(server.count(STATUS), before + 10);
    let times = server.times(STATUS);
    assert!(times[before..].windows(2).all(|pair| pair[1] - pair[0] == seconds(60)), "{times:?}");
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_read_or_has_ended_gets_no_keep_alive() {
    let server = Server::databricks();
    server.plan(|plan| plan.rows = 80);
    let (mut results, before) = open_result(&server, Some(seconds(60))).await;
    for _ in 0..19 {
        tokio::time::sleep(seconds(30)).await;
        results.next().await.unwrap().expect("rows");
    }
    assert!(results.next().await.unwrap().is_none());
    tokio::time::sleep(seconds(600)).await;
    assert_eq!(server.count(STATUS), before);
}

#[tokio::test(start_paused = true)]
async fn the_keep_alive_has_its_own_interval_and_an_off_switch() {
    let server = Server::databricks();
    let (_open, before) = open_result(&server, Some(seconds(7))).await;
    tokio::time::sleep(seconds(71)).await;
    let touched = server.count(STATUS) - before;
    assert!((9..=10).contains(&touched), "{touched}");
    let server = Server::databricks();
    let (_open, before) = open_result(&server, None).await;
    tokio::time::sleep(seconds(3600)).await;
    assert_eq!(server.count(STATUS), before);
}

#[tokio::test(start_paused = true)]
async fn a_failed_keep_alive_is_harmless_and_ends_with_the_operation() {
    let server = Server::databricks();
    let (mut results, before) = open_result(&server, Some(seconds(60))).await;
    server.script(STATUS, (0..20).map(|_| Step::http(503)));
    tokio::time::sleep(seconds(600)).await;
    let seen = crate::support::read_on(&mut results, 1).await;
    assert_eq!(seen, counted(4, 10));
    assert!(server.count(STATUS) > before);

    let (_gone, _) = open_result(&server, Some(seconds(60))).await;
    server.lose_operations();
    tokio::time::sleep(seconds(3600)).await;
    let before = server.count(STATUS);
    tokio::time::sleep(seconds(3600)).await;
    assert_eq!(server.count(STATUS), before, "it does not ask for what is gone for ever");
}

#[tokio::test(start_paused = true)]
async fn a_complete_direct_result_gets_no_keep_alive() {
    let server = Server::databricks();
    server.plan(|plan| plan.rows = 3);
    let client = client(&server);
    let results = client.execute("SELECT 1").await.unwrap();
    let sent = server.total();
    tokio::time::sleep(seconds(3600)).await;
    assert_eq!(server.total(), sent);
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 3));
}

#[test]
fn http_options_together_with_a_transport_are_an_error() {
    let with = config().http(HttpOptions::default());
    let error = Client::builder(with).transport(Server::databricks()).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let error = Client::new(Config::new("host.example", "p")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "no credentials: {error}");
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_gives_the_same_run() {
    let run = async |seed| {
        let server = Server::databricks();
        server.always(STATUS, || Step::http(500));
        server.script(EXECUTE, [Step::http(429), Step::refused()]);
        let client = client_on(&server, config(), &Runtime::seeded(seed));
        let query = client.execute_async("SELECT 1").await.unwrap();
        query.sync_status().await.unwrap_err();
        server.times(STATUS)
    };
    assert_eq!(run(1).await, run(1).await);
    assert_ne!(run(1).await, run(2).await, "and another seed another one");
}
