//! Reading: each row once, in order, to the end, from a server that supports offsets.

use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema};
use dbsql_core::{ErrorKind, ResultSet};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TColumn, TFetchResultsResp, TI64Column, TRowSet, TSparkArrowBatch, TSparkArrowResultLink,
};
use futures_util::StreamExt;

use crate::support::{
    FETCH, METADATA, Server, Step, bigints, counted, finished, ids, poll_then_drop, read_on,
    seconds, strings,
};

async fn results_of(server: &Server) -> ResultSet {
    finished(server).await.get_results().await.expect("a result")
}

/// Edits the response to one fetch.
fn edit(edit: impl Fn(&mut TFetchResultsResp) + Send + Sync + 'static) -> Step {
    Step::edit::<rpc::FetchResults>(edit)
}

fn rows(response: &mut TFetchResultsResp) -> &mut TRowSet {
    response.results.as_mut().expect("a row set")
}

#[tokio::test(start_paused = true)]
async fn every_fetch_has_a_start_row_and_offsets_are_contiguous() {
    let server = Server::databricks();
    let mut results = results_of(&server).await;
    assert_eq!(results.schema().field(0).name(), "id");
    let mut seen = Vec::new();
    while let Some(batch) = results.next().await.unwrap() {
        assert!(batch.num_rows() > 0, "never an empty batch");
        seen.extend(ids(&[batch]));
        assert_eq!(results.position(), seen.len() as u64);
    }
    assert_eq!(seen, counted(0, 10));
    assert!(results.next().await.unwrap().is_none(), "the end stays the end");
    let asked: Vec<_> =
        server.requests::<rpc::FetchResults>().iter().map(|r| r.start_row_offset).collect();
    assert_eq!(asked, [Some(0), Some(4), Some(8)]);
}

