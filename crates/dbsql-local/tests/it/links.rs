//! Results behind links.

use std::time::Duration;

use dbsql_local::{Quirks, Settings};
use dbsql_protocol::types::{
    TExecuteStatementReq, TFetchResultsReq, TOperationHandle, TSparkArrowResultLink,
    TSparkGetDirectResults, TSparkRowSetType,
};

use crate::support::{TEN, Warehouse, from_row, next, statement, stream_ids, unpacked};

/// Every result is large, and files have four rows.
fn settings(quirks: Quirks) -> Settings {
    Settings { link_threshold: 0, file_bytes: 32, quirks, ..Settings::default() }
}

fn linked(w: &Warehouse) -> TExecuteStatementReq {
    TExecuteStatementReq { can_download_result: Some(true), ..statement(&w.session, TEN) }
}

async fn finished(w: &Warehouse, request: TExecuteStatementReq) -> TOperationHandle {
    let handle = w.client.execute(request).await.operation_handle.expect("a handle");
    w.client.wait(&handle).await;
    handle
}

async fn links(w: &Warehouse, handle: &TOperationHandle, row: i64) -> Vec<TSparkArrowResultLink> {
    let answer = w.client.fetch(from_row(handle, row, 1)).await;
    answer.results.expect("rows").result_links.expect("links")
}

