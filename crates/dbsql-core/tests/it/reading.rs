//! Errors while reading a result: their advice, changes of the runtime, and what remains on the
//! server.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::Pin;

use dbsql_core::{ErrorKind, ResultSet, RetryAdvice, Runtime};
use dbsql_protocol::rpc;
use dbsql_protocol::types::TExecuteStatementResp;
use futures_util::{FutureExt, Stream, StreamExt};

use crate::support::{
    CLOSE, EXECUTE, FETCH, Fault, METADATA, STATUS, Server, Step, client, client_on, config,
    connection, counted, failed, finished, ids, millis, read_on, seconds,
};

const INSERT: &str = "INSERT INTO t SELECT 1";

/// Runs the INSERT and reads its result, repeated as long as the advice of the error allows it.
async fn insert_as_advised(server: &Server) -> Vec<RetryAdvice> {
    let client = client(server);
    let mut advice = Vec::new();
    for _ in 0..3 {
        let error = match client.execute(INSERT).await {
            Ok(results) => match results.fetch_all().await {
                Ok(_) => return advice,
                Err(error) => error,
            },
            Err(error) => error,
        };
        advice.push(error.retry());
        match error.retry() {
            RetryAdvice::RepeatCall
            | RetryAdvice::RepeatCallAfter(_)
            | RetryAdvice::SafeToResubmit => {}
            _ => return advice,
        }
    }
    advice
}

#[tokio::test(start_paused = true)]
async fn insert_whose_reading_fails_is_not_run_twice() {
    let faults: [Fault; 9] = [
        ("a page of a proxy", || Step::http(404).text("default backend - 404")),
        ("no right", || Step::http(403).text("your address is not on the list")),
        ("a rejected token", || Step::http(401)),
        ("refused", Step::refused),
        ("reset", Step::reset),
        ("throttled", || Step::http(429).header("retry-after", "2")),
        ("garbled", || Step::body("garbled")),
        ("cut in half", Step::half),
        ("an error of the server", || {
            Step::edit::<rpc::FetchResults>(|page| page.status = failed("out of disk"))
        }),
    ];
    for (name, fault) in faults {
        for method in [FETCH, METADATA] {
            if name == "an error of the server" && method != FETCH {
                continue; // an edit applies to one response
            }
            let server = Server::databricks();
            // The direct result is removed, so that the rows have to be fetched.
            server.always(EXECUTE, || {
                Step::edit::<rpc::ExecuteStatement>(|response| response.direct_results = None)
            });
            server.always(method, fault);
            let advice = insert_as_advised(&server).await;
            assert_eq!(server.executions(), [INSERT], "{name} in {method}: {advice:?}");
            let expected = match name {
                "no right" => RetryAdvice::Never,
                _ => RetryAdvice::Unsafe,
            };
            assert_eq!(advice, [expected], "{name} in {method}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn insert_with_a_broken_direct_result_is_not_run_twice() {
    type Break = fn(&mut TExecuteStatementResp);
    let breaks: [(&str, Break); 3] = [
        ("no rows", |response| {
            response.direct_results.as_mut().unwrap().result_set = None;
        }),
        ("a late start", |response| {
            let set = response.direct_results.as_mut().unwrap().result_set.as_mut();
            set.unwrap().results.as_mut().unwrap().start_row_offset = 1;
        }),
        ("more rows, and the operation is closed", |response| {
            response.direct_results.as_mut().unwrap().result_set.as_mut().unwrap().has_more_rows =
                Some(true);
        }),
    ];
    for (name, broken) in breaks {
        let server = Server::databricks();
        server.plan(|plan| plan.rows = 3);
        server.always(EXECUTE, move || {
            Step::edit::<rpc::ExecuteStatement>(move |response| {
                let direct = response.direct_results.as_mut().unwrap();
                direct.operation_status.as_mut().unwrap().has_result_set = Some(true);
                broken(response);
            })
        });
        let advice = insert_as_advised(&server).await;
        assert_eq!(advice, [RetryAdvice::Unsafe], "{name}");
        assert_eq!(server.executions(), [INSERT], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn broken_schema_of_a_direct_result_is_unsafe() {
    let server = Server::databricks();
    server.plan(|plan| plan.rows = 3);
    server.script(
        EXECUTE,
        [Step::edit::<rpc::ExecuteStatement>(|response| {
            let direct = response.direct_results.as_mut().unwrap();
            direct.result_set_metadata.as_mut().unwrap().arrow_schema = Some("garbage".into());
        })],
    );
    let connection = connection(&server).await;
    let query = connection.execute_async(INSERT).allow_direct_result().await.unwrap();
    for _ in 0..2 {
        let error = query.get_results().await.unwrap_err();
        assert_eq!((error.kind(), error.retry()), (ErrorKind::Decode, RetryAdvice::Unsafe));
    }
}

#[tokio::test(start_paused = true)]
async fn next_after_execute_may_be_called_again() {
    let server = Server::databricks();
    let mut results = client(&server).execute(INSERT).await.unwrap();
    server.always(FETCH, Step::refused);
    let mut seen = ids(&[results.next().await.unwrap().unwrap()]);
    let error = results.next().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Transport, RetryAdvice::Unsafe));
    assert!(error.to_string().contains("call next on the same ResultSet"), "{error}");
    server.recover(FETCH);
    seen.extend(read_on(&mut results, 1).await);
    assert_eq!(seen, counted(0, 10));
    assert_eq!(server.executions(), [INSERT]);
}

#[tokio::test(start_paused = true)]
async fn get_results_may_be_repeated_after_an_error() {
    let server = Server::databricks();
    let query = finished(&server).await;
    let mut results = query.get_results().await.unwrap();
    server.script(FETCH, [Step::serve()]);
    server.always(FETCH, Step::refused);
    results.next().await.unwrap();
    let error = results.next().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Transport, RetryAdvice::RepeatCall));
    server.recover(FETCH);
    let position = results.position();
    let rest = query.get_results_from(position).await.unwrap().fetch_all().await.unwrap();
    assert_eq!(ids(&rest), counted(position, 10));
}

/// The items of `while let Some(item) = stream.next().await`, up to a maximum.
async fn stream_items(results: &mut ResultSet, most: usize) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    let mut stream = Pin::new(results);
    while good + bad < most {
        match poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            Some(Ok(_)) => good += 1,
            Some(Err(_)) => bad += 1,
            None => break,
        }
    }
    (good, bad)
}

