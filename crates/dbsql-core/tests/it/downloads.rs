//! Results behind links, from a store that is slow, breaks off, changes files or responds
//! incorrectly.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dbsql_core::{ErrorKind, LinkPolicy, RetryAdvice};
use dbsql_local::{Quirks, Settings, StoreQuirks};
use dbsql_protocol::rpc;
use dbsql_protocol::types::TFetchResultsResp;

use crate::support::{
    CLOSE, EXECUTE, FETCH, STATUS, Server, Step, chain, client, client_with, config, counted,
    finished, ids, read_on, seconds, submitted,
};

const DOWNLOAD: &str = "download";

/// A server whose results are all one file of `rows` rows.
fn linked(rows: u64) -> Server {
    with(rows, StoreQuirks::default())
}

fn with(rows: u64, store: StoreQuirks) -> Server {
    let quirks = Quirks { store, ..Quirks::default() };
    let server = Server::with(Settings { link_threshold: 0, quirks, ..Settings::default() });
    server.plan(|plan| (plan.rows, plan.page) = (rows, rows));
    server
}

async fn rows_of(server: &Server) -> Result<Vec<i64>, dbsql_core::Error> {
    let results = finished(server).await.get_results().await.unwrap();
    Ok(ids(&results.fetch_all().await?))
}

/// The start of the `Range` of each download.
fn ranges(server: &Server) -> Vec<String> {
    let seen = server.seen();
    let downloads = seen.iter().filter(|seen| seen.name() == DOWNLOAD);
    let range = |seen: &dbsql_local::SeenRequest| {
        let range = seen.headers().get("range").map(|range| range.to_str().unwrap());
        let begin = range.and_then(|range| range.split_once('-'));
        begin.map(|(begin, _)| begin.to_owned()).unwrap_or_default()
    };
    downloads.map(range).collect()
}

#[tokio::test(start_paused = true)]
async fn file_on_a_slow_network_is_read_in_one_request() {
    // 20 MB of rows in a file of 10 MB, at 65 KB/s: two and a half minutes, with the default
    // timeouts.
    let server = linked(2_500_000);
    server.script(DOWNLOAD, [Step::trickle(65_000, seconds(1))]);
    let began = tokio::time::Instant::now();
    // With more than one connection, ranges of the file are downloaded in parallel.
    let client = client_with(&server, config().max_downloads(1));
    let results = client.execute("SELECT 1").await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 2_500_000));
    assert!(began.elapsed() > seconds(150), "{:?}", began.elapsed());
    assert_eq!(ranges(&server), [""]);
}