#[tokio::test(start_paused = true)]
async fn links_lead_to_complete_streams_with_all_rows() {
    for lz4 in [false, true] {
        let w = Warehouse::with_settings(settings(Quirks::default())).await;
        let request = TExecuteStatementReq { can_decompress_lz4_result: Some(lz4), ..linked(&w) };
        let handle = finished(&w, request).await;
        let answer = w.client.fetch(next(&handle, 1)).await;
        let metadata = answer.result_set_metadata.as_ref().expect("has metadata");
        assert_eq!(metadata.result_format, Some(TSparkRowSetType::URL_BASED_SET));
        assert_eq!((metadata.lz4_compressed, answer.has_more_rows), (Some(lz4), Some(false)));
        let mut rows = Vec::new();
        for link in answer.results.expect("rows").result_links.expect("links") {
            assert_eq!(link.start_row_offset, rows.len() as i64);
            let (status, body) = w.client.get(&link.file_link, &[]).await.expect("an answer");
            assert_eq!(status, 200);
            let plain = if lz4 { unpacked(&body) } else { body.to_vec() };
            assert!(plain.ends_with(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), "no end marker");
            let found = stream_ids(&plain);
            assert_eq!(found.len() as i64, link.row_count);
            rows.extend(found);
        }
        assert_eq!(rows, (0..10).collect::<Vec<_>>());
        assert_eq!(w.service.downloads(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn small_results_and_clients_without_links_stay_inline() {
    let w = Warehouse::start().await;
    let handle = finished(&w, linked(&w)).await;
    let answer = w.client.fetch(next(&handle, 100)).await.results.expect("rows");
    assert!(answer.result_links.is_none() && answer.arrow_batches.is_some());
    let w = Warehouse::with_settings(settings(Quirks::default())).await;
    let handle = finished(&w, statement(&w.session, TEN)).await;
    let answer = w.client.fetch(next(&handle, 100)).await.results.expect("rows");
    assert!(answer.result_links.is_none() && answer.arrow_batches.is_some());
}

#[tokio::test(start_paused = true)]
async fn links_per_response_are_limited() {
    let few = Settings { links_per_page: 2, ..settings(Quirks::default()) };
    let w = Warehouse::with_settings(few).await;
    let handle = finished(&w, linked(&w)).await;
    let first = w.client.fetch(next(&handle, 1)).await;
    assert_eq!(first.has_more_rows, Some(true));
    let spans = |links: &[TSparkArrowResultLink]| -> Vec<_> {
        links.iter().map(|link| (link.start_row_offset, link.row_count)).collect()
    };
    let links = first.results.expect("rows").result_links.expect("links");
    assert_eq!(spans(&links), [(0, 4), (4, 4)]);
    let second = w.client.fetch(next(&handle, 1)).await;
    assert_eq!(second.has_more_rows, Some(false));
    let links = second.results.expect("rows").result_links.expect("links");
    assert_eq!(spans(&links), [(8, 2)]);
}

#[tokio::test(start_paused = true)]
async fn links_do_not_count_as_rows_of_the_response() {
    // Every file is larger than the rows in a response may be.
    let small = Settings { page_bytes: 16, ..settings(Quirks::default()) };
    let w = Warehouse::with_settings(small).await;
    let all = TSparkGetDirectResults { max_rows: 1, max_bytes: None };
    let request = TExecuteStatementReq { get_direct_results: Some(all), ..linked(&w) };
    let answer = w.client.execute(request).await;
    let direct = answer.direct_results.expect("asked for").result_set.expect("rows");
    assert_eq!(direct.results.expect("rows").result_links.expect("links").len(), 3);
    let handle = answer.operation_handle.expect("a handle");
    assert_eq!(links(&w, &handle, 0).await.len(), 3);
    // The size that the client requests does count.
    let few = TFetchResultsReq { max_bytes: Some(64), ..from_row(&handle, 0, 1) };
    let few = w.client.fetch(few).await.results.expect("rows").result_links.expect("links");
    assert_eq!(few.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn expired_link_can_be_requested_again_by_its_row() {
    let w = Warehouse::with_settings(settings(Quirks::default())).await;
    let handle = finished(&w, linked(&w)).await;
    let link = links(&w, &handle, 4).await.remove(0);
    let now = w.runtime.wall_now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    assert_eq!(link.expiry_time as u128, (now + Duration::from_secs(900)).as_millis());
    w.runtime.sleep(Duration::from_secs(899)).await;
    assert_eq!(w.client.get(&link.file_link, &[]).await.expect("an answer").0, 200);
    w.runtime.sleep(Duration::from_secs(2)).await;
    let (status, body) = w.client.get(&link.file_link, &[]).await.expect("an answer");
    assert_eq!(status, 403);
    assert!(String::from_utf8_lossy(&body).contains("expired"), "{body:?}");
    let fresh = links(&w, &handle, 4).await.remove(0);
    assert_ne!(fresh.file_link, link.file_link);
    assert_eq!((fresh.start_row_offset, fresh.row_count), (4, 4));
    assert_eq!(w.client.get(&fresh.file_link, &[]).await.expect("an answer").0, 200);
}

#[tokio::test(start_paused = true)]
async fn link_with_another_signature_or_expiry_is_rejected() {
    let w = Warehouse::with_settings(settings(Quirks::default())).await;
    let handle = finished(&w, linked(&w)).await;
    let link = links(&w, &handle, 0).await.remove(0).file_link;
    let forged = format!("{}0", &link[..link.len() - 1]);
    let forged = if forged == link { format!("{}1", &link[..link.len() - 1]) } else { forged };
    let later = link.replace("expires=1", "expires=2");
    assert_ne!(later, link);
    for url in [forged, later, link.split_once('?').expect("a query").0.to_owned()] {
        assert_eq!(w.client.get(&url, &[]).await.expect("an answer").0, 403, "{url}");
    }
}

#[tokio::test(start_paused = true)]
async fn token_sent_to_the_store_is_rejected() {
    let w = Warehouse::with_settings(settings(Quirks::default())).await;
    let handle = finished(&w, linked(&w)).await;
    let link = links(&w, &handle, 0).await.remove(0).file_link;
    let answer = w.client.get(&link, &[("authorization", "Bearer t")]).await;
    assert_eq!(answer.expect("an answer").0, 400);
}

#[tokio::test(start_paused = true)]
async fn ranges_of_a_file_are_served() {
    let w = Warehouse::with_settings(settings(Quirks::default())).await;
    let handle = finished(&w, linked(&w)).await;
    let link = links(&w, &handle, 0).await.remove(0).file_link;
    let (_, whole) = w.client.get(&link, &[]).await.expect("an answer");
    let (status, head) = w.client.get(&link, &[("range", "bytes=0-99")]).await.expect("an answer");
    assert_eq!((status.as_u16(), &head[..]), (206, &whole[..100]));
    let (status, tail) = w.client.get(&link, &[("range", "bytes=100-")]).await.expect("an answer");
    assert_eq!((status.as_u16(), &tail[..]), (206, &whole[100..]));
    let beyond = format!("bytes={}-", whole.len());
    assert_eq!(w.client.get(&link, &[("range", &beyond)]).await.expect("an answer").0, 416);
}

#[tokio::test(start_paused = true)]
async fn direct_result_with_links_closes_its_operation_by_quirk() {
    for close_with_links in [false, true] {
        let quirks = Quirks { close_with_links, ..Quirks::default() };
        let w = Warehouse::with_settings(settings(quirks)).await;
        let all = TSparkGetDirectResults { max_rows: 1000, max_bytes: None };
        let request = TExecuteStatementReq { get_direct_results: Some(all), ..linked(&w) };
        let direct = w.client.execute(request).await.direct_results.expect("asked for");
        assert_eq!(direct.close_operation.is_some(), close_with_links);
        let rows = direct.result_set.expect("has rows");
        assert_eq!(rows.has_more_rows, Some(false));
        let links = rows.results.expect("rows").result_links.expect("links");
        assert_eq!(links.len(), 3);
        assert_eq!(w.client.get(&links[0].file_link, &[]).await.expect("an answer").0, 200);
        if close_with_links {
            // The links are all that is left, and the rows are freed when they expire.
            assert_eq!(w.service.live_operations(), 0);
            assert!(w.service.result_bytes().memory > 0);
            w.runtime.sleep(Duration::from_secs(901)).await;
            let (status, _) = w.client.get(&links[0].file_link, &[]).await.expect("an answer");
            assert_eq!((status.as_u16(), w.service.result_bytes().memory), (403, 0));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn quirks_pad_files_and_send_the_expiry_in_seconds() {
    let quirks = Quirks { padding_rows: 2, expiry_in_seconds: true, ..Quirks::default() };
    let w = Warehouse::with_settings(settings(quirks)).await;
    let handle = finished(&w, linked(&w)).await;
    let link = links(&w, &handle, 0).await.remove(0);
    assert!(link.expiry_time < 100_000_000_000, "{}", link.expiry_time);
    let (_, body) = w.client.get(&link.file_link, &[]).await.expect("an answer");
    assert_eq!((link.row_count, stream_ids(&body)), (4, vec![0, 1, 2, 3, 0, 1]));
}
