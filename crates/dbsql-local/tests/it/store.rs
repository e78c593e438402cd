//! The object store from the client's view: file versions, ranges, and bodies that break.

use std::time::Duration;

use bytes::Bytes;
use dbsql_local::faults::Step;
use dbsql_local::{Settings, StoreQuirks};
use dbsql_protocol::types::TExecuteStatementReq;
use dbsql_transport::Body;
use http::{Request, Response};

use crate::support::{TEN, Warehouse, direct, stream_ids};

const DOWNLOAD: &str = "download";

/// A warehouse, and a link to one of its files.
async fn linked() -> (Warehouse, String) {
    let settings = Settings { link_threshold: 0, ..Settings::default() };
    let w = Warehouse::with(|builder| builder.settings(settings)).await;
    let link = link(&w).await;
    (w, link)
}

async fn link(w: &Warehouse) -> String {
    let request =
        TExecuteStatementReq { can_download_result: Some(true), ..direct(&w.session, TEN) };
    let rows = w.client.execute(request).await.direct_results.expect("asked for").result_set;
    let links = rows.expect("rows").results.expect("rows").result_links;
    links.expect("links").remove(0).file_link
}

async fn get(w: &Warehouse, url: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Bytes::new()).expect("valid");
    w.client.transport.send(request).await.expect("an answer")
}

fn header(response: &Response<Body>, name: &str) -> String {
    let value = response.headers().get(name);
    value.map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
}

async fn bytes(response: Response<Body>) -> Bytes {
    response.into_body().collect(usize::MAX).await.expect("whole")
}

fn change(w: &Warehouse, change: impl FnOnce(&mut StoreQuirks)) {
    w.service.change_settings(|settings| change(&mut settings.quirks.store));
}

#[tokio::test(start_paused = true)]
async fn file_has_a_length_a_tag_and_a_date() {
    let (w, link) = linked().await;
    let response = get(&w, &link, &[]).await;
    let etag = header(&response, "etag");
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2, "{etag}");
    assert!(httpdate::parse_http_date(&header(&response, "last-modified")).is_ok());
    let length = header(&response, "content-length");
    let whole = bytes(response).await;
    assert_eq!(length, whole.len().to_string());
    assert_eq!(stream_ids(&whole), (0..10).collect::<Vec<_>>());
    // Another link to the same rows leads to the same file.
    let again = get(&w, &self::link(&w).await, &[]).await;
    assert_eq!(header(&again, "etag"), etag);
}

#[tokio::test(start_paused = true)]
async fn if_range_of_another_version_gets_the_whole_file() {
    let (w, link) = linked().await;
    let first = get(&w, &link, &[]).await;
    let (etag, modified) = (header(&first, "etag"), header(&first, "last-modified"));
    let whole = bytes(first).await;
    for (if_range, status) in [
        (etag.as_str(), 206),
        (modified.as_str(), 206),
        ("\"another\"", 200),
        ("W/\"weak\"", 200),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 200),
    ] {
        let response = get(&w, &link, &[("range", "bytes=5-8"), ("if-range", if_range)]).await;
        assert_eq!(response.status(), status, "{if_range}");
        let expected = if status == 206 { whole.slice(5..9) } else { whole.clone() };
        assert_eq!(bytes(response).await, expected, "{if_range}");
    }
}

#[tokio::test(start_paused = true)]
async fn rewritten_file_has_another_tag_and_date() {
    let (w, link) = linked().await;
    let first = get(&w, &link, &[]).await;
    let (etag, modified) = (header(&first, "etag"), header(&first, "last-modified"));
    let whole = bytes(first).await;
    change(&w, |store| store.rewritten = 1);
    let second = get(&w, &link, &[("range", "bytes=5-"), ("if-range", &etag)]).await;
    assert_eq!(second.status(), 200);
    assert_ne!(header(&second, "etag"), etag);
    assert_ne!(header(&second, "last-modified"), modified);
    assert_eq!(bytes(second).await, whole);
    change(&w, |store| (store.padding_bytes, store.no_etags) = (3, true));
    let third = get(&w, &link, &[]).await;
    assert_eq!(header(&third, "etag"), "");
    assert_eq!(bytes(third).await.len(), whole.len() + 3);
}

#[tokio::test(start_paused = true)]
async fn store_can_ignore_ranges() {
    let (w, link) = linked().await;
    change(&w, |store| store.ignore_ranges = true);
    let response = get(&w, &link, &[("range", "bytes=5-8")]).await;
    assert_eq!(
        (response.status().as_u16(), header(&response, "accept-ranges")),
        (200, String::new())
    );
    assert_eq!(stream_ids(&bytes(response).await), (0..10).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn body_breaks_stalls_or_trickles_at_the_scripted_byte() {
    let (w, link) = linked().await;
    let whole = bytes(get(&w, &link, &[]).await).await;
    let read = async |body: Body| {
        let (mut body, mut read) = (body, Vec::new());
        let ended = tokio::time::timeout(Duration::from_secs(3600), async {
            loop {
                match body.chunk().await {
                    Ok(Some(chunk)) => read.extend_from_slice(&chunk),
                    Ok(None) => return Ok(()),
                    Err(error) => return Err(error),
                }
            }
        });
        let ended = ended.await;
        (read, ended)
    };
    w.service.script(DOWNLOAD, [Step::cut_after(7), Step::stalled_after(7), Step::cut_after(0)]);
    let response = get(&w, &link, &[]).await;
    assert_eq!(header(&response, "content-length"), whole.len().to_string(), "all is announced");
    let (begun, ended) = read(response.into_body()).await;
    assert!(begun == whole[..7] && matches!(ended, Ok(Err(_))), "{ended:?}");
    let (begun, ended) = read(get(&w, &link, &[]).await.into_body()).await;
    assert!(begun == whole[..7] && ended.is_err(), "{ended:?}");
    let (begun, ended) = read(get(&w, &link, &[]).await.into_body()).await;
    assert!(begun.is_empty() && matches!(ended, Ok(Err(_))), "{ended:?}");
    w.service.script(
        DOWNLOAD,
        [Step::trickle(100, Duration::from_secs(1)).after(Duration::from_secs(9))],
    );
    // The old one has expired.
    let link = self::link(&w).await;
    let began = tokio::time::Instant::now();
    let response = get(&w, &link, &[]).await;
    assert_eq!(began.elapsed(), Duration::from_secs(9));
    assert_eq!(bytes(response).await, whole);
    assert_eq!(began.elapsed().as_secs(), 9 + whole.len().div_ceil(100) as u64);
}

#[tokio::test(start_paused = true)]
async fn header_can_be_added_to_the_response() {
    let (w, link) = linked().await;
    w.service.script(
        DOWNLOAD,
        [Step::serve().header("content-encoding", "gzip").header("etag", "W/\"x\"")],
    );
    let response = get(&w, &link, &[]).await;
    assert_eq!(header(&response, "content-encoding"), "gzip");
    assert_eq!(header(&response, "etag"), "W/\"x\"");
    assert_eq!(stream_ids(&bytes(response).await), (0..10).collect::<Vec<_>>());
}