#[tokio::test(start_paused = true)]
async fn broken_file_is_resumed_at_each_third() {
    for step in [Step::cut_after, Step::stalled_after] {
        let server = linked(9_000);
        server.script(DOWNLOAD, [step(10_000), step(10_000), step(10)]);
        assert_eq!(rows_of(&server).await.unwrap(), counted(0, 9_000));
        let expected = ["", "bytes=10000", "bytes=20000", "bytes=20010"];
        assert_eq!(ranges(&server), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn store_without_ranges_or_tags_can_be_read() {
    for (ignore_ranges, no_etags) in [(true, false), (true, true), (false, true)] {
        let server = with(9_000, StoreQuirks { ignore_ranges, no_etags, ..Default::default() });
        server.script(DOWNLOAD, [Step::cut_after(10_000), Step::cut_after(15_000)]);
        assert_eq!(rows_of(&server).await.unwrap(), counted(0, 9_000));
    }
}

#[tokio::test(start_paused = true)]
async fn expired_link_is_refreshed_under_each_status() {
    let code = "<Error><Code>ExpiredToken</Code><Message>canary</Message></Error>";
    for step in [|| Step::http(403), || Step::http(410)] {
        is_refreshed(step()).await;
    }
    is_refreshed(Step::http(400).text(code)).await;
    is_refreshed(Step::http(400).text("the token has expired")).await;
}

async fn is_refreshed(step: Step) {
    let server = linked(10);
    let shown = format!("{step:?}");
    let query = finished(&server).await;
    server.script(DOWNLOAD, [step]);
    let results = query.get_results().await.unwrap();
    assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10), "{shown}");
    assert_eq!(server.count(DOWNLOAD), 2, "{shown}");
}

#[tokio::test(start_paused = true)]
async fn bad_request_is_final_unless_it_is_a_timeout() {
    let server = linked(10);
    let timeout = || Step::http(400).text("<Code>RequestTimeout</Code>");
    server.script(DOWNLOAD, [timeout(), timeout()]);
    assert_eq!(rows_of(&server).await.unwrap(), counted(0, 10));
    assert_eq!(server.count(DOWNLOAD), 3);
    let server = linked(10);
    server.always(DOWNLOAD, || Step::http(400).text("<Code>InvalidRequest</Code>canary"));
    let error = rows_of(&server).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert!(error.to_string().contains("InvalidRequest"), "{error}");
    assert!(!chain(&error).contains("canary"), "{}", chain(&error));
    assert_eq!(server.count(DOWNLOAD), 1);
}

#[tokio::test(start_paused = true)]
async fn redirect_of_each_form_is_followed() {
    let server = linked(10);
    // The link itself, in each form of a location.
    for form in ["absolute", "network", "path", "relative", "query"] {
        let before = server.count(DOWNLOAD);
        let query = finished(&server).await;
        let found = Arc::new(AtomicUsize::new(0));
        let seen = server.clone();
        let count = Arc::clone(&found);
        server.always(DOWNLOAD, move || {
            if count.fetch_add(1, Ordering::Relaxed) > 0 {
                return Step::serve();
            }
            let seen = seen.seen();
            let uri = seen.last().unwrap().uri().clone();
            let target = uri.path_and_query().unwrap().as_str();
            let location = match form {
                "absolute" => uri.to_string(),
                "network" => format!("//{}{target}", uri.authority().unwrap()),
                "path" => target.to_owned(),
                "relative" => format!("../files/{}", target.rsplit_once('/').unwrap().1),
                _ => format!("?{}", uri.query().unwrap()),
            };
            Step::http(307).header("location", location)
        });
        let results = query.get_results().await.unwrap();
        assert_eq!(ids(&results.fetch_all().await.unwrap()), counted(0, 10), "{form}");
        assert_eq!(server.count(DOWNLOAD), before + 2, "{form}");
        server.recover(DOWNLOAD);
    }
}

/// A result whose links all have this URL and a header.
fn leads_to(server: &Server, url: &'static str, header: Option<&'static str>) {
    server.always(FETCH, move || {
        Step::edit::<rpc::FetchResults>(move |response: &mut TFetchResultsResp| {
            let links = response.results.as_mut().and_then(|rows| rows.result_links.as_mut());
            for link in links.into_iter().flatten() {
                link.file_link = url.to_owned();
                link.http_headers =
                    header.map(|name| [(name.to_owned(), "canary".to_owned())].into());
            }
        })
    });
}

#[tokio::test(start_paused = true)]
async fn link_to_this_machine_is_rejected_and_names_the_setting() {
    for (url, host) in [
        ("https://127.0.0.1:9000/canary", "127.0.0.1"),
        ("https://169.254.169.254/canary", "169.254.169.254"),
        ("https://[::ffff:127.0.0.1]/canary", "[::ffff:127.0.0.1]"),
        ("https://0x7f000001/canary", "0x7f000001"),
        ("http://warehouse.example/canary", "warehouse.example"),
    ] {
        let server = linked(10);
        leads_to(&server, url, None);
        let error = rows_of(&server).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.retry()),
            (ErrorKind::Config, RetryAdvice::Never),
            "{error}"
        );
        assert!(error.to_string().contains("LinkPolicy::allow_host"), "{error}");
        assert!(error.to_string().contains(host), "{error}");
        assert!(!chain(&error).contains("canary"), "{}", chain(&error));
        assert_eq!(server.count(DOWNLOAD), 0);
        for policy in [LinkPolicy::default().allow_host(host), LinkPolicy::off()] {
            let client = client_with(&server, config().link_policy(policy));
            let results = client.execute("SELECT 1").await;
            // A request is sent now. Its result does not matter here.
            let read = async { results?.fetch_all().await };
            let asked = read.await.err().is_none_or(|error| error.kind() != ErrorKind::Config);
            assert!(asked, "{url}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn link_header_that_changes_the_request_is_a_protocol_error() {
    for name in ["Proxy-Authorization", "upgrade", "te", "Host", "cookie", "connection"] {
        let server = linked(10);
        leads_to(&server, "https://warehouse.example/files/x", Some(name));
        let error = rows_of(&server).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{name}: {error}");
        assert!(!chain(&error).contains("canary"), "{}", chain(&error));
        assert_eq!(server.count(DOWNLOAD), 0, "{name}");
    }
}

#[test]
fn invalid_allowed_host_is_rejected_by_build() {
    let config = config().link_policy(LinkPolicy::default().allow_host("http://127.0.0.1:9000"));
    let server = linked(1);
    let built = dbsql_core::Client::builder(config).transport(server).build();
    assert_eq!(built.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test(start_paused = true)]
async fn every_request_asks_for_plain_bytes() {
    let server = linked(10);
    let query = finished(&server).await;
    assert_eq!(read_on(&mut query.get_results().await.unwrap(), 1).await, counted(0, 10));
    query.close().await.unwrap();
    for method in [EXECUTE, FETCH, CLOSE, DOWNLOAD] {
        let seen = server.seen();
        let mut of = seen.iter().filter(|seen| seen.name() == method).peekable();
        assert!(of.peek().is_some(), "{method}");
        assert!(of.all(|seen| seen.headers()["accept-encoding"] == "identity"), "{method}");
    }
}

fn gzip() -> Step {
    Step::serve().header("content-encoding", "gzip")
}

#[tokio::test(start_paused = true)]
async fn encoded_submit_response_is_an_unknown_outcome() {
    let server = linked(10);
    server.script(EXECUTE, [gzip()]);
    let error = client(&server).execute_async("SELECT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert!(chain(&error).contains("content encoding gzip"), "{}", chain(&error));
    assert_eq!(server.executions().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn encoded_answer_to_a_poll_is_transient() {
    let server = linked(10);
    server.plan(|plan| plan.runs_for = seconds(1));
    let query = submitted(&server).await;
    server.script(STATUS, [gzip(), gzip(), gzip(), gzip()]);
    query.wait().await.unwrap();
    server.always(STATUS, gzip);
    let error = query.sync_status().deadline(seconds(3)).await.unwrap_err();
    assert!(chain(&error).contains("content encoding gzip"), "{}", chain(&error));
}

#[tokio::test(start_paused = true)]
async fn encoded_file_is_an_error_that_names_the_encoding() {
    for (encoding, name) in [("gzip", "gzip"), ("identity, zstd", "zstd")] {
        let server = linked(10);
        server.always(DOWNLOAD, move || Step::serve().header("content-encoding", encoding));
        let error = rows_of(&server).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert!(error.to_string().contains(&format!("content encoding {name}")), "{error}");
        assert_eq!(server.count(DOWNLOAD), 1, "it would come again");
    }
}
