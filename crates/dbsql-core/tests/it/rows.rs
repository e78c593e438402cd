//! Rows as types: each once and in order, whatever happens between two of them.

use std::collections::BTreeMap;

use dbsql_core::{ErrorKind, RetryAdvice, Rows};
use dbsql_protocol::rpc;
use futures_util::{FutureExt, StreamExt};

use crate::support::{EXECUTE, FETCH, Server, Step, client, counted, finished, seconds};

/// Ten rows in pages of four, none of which comes with the submit.
fn server() -> Server {
    let server = Server::databricks();
    server.always(EXECUTE, || {
        Step::edit::<rpc::ExecuteStatement>(|response| response.direct_results = None)
    });
    server
}

#[tokio::test(start_paused = true)]
async fn rows_are_read_once_each_and_in_order() {
    let server = server();
    let mut rows: Rows<i64> = finished(&server).await.get_results().rows().await.unwrap();
    let mut read = Vec::new();
    while let Some(row) = rows.next().await.unwrap() {
        read.push(row);
        assert_eq!(rows.position(), read.len() as u64);
    }
    assert_eq!(read, counted(0, 10));
    assert_eq!(rows.next().await.unwrap(), None, "the end stays the end");
    let resumed = finished(&server).await.get_results_from(7).rows::<(i64,)>();
    assert_eq!(resumed.fetch_all().await.unwrap(), [(7,), (8,), (9,)]);
    let all = client(&server).execute("SELECT 1").rows::<BTreeMap<String, i64>>();
    let all = all.await.unwrap().map(|row| row.unwrap()["id"]).collect::<Vec<_>>().await;
    assert_eq!(all, counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn next_continues_after_a_transient_error() {
    let server = server();
    for fault in [Step::reset, Step::half, || Step::body("garbled")] {
        let query = finished(&server).await;
        let mut rows: Rows<i64> = query.get_results().rows().await.unwrap();
        let mut read = vec![rows.next().await.unwrap().unwrap()];
        server.always(FETCH, fault);
        let error = loop {
            match rows.next().await {
                Ok(row) => read.push(row.unwrap()),
                Err(error) => break error,
            }
        };
        assert_eq!(error.retry(), RetryAdvice::RepeatCall, "{error}");
        assert_eq!(rows.position(), read.len() as u64);
        server.recover(FETCH);
        while let Some(row) = rows.next().await.unwrap() {
            read.push(row);
        }
        assert_eq!(read, counted(0, 10));
    }
}

#[tokio::test(start_paused = true)]
async fn stream_of_rows_ends_with_its_first_error() {
    let server = server();
    server.plan(|plan| (plan.rows, plan.page) = (300, 100));
    let rows: Rows<u8> = finished(&server).await.get_results().rows().await.unwrap();
    let rows: Vec<_> = rows.collect().await;
    assert_eq!(rows.len(), 257);
    assert!(rows[..256].iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn value_that_does_not_fit_names_its_row_in_the_result() {
    let server = server();
    server.plan(|plan| (plan.rows, plan.page) = (300, 100));
    for first in [0, 250] {
        let query = finished(&server).await;
        let mut rows: Rows<u8> = query.get_results_from(first).rows().await.unwrap();
        let error = loop {
            if let Err(error) = rows.next().await {
                break error;
            }
        };
        let expected = "row 256: column `id` of type Int64 cannot be read as `u8`: integer `256`";
        assert!(error.to_string().starts_with(expected), "{error}");
        assert_eq!((error.kind(), error.retry()), (ErrorKind::InvalidInput, RetryAdvice::Never));
        assert_eq!(error.query_id(), Some(query.query_id()));
        assert_eq!(rows.position(), 257, "the next row is the one after it");
        let next = rows.next().await.unwrap_err().to_string();
        assert!(next.starts_with("row 257: "), "{next}");
    }
}

#[tokio::test(start_paused = true)]
async fn type_that_does_not_fit_is_found_before_a_row_is_fetched() {
    let server = server();
    for rows in [0, 10] {
        server.plan(|plan| plan.rows = rows);
        let query = finished(&server).await;
        let error = query.get_results().await.unwrap().rows::<String>().unwrap_err();
        let expected = "column `id` of type Int64 cannot be read as `String`: expected a string";
        assert!(error.to_string().starts_with(expected), "{error}");
        assert_eq!((error.kind(), error.retry()), (ErrorKind::InvalidInput, RetryAdvice::Never));
        assert_eq!(error.query_id(), Some(query.query_id()));
        assert_eq!(query.get_results().rows::<String>().await.unwrap_err().kind(), error.kind());
    }
    assert_eq!(server.count(FETCH), 0);
}

#[tokio::test(start_paused = true)]
async fn statement_is_closed_when_the_type_of_its_rows_does_not_fit() {
    let server = server();
    let client = client(&server);
    let error = client.execute("INSERT").rows::<(i64, i64)>().fetch_all().await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::InvalidInput, RetryAdvice::Never));
    client.shutdown(seconds(10)).await.unwrap();
    assert_eq!((server.executions().len(), server.open_operations()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn fetch_one_returns_the_first_row_or_an_error() {
    let server = Server::databricks();
    let client = client(&server);
    let run = || client.execute("SELECT 1").rows::<i64>();
    assert_eq!(run().fetch_one().await.unwrap(), 0);
    assert_eq!(run().fetch_optional().await.unwrap(), Some(0));
    let query = finished(&server).await;
    assert_eq!(query.get_results_from(3).rows::<i64>().fetch_one().await.unwrap(), 3);
    assert_eq!(query.get_results_from(3).rows::<i64>().fetch_optional().await.unwrap(), Some(3));
    server.plan(|plan| plan.rows = 0);
    assert_eq!(run().fetch_optional().await.unwrap(), None);
    assert_eq!(run().fetch_all().await.unwrap(), Vec::<i64>::new());
    let error = run().fetch_one().await.unwrap_err();
    assert!(error.to_string().starts_with("the result has no row (query "), "{error}");
    assert_eq!((error.kind(), error.retry()), (ErrorKind::InvalidInput, RetryAdvice::Never));
    client.shutdown(seconds(10)).await.unwrap();
    assert_eq!(server.open_operations(), 1, "the one of `execute_async`");
}

#[tokio::test(start_paused = true)]
async fn deadline_of_the_chain_bounds_reading() {
    let server = server();
    let query = finished(&server).await;
    server.always(FETCH, Step::stall);
    let calls = [
        query.get_results().deadline(seconds(5)).rows::<i64>().fetch_all().boxed(),
        query.get_results().rows::<i64>().deadline(seconds(5)).fetch_all().boxed(),
        client(&server).execute("SELECT 1").rows::<i64>().deadline(seconds(5)).fetch_all().boxed(),
    ];
    for call in calls {
        let began = tokio::time::Instant::now();
        assert_eq!(call.await.unwrap_err().kind(), ErrorKind::Deadline);
        assert!(began.elapsed() < seconds(6));
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_are_ready_leave_other_tasks_their_turn() {
    let server = server();
    server.plan(|plan| (plan.rows, plan.page) = (5_000, 5_000));
    let mut rows: Rows<i64> = finished(&server).await.get_results().rows().await.unwrap();
    let (mut read, mut turns) = (vec![rows.next().await.unwrap().unwrap()], 0);
    while read.len() < 5_000 {
        match rows.next().now_or_never() {
            Some(row) => read.push(row.unwrap().unwrap()),
            None => turns += 1,
        }
    }
    assert_eq!(read, counted(0, 5_000));
    assert!((5..50).contains(&turns), "{turns}");
}

#[test]
fn rows_move_between_threads_whatever_their_type() {
    fn check<T: Send + std::fmt::Debug>() {}

    // No row is kept in it.
    check::<Rows<std::rc::Rc<str>>>();
    check::<dbsql_core::ExecuteRows<std::rc::Rc<str>>>();
}
