//! Reading from a server with one cursor for each result, which passes over offsets and always says
//! that there is no more: Apache Spark's and Hive's.

use dbsql_core::ErrorKind;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TFetchOrientation, TFetchResultsReq};

use crate::support::{
    FETCH, Server, Step, client, counted, finished, ids, poll_then_drop, read_on, seconds,
};

fn server_with(rows: u64) -> Server {
    let server = Server::spark();
    server.plan(|plan| plan.rows = rows);
    server
}

fn rewinds(request: &TFetchResultsReq) -> bool {
    request.orientation == TFetchOrientation::FETCH_FIRST
}

#[tokio::test(start_paused = true)]
async fn has_more_rows_is_not_believed_and_the_end_is_an_empty_page() {
    for rows in [0, 1, 4, 5, 8, 10] {
        let server = server_with(rows);
        let mut results = finished(&server).await.get_results().await.unwrap();
        assert_eq!(read_on(&mut results, 1).await, counted(0, rows));
        let fetches = server.requests::<rpc::FetchResults>();
        assert_eq!(fetches.len() as u64, rows.div_ceil(4) + 1);
        let back: Vec<_> = fetches.iter().map(rewinds).collect();
        assert!(back[0] && !back[1..].contains(&true), "once to the start, then on: {back:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_recovered_from_the_start_with_the_exact_rows() {
    let faults: [fn() -> Step; 6] = [
        || Step::reset().accepted(),
        || Step::stall().accepted(),
        || Step::http(502).accepted(),
        Step::cut,
        Step::half,
        Step::stalled_body,
    ];
    for fault in faults {
        for page in 0..4 {
            let server = server_with(10);
            let good = (0..page).map(|_| Step::serve());
            server.script(FETCH, good.chain([fault(), Step::serve(), fault()]));
            let mut results = finished(&server).await.get_results().await.unwrap();
            assert_eq!(read_on(&mut results, 1).await, counted(0, 10), "page {page}");
            // The repeat goes back at once, also where the page's start would not tell the loss.
            let back: Vec<_> = server.requests::<rpc::FetchResults>().iter().map(rewinds).collect();
            assert!(back[page + 1], "page {page}: {back:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_that_was_given_up_on_is_recovered_by_the_next_call() {
    let server = server_with(10);
    let mut results = finished(&server).await.get_results().await.unwrap();
    server.script(FETCH, [Step::serve()]);
    server.always(FETCH, || Step::stall().accepted());
    let mut seen = ids(&[results.next().await.unwrap().unwrap()]);
    results = results.deadline(seconds(5));
    assert_eq!(results.next().await.unwrap_err().kind(), ErrorKind::Deadline);
    server.recover(FETCH);
    let lost = server.count(FETCH);
    results = results.deadline(seconds(3600));
    seen.extend(read_on(&mut results, 1).await);
    assert_eq!(seen, counted(0, 10));
    assert!(rewinds(&server.requests::<rpc::FetchResults>()[lost]), "from the start");
}

#[tokio::test(start_paused = true)]
async fn a_second_reader_gets_a_typed_error_and_works_when_the_first_is_gone() {
    let server = server_with(10);
    let query = finished(&server).await;
    let mut first = query.get_results().await.unwrap();
    first.next().await.unwrap();
    for _ in 0..2 {
        let error = query.get_results().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
    drop(first);
    let mut second = query.get_results().await.unwrap();
    assert_eq!(read_on(&mut second, 1).await, counted(0, 10));
    // Drained is gone, too; and so is one that was dropped in the middle of a fetch.
    let mut third = query.get_results().await.unwrap();
    poll_then_drop(third.next(), 2).await;
    drop(third);
    let mut fourth = query.get_results().await.unwrap();
    assert_eq!(read_on(&mut fourth, 1).await, counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_somebody_else_moved_is_seen_and_set_right() {
    for row in 0..=12 {
        for page in 1..4 {
            let server = server_with(10);
            let mut results = finished(&server).await.get_results().await.unwrap();
            let mut seen = Vec::new();
            for _ in 0..page {
                seen.extend(results.next().await.unwrap().map(|b| ids(&[b])).unwrap_or_default());
            }
            server.move_cursors(row);
            seen.extend(read_on(&mut results, 1).await);
            assert_eq!(seen, counted(0, 10), "moved to {row} after {page} pages");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_is_moved_again_and_again_gives_the_exact_rows_or_a_typed_error() {
    let server = server_with(10);
    let query = finished(&server).await;
    let mut results = query.get_results().await.unwrap();
    let mut seen = ids(&[results.next().await.unwrap().unwrap()]);
    let error = loop {
        // Another client takes the cursor to the end before each fetch.
        server.move_cursors(10);
        server.script(FETCH, [Step::serve()]);
        let disturbing = server.clone();
        server.always(FETCH, move || {
            let disturbing = disturbing.clone();
            Step::edit::<rpc::FetchResults>(move |_| disturbing.move_cursors(10))
        });
        match results.next().await {
            Ok(Some(batch)) => seen.extend(ids(&[batch])),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert_eq!(seen, counted(0, seen.len() as u64), "no wrong row");
    match error {
        Some(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
        None => assert_eq!(seen.len(), 10),
    }
    server.recover(FETCH);
    seen.extend(read_on(&mut results, 1).await);
    assert_eq!(seen, counted(0, 10), "when it has stopped");
}

#[tokio::test(start_paused = true)]
async fn two_clients_that_read_one_result_get_the_exact_rows_or_a_typed_error() {
    let server = server_with(10);
    let query = finished(&server).await;
    let other = client(&server).get_async_execution(query.handle().unwrap()).await.unwrap();
    let mut readers = [query.get_results().await.unwrap(), other.get_results().await.unwrap()];
    let mut seen = [Vec::new(), Vec::new()];
    let mut ended = [false, false];
    while !ended.iter().all(|ended| *ended) {
        for reader in 0..2 {
            match readers[reader].next().await {
                Ok(Some(batch)) => seen[reader].extend(ids(&[batch])),
                Ok(None) => {
                    assert_eq!(seen[reader], counted(0, 10));
                    ended[reader] = true;
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
                    ended[reader] = true;
                }
            }
            assert_eq!(seen[reader], counted(0, seen[reader].len() as u64), "no wrong row");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_start_at_the_start_after_going_back_is_an_error() {
    let server = server_with(10);
    server.always(FETCH, || {
        Step::edit::<rpc::FetchResults>(|response| {
            response.results.as_mut().unwrap().start_row_offset += 1;
        })
    });
    let mut results = finished(&server).await.get_results().await.unwrap();
    assert_eq!(results.next().await.unwrap_err().kind(), ErrorKind::Protocol);
}

#[tokio::test(start_paused = true)]
async fn a_statement_that_fails_while_its_rows_are_read_is_failed_and_never_short() {
    let server = server_with(10);
    let late = Step::edit::<rpc::FetchResults>(|response| {
        response.status = crate::support::failed("[DIVIDE_BY_ZERO] Division by zero");
        response.results = None;
    });
    server.script(FETCH, [Step::serve(), late]);
    let mut results = finished(&server).await.get_results().await.unwrap();
    assert_eq!(ids(&[results.next().await.unwrap().unwrap()]), counted(0, 4));
    let error = results.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed, "{error}");
    assert_eq!(error.error_class(), Some("DIVIDE_BY_ZERO"));
}