#[tokio::test(start_paused = true)]
async fn stream_ends_after_its_first_error() {
    let transient: fn() -> Step = Step::refused;
    let lasting: fn() -> Step =
        || Step::edit::<rpc::FetchResults>(|page| page.status = failed("out of disk"));
    for fault in [transient, lasting] {
        let server = Server::databricks();
        let mut results = finished(&server).await.get_results().await.unwrap();
        server.script(FETCH, [Step::serve()]);
        server.always(FETCH, fault);
        results.next().await.unwrap();
        assert_eq!(stream_items(&mut results, 100).await, (0, 1));
        let sent = server.count(FETCH);
        assert_eq!(stream_items(&mut results, 100).await, (0, 0), "and stays so");
        assert_eq!(server.count(FETCH), sent);
        server.recover(FETCH);
        assert_eq!(read_on(&mut results, 1).await, counted(4, 10), "next goes on");
    }
    // A combinator that drops errors does not loop forever.
    let server = Server::databricks();
    server.always(FETCH, Step::refused);
    let results = finished(&server).await.get_results().await.unwrap();
    let good = StreamExt::filter_map(results, async |item| item.ok());
    assert_eq!(good.count().await, 0);
}

#[tokio::test(start_paused = true)]
async fn truncation_is_not_reported_over_thrift() {
    let server = Server::databricks();
    let results = finished(&server).await.get_results().await.unwrap();
    assert_eq!(results.is_truncated(), None);
}

#[tokio::test(start_paused = true)]
async fn dropped_result_leaves_no_task() {
    let server = Server::databricks();
    let runtime = Runtime::seeded(7);
    let client = client_on(&server, config(), &runtime);
    let query = client.execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    let before = runtime.live_tasks();
    let mut results = query.get_results().await.unwrap();
    server.always(FETCH, Step::stall);
    assert!(results.next().now_or_never().is_none());
    tokio::time::sleep(seconds(1)).await;
    assert!(runtime.live_tasks() > before);
    drop(results);
    tokio::time::sleep(millis(1)).await;
    assert_eq!(runtime.live_tasks(), before);
}

