//! Decoding of responses into pages, and errors for responses that are not valid pages.

use dbsql_protocol::message::encode_reply;
use dbsql_protocol::types::{TColumn, TI64Column, TSparkArrowResultLink, TStatus, TStatusCode};

use super::*;

fn columns(rows: i64) -> TColumn {
    TColumn::I64Val(TI64Column { values: (0..rows).collect(), nulls: Bytes::new() })
}

fn link(start: i64, rows: i64) -> TSparkArrowResultLink {
    TSparkArrowResultLink {
        file_link: "https://storage.example/file".to_owned(),
        start_row_offset: start,
        row_count: rows,
        ..TSparkArrowResultLink::default()
    }
}

fn read(set: TRowSet) -> Result<Page> {
    let status = TStatus { status_code: TStatusCode::SUCCESS_STATUS, ..TStatus::default() };
    let results = Some(set);
    let response = TFetchResultsResp { status, results, ..TFetchResultsResp::default() };
    page(&response, false, usize::MAX, 0)?.within(usize::MAX)
}

#[test]
fn page_of_links_starts_at_its_first_link() {
    let set = TRowSet {
        result_links: Some(vec![link(9, 3), link(5, 4), link(99, 0)]),
        ..TRowSet::default()
    };
    let page = read(set).unwrap();
    assert_eq!((page.start, page.row_count().unwrap()), (Some(5), 7));
}

#[test]
fn columns_beside_links_are_kept() {
    for (links, pieces) in [(vec![], 1), (vec![link(0, 0)], 1), (vec![link(2, 4)], 2)] {
        let set = TRowSet {
            columns: Some(vec![columns(2)]),
            result_links: Some(links),
            ..TRowSet::default()
        };
        assert_eq!(read(set).unwrap().pieces.len(), pieces, "none is ignored silently");
    }
}

#[test]
fn impossible_numbers_are_errors() {
    let negative_start = TRowSet { start_row_offset: -1, ..TRowSet::default() };
    assert_eq!(read(negative_start).unwrap_err().kind(), ErrorKind::Protocol);
    let batch = TSparkArrowBatch { batch: Bytes::new(), row_count: -1 };
    let negative_rows = TRowSet { arrow_batches: Some(vec![batch]), ..TRowSet::default() };
    assert_eq!(read(negative_rows).unwrap_err().kind(), ErrorKind::Decode);
    let uneven = TRowSet { columns: Some(vec![columns(2), columns(3)]), ..TRowSet::default() };
    assert_eq!(read(uneven).unwrap_err().kind(), ErrorKind::Decode);
}

fn reply(set: TRowSet) -> Bytes {
    let status = TStatus { status_code: TStatusCode::SUCCESS_STATUS, ..TStatus::default() };
    let response = TFetchResultsResp { status, results: Some(set), ..Default::default() };
    encode_reply::<rpc::FetchResults>(0, &response)
}

fn links(count: usize) -> TRowSet {
    let links = (0..count).map(|row| TSparkArrowResultLink {
        file_link: "https://s/f".to_owned(),
        ..link(row as i64, 1)
    });
    TRowSet { result_links: Some(links.collect()), ..TRowSet::default() }
}

#[test]
fn page_that_unpacks_beyond_the_limit_is_too_large() {
    let body = reply(links(100_000));
    // As structs the links take more than twice as much.
    assert!(body.len() < 7 << 20, "{}", body.len());
    for (limit, fits) in [(body.len(), false), (12 << 20, true), (usize::MAX, true)] {
        assert_eq!(response(body.clone(), limit).unwrap().is_some(), fits, "{limit}");
    }
    // A few links never exceed the limit, however small it is.
    let body = reply(links(1_000));
    assert!(response(body.clone(), body.len()).unwrap().is_some());
}

#[test]
fn links_are_charged_with_their_size_in_memory() {
    let set = links(1_000);
    let response = TFetchResultsResp { results: Some(set), ..Default::default() };
    for (limit, fits) in [(100_000, false), (1_000_000, true)] {
        let fetched = page(&response, false, limit, 50_000).unwrap();
        let Fetched::Page(page) = fetched else {
            assert!(!fits, "{limit}");
            continue;
        };
        assert!(
            fits && page.bytes <= limit && page.bytes > 1_000 * size_of::<TSparkArrowResultLink>()
        );
    }
}

#[test]
fn rows_that_share_the_body_are_charged_once() {
    let batch = TSparkArrowBatch { batch: vec![7; 8 << 20].into(), row_count: 1 };
    for set in [
        TRowSet { columns: Some(vec![columns(1 << 20)]), ..TRowSet::default() },
        TRowSet { arrow_batches: Some(vec![batch]), ..TRowSet::default() },
    ] {
        let body = reply(set);
        let read = response(body.clone(), body.len()).unwrap().unwrap();
        let page = page(&read, false, body.len(), body.len()).unwrap().within(0).unwrap();
        assert_eq!(page.bytes, body.len());
    }
}

#[test]
fn page_that_is_too_large_names_the_setting() {
    let error = Fetched::TooLarge.within(1 << 20).unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Config, RetryAdvice::Never));
    let text = error.to_string();
    assert!(text.contains("larger than 1048576 bytes; raise Config::byte_budget"), "{text}");
}
