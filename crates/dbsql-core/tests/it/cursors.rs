//! Reading from servers with one cursor per result, which ignore offsets and always report more
//! rows: Apache Spark, Hive and Kyuubi. They differ in what they report as the start of a page, and
//! some cannot go back to the first page.

use dbsql_core::{ErrorKind, RetryAdvice};
use dbsql_local::Settings;
use dbsql_protocol::rpc;
use dbsql_protocol::types::{TColumn, TFetchOrientation, TFetchResultsReq};

use crate::support::{
    FETCH, Server, Step, bigints, client, client_with, config, counted, finished, ids,
    poll_then_drop, read_on, seconds,
};

fn server_with(rows: u64) -> Server {
    let server = Server::spark();
    server.plan(|plan| plan.rows = rows);
    server
}

/// All kinds that can go back.
const KINDS: [fn() -> Server; 3] = [Server::spark, Server::hive, Server::kyuubi];

/// All kinds, with forward reads only.
const ONCE: [fn() -> Settings; 3] = [Settings::spark, Settings::hive, Settings::kyuubi];

fn planned(server: Server, rows: u64, page: u64) -> Server {
    server.plan(|plan| (plan.rows, plan.page) = (rows, page));
    server
}

fn rewinds(request: &TFetchResultsReq) -> bool {
    request.orientation == TFetchOrientation::FETCH_FIRST
}