fn tokio_runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap()
}

/// Starts to read in one runtime, which is then idle or gone, and continues in a second one.
fn continues_in_another_runtime(server: &Server, rows_before: usize, first_is_gone: bool) {
    let (one, two) = (tokio_runtime(), tokio_runtime());
    let (mut results, mut seen) = one.block_on(async {
        let mut results = finished(server).await.get_results().await.unwrap();
        let mut seen = Vec::new();
        server.script(FETCH, (0..rows_before.div_ceil(4)).map(|_| Step::serve()));
        server.always(FETCH, Step::stall);
        while seen.len() < rows_before {
            seen.extend(ids(&[results.next().await.unwrap().unwrap()]));
        }
        // A read with a deadline that is started here and interrupted midway.
        results = results.deadline(seconds(60));
        assert!(tokio::time::timeout(seconds(1), results.next()).await.is_err());
        (results, seen)
    });
    let one = (!first_is_gone).then_some(one);
    two.block_on(async {
        // While the server stalls, the deadline applies here, too.
        results = results.deadline(seconds(5));
        let started = tokio::time::Instant::now();
        assert_eq!(results.next().await.unwrap_err().kind(), ErrorKind::Deadline);
        assert!(started.elapsed() <= seconds(5) + millis(100), "{:?}", started.elapsed());
        server.recover(FETCH);
        results = results.deadline(seconds(60));
        seen.extend(read_on(&mut results, 1).await);
    });
    assert_eq!(seen, counted(0, 10));
    drop(one);
}

#[test]
fn result_continues_in_a_second_runtime() {
    for first_is_gone in [false, true] {
        for rows_before in [0, 4] {
            let server = || tokio_runtime().block_on(async { Server::databricks() });
            continues_in_another_runtime(&server(), rows_before, first_is_gone);
            let server = || tokio_runtime().block_on(async { Server::spark() });
            continues_in_another_runtime(&server(), rows_before, first_is_gone);
        }
    }
}

#[test]
fn result_is_kept_alive_in_the_runtime_that_reads_it() {
    for first_is_gone in [false, true] {
        let (one, two) = (tokio_runtime(), tokio_runtime());
        let server = one.block_on(async { Server::databricks() });
        let mut results =
            one.block_on(async { finished(&server).await.get_results().await.unwrap() });
        let one = (!first_is_gone).then_some(one);
        two.block_on(async {
            results.next().await.unwrap();
            let before = server.count(STATUS);
            tokio::time::sleep(seconds(301)).await;
            // Each minute except the first, in which it was read.
            assert_eq!(server.count(STATUS) - before, 4);
        });
        drop((results, one));
    }
}

#[test]
fn result_may_be_dropped_outside_of_tokio() {
    let one = tokio_runtime();
    let server = one.block_on(async { Server::databricks() });
    let mut results = one.block_on(async {
        let client = client(&server);
        let mut results = client.execute(INSERT).await.unwrap();
        results.next().await.unwrap();
        server.always(FETCH, Step::stall);
        assert!(tokio::time::timeout(seconds(1), results.next()).await.is_err());
        results
    });
    results = results.deadline(seconds(1));
    drop(results);
    one.block_on(async { tokio::time::sleep(seconds(1)).await });
    assert_eq!(server.count(CLOSE), 1, "closed when the runtime goes on");
}

#[test]
fn result_read_outside_of_tokio_is_a_config_error() {
    let one = tokio_runtime();
    let server = one.block_on(async { Server::databricks() });
    let mut results = one.block_on(async { finished(&server).await.get_results().await.unwrap() });
    let error = results.next().now_or_never().expect("at once").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert_eq!(one.block_on(read_on(&mut results, 1)), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn result_of_execute_is_closed_once() {
    let server = Server::databricks();
    let connection = connection(&server).await;
    let mut results = connection.execute(INSERT).await.unwrap();
    assert_eq!(read_on(&mut results, 1).await, counted(0, 10));
    for _ in 0..2 {
        assert!(results.next().await.unwrap().is_none());
    }
    drop(results);
    tokio::time::sleep(seconds(1)).await;
    assert_eq!(server.count(CLOSE), 1);
    let unique: BTreeSet<_> = server.executions().into_iter().collect();
    assert_eq!(unique.len(), 1);
}