#[tokio::test(start_paused = true)]
async fn no_fetch_requests_more_rows_than_fit_in_32_bits() {
    for server in [Server::databricks(), Server::spark()] {
        server.plan(|plan| (plan.rows, plan.page) = (3_000_000, u64::MAX));
        let seen = read_on(&mut results_of(&server).await, 1).await;
        assert_eq!(seen.len(), 3_000_000);
        for request in server.requests::<rpc::FetchResults>() {
            assert!((1..=i64::from(i32::MAX)).contains(&request.max_rows), "{}", request.max_rows);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_is_read_from_any_row_any_number_of_times() {
    for server in [Server::databricks(), Server::spark()] {
        let query = finished(&server).await;
        for first in (0..=10).chain([3, 0]) {
            let results = query.get_results_from(first).await.unwrap();
            assert_eq!(results.position(), first);
            assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(first, 10), "{first}");
        }
        for beyond in [11, 12, 1 << 40] {
            let mut results = query.get_results_from(beyond).await.unwrap();
            for _ in 0..2 {
                let error = results.next().await.expect_err("there is no such row");
                assert_eq!(error.kind(), ErrorKind::InvalidInput, "{beyond}: {error}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn two_readers_at_once_work_where_fetches_name_their_rows() {
    let server = Server::databricks();
    let query = finished(&server).await;
    let (mut one, mut two) =
        (query.get_results().await.unwrap(), query.get_results().await.unwrap());
    let first = one.next().await.unwrap().unwrap();
    assert_eq!(read_on(&mut two, 1).await, counted(0, 10));
    assert_eq!([ids(&[first]), read_on(&mut one, 1).await].concat(), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn next_may_be_dropped_at_any_await_and_loses_nothing() {
    for server in [Server::databricks, Server::spark] {
        for polls in 1..12 {
            let server = server();
            let mut results = results_of(&server).await;
            let mut seen = Vec::new();
            loop {
                match poll_then_drop(results.next(), polls).await {
                    Some(batch) => match batch.unwrap() {
                        Some(batch) => seen.extend(ids(&[batch])),
                        None => break,
                    },
                    None => tokio::task::yield_now().await,
                }
            }
            assert_eq!(seen, counted(0, 10), "dropped after {polls} polls");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_is_a_stream() {
    let server = Server::databricks();
    let batches: Vec<_> = results_of(&server).await.map(Result::unwrap).collect().await;
    assert_eq!(ids(&batches), counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_before_the_end_is_not_the_end() {
    let server = Server::databricks();
    let empty = || {
        edit(|response| {
            rows(response).columns = Some(vec![bigints([])]);
            response.has_more_rows = Some(true);
        })
    };
    server.script(FETCH, [empty(), empty(), Step::serve(), empty(), Step::serve(), empty()]);
    assert_eq!(read_on(&mut results_of(&server).await, 1).await, counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn no_rows_ready_means_few_requests_until_the_deadline() {
    let server = Server::databricks();
    server.always(FETCH, || {
        edit(|response| {
            rows(response).columns = None;
            response.has_more_rows = Some(true);
        })
    });
    let mut results = results_of(&server).await.deadline(seconds(60));
    let error = results.next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
    assert!(server.count(FETCH) < 200, "{}", server.count(FETCH));
}

#[tokio::test(start_paused = true)]
async fn no_rows_ready_means_no_requests_while_the_caller_works() {
    let server = Server::databricks();
    server.plan(|plan| (plan.rows, plan.page) = (10_000, 1_000));
    let mut results = finished(&server).await.get_results().await.unwrap();
    let empty = || {
        edit(|response| {
            rows(response).columns = None;
            response.has_more_rows = Some(true);
        })
    };
    server.script(FETCH, [Step::serve()]);
    server.always(FETCH, empty);
    let mut seen = ids(&[results.next().await.unwrap().unwrap()]);
    tokio::time::sleep(seconds(60)).await;
    assert_eq!(server.count(FETCH), 2, "the next page, once");
    server.recover(FETCH);
    seen.extend(read_on(&mut results, 1).await);
    assert_eq!(seen, counted(0, 10_000));
}

#[tokio::test(start_paused = true)]
async fn a_page_without_has_more_rows_does_not_prove_the_end() {
    let server = Server::databricks();
    server.always(FETCH, || edit(|response| response.has_more_rows = None));
    assert_eq!(read_on(&mut results_of(&server).await, 1).await, counted(0, 10));
}

#[tokio::test(start_paused = true)]
async fn pages_that_overlap_or_are_short_give_the_exact_rows() {
    let server = Server::databricks();
    let short = edit(|response| {
        rows(response).columns = Some(vec![bigints([0])]);
        response.has_more_rows = Some(true);
    });
    let early = edit(|response| {
        rows(response).start_row_offset = 0;
        rows(response).columns = Some(vec![bigints(0..5)]);
        response.has_more_rows = Some(true);
    });
    server.script(FETCH, [short, early]);
    assert_eq!(read_on(&mut results_of(&server).await, 1).await, counted(0, 10));
}

/// After `good` pages every response is edited like this. Asserts that each further call returns an
/// error of this kind, and that no wrong row is returned.
async fn is_an_error(name: &str, good: usize, kind: ErrorKind, change: fn(&mut TFetchResultsResp)) {
    let server = Server::databricks();
    server.script(FETCH, (0..good).map(|_| Step::serve()));
    server.always(FETCH, move || edit(change));
    let mut results = results_of(&server).await.deadline(seconds(600));
    let (mut seen, mut errors) = (Vec::new(), 0);
    while errors < 3 {
        match results.next().await {
            Ok(Some(batch)) => seen.extend(ids(&[batch])),
            Ok(None) => panic!("{name}: an end after {} rows", seen.len()),
            Err(error) => {
                assert_eq!(error.kind(), kind, "{name}: {error}");
                assert!(error.query_id().is_some(), "{name}: {error}");
                errors += 1;
            }
        }
    }
    assert_eq!(seen, counted(0, seen.len() as u64), "{name}");
    server.recover(FETCH);
    if kind != ErrorKind::Truncated {
        seen.extend(read_on(&mut results, 1).await);
        assert_eq!(seen, counted(0, 10), "{name}: when the server has recovered");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_at_the_wrong_place_is_an_error() {
    use ErrorKind::Protocol;
    is_an_error("a gap", 1, Protocol, |response| rows(response).start_row_offset += 1).await;
    is_an_error("a gap at the start", 0, Protocol, |response| {
        rows(response).start_row_offset = 5;
    })
    .await;
    is_an_error("a huge gap", 1, Protocol, |response| {
        rows(response).start_row_offset = i64::MAX;
    })
    .await;
    is_an_error("a negative row", 1, Protocol, |response| rows(response).start_row_offset = -1)
        .await;
    is_an_error("the same page again", 1, Protocol, |response| {
        rows(response).start_row_offset = 0;
        response.has_more_rows = Some(true);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_result_that_ends_before_rows_that_were_read_is_truncated() {
    is_an_error("ends early", 1, ErrorKind::Truncated, |response| {
        rows(response).start_row_offset = 2;
        rows(response).columns = None;
        response.has_more_rows = Some(false);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn columns_that_do_not_fit_the_schema_are_an_error() {
    use ErrorKind::{Decode, Protocol};
    is_an_error("lengths differ", 1, Decode, |response| {
        rows(response).columns = Some(vec![bigints([4, 5]), bigints([4])]);
    })
    .await;
    is_an_error("a column too many", 1, Decode, |response| {
        rows(response).columns = Some(vec![bigints([4, 5]), bigints([4, 5])]);
    })
    .await;
    is_an_error("another type", 1, Decode, |response| {
        rows(response).columns = Some(vec![strings(&["4", "5"])]);
    })
    .await;
    is_an_error("no type", 1, Decode, |response| {
        rows(response).columns = Some(vec![TColumn::Unset]);
    })
    .await;
    is_an_error("no row set", 1, Protocol, |response| response.results = None).await;
}

#[tokio::test(start_paused = true)]
async fn nulls_are_kept_whatever_value_is_in_their_place() {
    let server = Server::databricks();
    server.plan(|plan| (plan.rows, plan.page) = (3, 3));
    server.script(
        FETCH,
        [edit(|response| {
            let values = [7, 1, 2].into_iter().collect();
            let nulls = bytes::Bytes::from_static(&[0b001]);
            rows(response).columns = Some(vec![TColumn::I64Val(TI64Column { values, nulls })]);
        })],
    );
    let batch = results_of(&server).await.next().await.unwrap().unwrap();
    let column = batch.column(0);
    assert_eq!((column.is_null(0), column.is_null(1), column.len()), (true, false, 3));
}

#[tokio::test(start_paused = true)]
async fn a_schema_that_the_decoder_panics_on_is_a_decode_error() {
    let fields = vec![Field::new("id", DataType::Int64, false)];
    let schema = Schema::new(fields);
    let message = StreamWriter::try_new(Vec::new(), &schema).unwrap().into_inner().unwrap();
    let width = (64..message.len()).find(|&at| message[at] == 64).expect("the width in bits");
    let mut bent = message.clone();
    bent[width] = 65;
    for (message, opens) in [(message, true), (bent, false)] {
        let server = Server::databricks();
        server.always(METADATA, move || {
            let message = message.clone();
            Step::edit::<rpc::GetResultSetMetadata>(move |metadata| {
                metadata.arrow_schema = Some(message.clone().into());
            })
        });
        let opened = finished(&server).await.get_results().await.map(drop);
        let kind = opened.map_err(|error| error.kind());
        assert_eq!(kind, if opens { Ok(()) } else { Err(ErrorKind::Decode) });
    }
}

#[tokio::test(start_paused = true)]
async fn row_formats_that_do_not_fit_the_result_are_errors() {
    is_an_error("arrow without a schema", 1, ErrorKind::Decode, |response| {
        rows(response).columns = None;
        rows(response).arrow_batches = Some(vec![TSparkArrowBatch::default()]);
    })
    .await;
    is_an_error("links to nowhere", 1, ErrorKind::Protocol, |response| {
        rows(response).columns = None;
        let link = TSparkArrowResultLink { row_count: 1, ..TSparkArrowResultLink::default() };
        rows(response).result_links = Some(vec![link]);
    })
    .await;
    is_an_error("serialized columns", 1, ErrorKind::Unsupported, |response| {
        rows(response).columns = None;
        rows(response).binary_columns = Some(b"x".as_slice().into());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_statement_without_rows_has_an_empty_result() {
    for (server, columns) in [(Server::databricks(), 0), (Server::spark(), 1)] {
        server.plan(|plan| plan.has_rows = false);
        let mut results = results_of(&server).await;
        assert_eq!(results.schema().fields().len(), columns);
        assert!(results.next().await.unwrap().is_none());
        assert!(results.next().await.unwrap().is_none());
        assert_eq!(results.position(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_without_rows_still_has_its_columns() {
    for server in [Server::databricks(), Server::spark()] {
        server.plan(|plan| plan.rows = 0);
        let mut results = results_of(&server).await;
        assert_eq!(results.schema().field(0).name(), "id");
        assert!(results.next().await.unwrap().is_none());
        assert_eq!(server.count(METADATA), 1);
    }
}