#[tokio::test(start_paused = true)]
async fn has_more_rows_is_ignored_and_the_end_is_an_empty_page() {
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
async fn lost_page_is_recovered_from_the_start_with_exact_rows() {
    let faults: [fn() -> Step; 6] = [
        || Step::reset().accepted(),
        || Step::stall().accepted(),
        || Step::http(502).accepted(),
        Step::cut,
        Step::half,
        Step::stalled_body,
    ];
    for fault in faults {
        for (page, kind) in (0..4).flat_map(|page| KINDS.map(|kind| (page, kind))) {
            let server = planned(kind(), 10, 4);
            let good = (0..page).map(|_| Step::serve());
            server.script(FETCH, good.chain([fault(), Step::serve(), fault()]));
            let mut results = finished(&server).await.get_results().await.unwrap();
            assert_eq!(read_on(&mut results, 1).await, counted(0, 10), "page {page}");
            // The retry goes back at once, even where the start of the page would not show the
            // loss.
            let back: Vec<_> = server.requests::<rpc::FetchResults>().iter().map(rewinds).collect();
            assert!(back[page + 1], "page {page}: {back:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_recovered_by_the_next_call_after_an_error() {
    for kind in KINDS {
        a_lost_answer_is_given_up_on(planned(kind(), 10, 4)).await;
    }
}

async fn a_lost_answer_is_given_up_on(server: Server) {
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
async fn second_reader_fails_until_the_first_is_dropped() {
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
    // The reader is also gone if it was drained, or dropped in the middle of a fetch.
    let mut third = query.get_results().await.unwrap();
    poll_then_drop(third.next(), 2).await;
    drop(third);
    let mut fourth = query.get_results().await.unwrap();
    assert_eq!(read_on(&mut fourth, 1).await, counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn a_cursor_moved_by_another_reader_is_detected_and_rewound() {
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
async fn moved_cursor_yields_exact_rows_or_an_error() {
    let server = server_with(10);
    let query = finished(&server).await;
    let mut results = query.get_results().await.unwrap();
    let mut seen = ids(&[results.next().await.unwrap().unwrap()]);
    let error = loop {
        // Another client moves the cursor to the end before each fetch.
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
async fn two_clients_of_one_result_get_exact_rows_or_an_error() {
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

/// Another fetch is carried out at the same time: it takes every second of these rows, and the
/// cursor moves by the rows of both. This is what Apache Spark's server does.
fn interleaved(server: &Server) -> Step {
    let server = server.clone();
    Step::edit::<rpc::FetchResults>(move |response| {
        let rows = response.results.as_mut().unwrap();
        let count = match rows.columns.as_deref() {
            Some([TColumn::I64Val(column)]) => column.values.len() as i64,
            _ => 0,
        };
        let start = rows.start_row_offset;
        let taken = (0..count).map(|row| start + 2 * row).filter(|row| *row < 20);
        rows.columns = Some(vec![bigints(taken)]);
        server.move_cursors((start + 2 * count) as u64);
    })
}

/// Another fetch takes all of the rows before this one takes any.
fn outrun(server: &Server) -> Step {
    let server = server.clone();
    Step::edit::<rpc::FetchResults>(move |response| {
        response.results.as_mut().unwrap().columns = Some(vec![bigints(0..0)]);
        server.move_cursors(20);
    })
}

#[tokio::test(start_paused = true)]
async fn rows_that_another_fetch_took_meanwhile_are_fetched_again() {
    for disturbed in [interleaved, outrun] {
        for page in 0..6 {
            let server = planned(Server::spark(), 20, 4);
            let submitted = finished(&server).await;
            let shared = submitted.handle().unwrap();
            let other = client(&server).get_async_execution(shared).await.unwrap();
            // Both the client that submitted the statement and another one are told of it.
            for query in [submitted, other] {
                let good = (0..page).map(|_| Step::serve());
                server.script(FETCH, good.chain([disturbed(&server)]));
                let mut results = query.get_results().await.unwrap();
                assert_eq!(read_on(&mut results, 1).await, counted(0, 20), "page {page}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn rows_that_others_take_again_and_again_are_an_error() {
    for disturbed in [interleaved, outrun] {
        let server = planned(Server::spark(), 20, 4);
        let query = finished(&server).await;
        let other = client(&server).get_async_execution(query.handle().unwrap()).await.unwrap();
        let mut results = other.get_results().await.unwrap();
        let mut seen = ids(&[results.next().await.unwrap().unwrap()]);
        let all = server.clone();
        server.always(FETCH, move || disturbed(&all));
        let error = loop {
            match results.next().await {
                Ok(batch) => seen.extend(ids(&[batch.expect("no end")])),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert_eq!(seen, counted(0, seen.len() as u64), "no wrong row");
        server.recover(FETCH);
        seen.extend(read_on(&mut results, 1).await);
        assert_eq!(seen, counted(0, 20), "when they have stopped");
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_that_nobody_else_can_read_needs_no_confirmation() {
    let server = planned(Server::spark(), 8, 4);
    let query = finished(&server).await;
    let mut results = query.get_results().await.unwrap();
    assert_eq!(ids(&[results.next().await.unwrap().unwrap()]), counted(0, 4));
    assert_eq!(server.count(FETCH), 1);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_start_at_0_after_a_rewind_is_an_error() {
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
async fn failure_during_reading_is_an_error_and_never_short() {
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

#[tokio::test(start_paused = true)]
async fn results_of_many_pages_are_exact_on_every_kind_of_server() {
    for kind in KINDS {
        for page in [1, 700, 1_000, 1_001, 4_999, 5_000, u64::MAX] {
            let rows = if page == 1 { 50 } else { 5_000 };
            let server = planned(kind(), rows, page);
            let query = finished(&server).await;
            for from in [0, 0, rows / 2, rows - 1, rows] {
                let mut results = query.get_results_from(from).await.unwrap();
                assert_eq!(read_on(&mut results, 1).await, counted(from, rows), "{page} {from}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lost_answer_in_the_middle_of_many_pages_leaves_no_gap() {
    for kind in KINDS {
        for lost in 1..6 {
            let server = planned(kind(), 5_000, 1_000);
            let good = (0..lost).map(|_| Step::serve());
            server.script(FETCH, good.chain([Step::stall().accepted(), Step::half()]));
            let mut results = finished(&server).await.get_results().await.unwrap();
            assert_eq!(read_on(&mut results, 1).await, counted(0, 5_000), "{lost}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn equal_rows_are_counted() {
    for kind in KINDS {
        for rows in [1, 4, 5, 11, 20, 25] {
            let server = planned(kind(), rows, 4);
            server.plan(|plan| plan.constant = true);
            let query = finished(&server).await;
            for from in [0, rows / 2, rows] {
                let mut results = query.get_results_from(from).await.unwrap();
                let seen = read_on(&mut results, 1).await;
                assert_eq!(seen, vec![7; (rows - from) as usize], "{rows} from {from}");
            }
            for page in 0..3 {
                let good = (0..page).map(|_| Step::serve());
                server.script(FETCH, good.chain([Step::stall().accepted()]));
                let seen = read_on(&mut query.get_results().await.unwrap(), 1).await;
                assert_eq!(seen.len() as u64, rows, "lost after {page} pages");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn repeated_first_page_is_an_error_after_a_few() {
    for kind in KINDS {
        let server = planned(kind(), 100, 4);
        let stuck = server.clone();
        server.always(FETCH, move || {
            stuck.move_cursors(0);
            Step::serve()
        });
        let mut results = finished(&server).await.get_results().await.unwrap();
        assert_eq!(ids(&[results.next().await.unwrap().unwrap()]), counted(0, 4));
        let error = results.next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert!(server.count(FETCH) < 12, "{}", server.count(FETCH));
        server.recover(FETCH);
        let rest = read_on(&mut results, 1).await;
        assert_eq!(rest, counted(4, 100), "when it moves again");
    }
}

#[tokio::test(start_paused = true)]
async fn result_that_can_be_read_once_only_is_read_once() {
    for kind in ONCE {
        for (rows, page) in [(0, 4), (3, 4), (4, 4), (5_000, 1_000), (5_000, u64::MAX)] {
            for from in [0, rows / 2, rows] {
                let server = planned(Server::once(kind()), rows, page);
                let query = finished(&server).await;
                let mut results = query.get_results_from(from).await.unwrap();
                assert_eq!(read_on(&mut results, 1).await, counted(from, rows), "{rows} {page}");
                drop(results);
                // The position of the cursor is not known, and it cannot be set.
                let error = query.get_results().await.unwrap().next().await.unwrap_err();
                let advice = (error.kind(), error.retry());
                assert_eq!(advice, (ErrorKind::Unsupported, RetryAdvice::Never), "{error}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn result_that_others_may_have_read_is_not_read_from_the_middle() {
    for kind in ONCE {
        let server = planned(Server::once(kind()), 10, 4);
        let query = finished(&server).await;
        let handle = query.handle().unwrap();
        let other = client(&server).get_async_execution(handle).await.unwrap();
        for query in [&other, &query] {
            let error = query.get_results().await.unwrap().next().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        }
        let fetches = server.requests::<rpc::FetchResults>();
        assert!(fetches.iter().all(rewinds), "the cursor was not moved");
    }
}

#[tokio::test(start_paused = true)]
async fn lost_answer_without_rewind_is_an_error_and_never_a_gap() {
    let faults: [fn() -> Step; 4] =
        [|| Step::stall().accepted(), || Step::http(502).accepted(), Step::half, Step::reset];
    for kind in ONCE {
        for fault in faults {
            for page in 0..4 {
                let server = planned(Server::once(kind()), 10, 4);
                // The first request is the rejected one.
                let good = (0..=page).map(|_| Step::serve());
                server.script(FETCH, good.chain([fault()]));
                let mut results = finished(&server).await.get_results().await.unwrap();
                let mut seen = Vec::new();
                for _ in 0..3 {
                    let error = loop {
                        match results.next().await {
                            Ok(Some(batch)) => seen.extend(ids(&[batch])),
                            Ok(None) => panic!("an end after {} rows", seen.len()),
                            Err(error) => break error,
                        }
                    };
                    assert_eq!(error.kind(), ErrorKind::ResultGone, "{page}: {error}");
                    assert_eq!(results.position(), seen.len() as u64);
                }
                assert_eq!(seen, counted(0, (page * 4).min(10) as u64), "{page}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn failed_statement_reports_its_own_error_without_rewind() {
    let server = planned(Server::once(Settings::hive()), 10, 4);
    server.always(FETCH, || {
        Step::edit::<rpc::FetchResults>(|response| {
            response.status = crate::support::failed("[DIVIDE_BY_ZERO] Division by zero");
        })
    });
    let mut results = finished(&server).await.get_results().await.unwrap();
    let error = results.next().await.unwrap_err();
    assert_eq!((error.kind(), error.error_class()), (ErrorKind::Failed, Some("DIVIDE_BY_ZERO")));
}

#[tokio::test(start_paused = true)]
async fn readahead_with_a_small_budget_loses_no_page() {
    for kind in ONCE {
        for budget in [10_000, 20_000, 60_000] {
            let server = planned(Server::once(kind()), 5_000, u64::MAX);
            let client = client_with(&server, config().byte_budget(budget).fetch_bytes(64 << 10));
            let query = client.execute_async("SELECT 1").await.unwrap();
            query.wait().await.unwrap();
            let mut results = query.get_results().await.unwrap();
            assert_eq!(read_on(&mut results, 1).await, counted(0, 5_000), "{budget}");
        }
    }
}
