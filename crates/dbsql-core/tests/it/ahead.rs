//! Prefetching: while the caller does something else, and on slow networks, files and pages are
//! fetched ahead within the budget, and no downloaded data is discarded.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use dbsql_core::{Client, Config, ErrorKind, ResultSet, Runtime};
use dbsql_local::{Quirks, Settings, StoreQuirks};
use dbsql_protocol::rpc;
use dbsql_transport::{Body, BoxFuture, Transport, TransportError};
use http::{Request, Response};
use http_body::Frame;

use crate::support::{
    FETCH, OVERSHOOT, Server, Step, client_on, config, counted, ids, millis, read_on, seconds,
};

const DOWNLOAD: &str = "download";
const MIB: usize = 1 << 20;

/// The number of rows per file, and of files per page of links.
fn linked(file_rows: u64, files_per_page: usize) -> Server {
    Server::with(Settings {
        link_threshold: 0,
        file_bytes: 8 * file_rows,
        links_per_page: files_per_page,
        link_lifetime: seconds(100_000),
        ..Settings::default()
    })
}

/// The result of a server with `rows` rows, read by a client with this configuration.
async fn opened(server: &Server, rows: u64, config: Config, runtime: &Runtime) -> ResultSet {
    server.plan(|plan| (plan.rows, plan.page) = (rows, u64::MAX));
    let client = client_on(server, config, runtime);
    let query = client.execute_async("SELECT 1").await.unwrap();
    query.wait().await.unwrap();
    query.get_results().await.unwrap()
}

fn budget(bytes: usize) -> Config {
    config().byte_budget(bytes as u64)
}

async fn first_batch(results: &mut ResultSet) -> Vec<i64> {
    ids(&[results.next().await.unwrap().expect("rows")])
}

/// Counts the bytes of files that are actually read.
#[derive(Clone, Debug)]
struct Counting {
    server: Server,
    bytes: Arc<AtomicU64>,
}

struct CountedBody(Body, Arc<AtomicU64>);

impl Transport for Counting {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let is_file = request.method() == http::Method::GET;
            let response = self.server.send(request).await?;
            let counted = |body| Body::new(CountedBody(body, Arc::clone(&self.bytes)));
            Ok(if is_file { response.map(counted) } else { response })
        })
    }
}

impl http_body::Body for CountedBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        if let Some(Ok(frame)) = &frame {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            self.1.fetch_add(bytes as u64, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }
}

#[tokio::test(start_paused = true)]
async fn next_files_and_pages_are_fetched_while_the_caller_works() {
    let server = linked(1_000, 2);
    // Each file takes several seconds. Only a task that runs in the background can have them by
    // then.
    server.always(DOWNLOAD, || Step::trickle(4_000, seconds(1)));
    let runtime = Runtime::seeded(7);
    let mut results = opened(&server, 6_000, config(), &runtime).await;
    let mut seen = first_batch(&mut results).await;
    tokio::time::sleep(seconds(60)).await;
    let before = (server.count(DOWNLOAD), server.count(FETCH));
    let began = tokio::time::Instant::now();
    seen.extend(read_on(&mut results, 1).await);
    assert_eq!(seen, counted(0, 6_000));
    assert_eq!(before, (6, 3), "all were fetched meanwhile");
    assert_eq!((server.count(DOWNLOAD), server.count(FETCH)), before, "and none again");
    assert!(began.elapsed() < millis(500), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn nothing_times_out_while_the_caller_works() {
    let server = linked(1_000, 16);
    server.always(DOWNLOAD, || Step::trickle(2_000, seconds(2)));
    let runtime = Runtime::seeded(7);
    let mut results = opened(&server, 8_000, config().max_downloads(2), &runtime).await;
    let mut seen = Vec::new();
    while let Some(batch) = results.next().await.unwrap() {
        seen.extend(ids(&[batch]));
        tokio::time::sleep(seconds(60)).await;
    }
    assert_eq!(seen, counted(0, 8_000));
    assert_eq!(server.count(DOWNLOAD), 8, "none was begun twice");
}

#[tokio::test(start_paused = true)]
async fn next_inline_page_is_fetched_while_the_caller_works() {
    for arrow in [true, false] {
        let server = Server::with(Settings {
            arrow,
            link_threshold: u64::MAX,
            page_bytes: 800,
            ..Settings::default()
        });
        let runtime = Runtime::seeded(7);
        let mut results = opened(&server, 300, config(), &runtime).await;
        let mut seen = first_batch(&mut results).await;
        tokio::time::sleep(seconds(60)).await;
        assert_eq!(server.count(FETCH), 2, "one page ahead, and no more");
        seen.extend(read_on(&mut results, 1).await);
        assert_eq!(seen, counted(0, 300));
    }
}

#[tokio::test(start_paused = true)]
async fn next_links_are_asked_for_before_the_last_file_is_read() {
    let server = linked(1_000, 4);
    let runtime = Runtime::seeded(7);
    let mut results = opened(&server, 12_000, config(), &runtime).await;
    let mut seen = first_batch(&mut results).await;
    tokio::time::sleep(millis(100)).await;
    assert!(server.count(FETCH) >= 2, "the caller is at the first of four files");
    seen.extend(read_on(&mut results, 1).await);
    assert_eq!((seen, server.count(FETCH)), (counted(0, 12_000), 3));
}

#[tokio::test(start_paused = true)]
async fn paused_reader_stops_downloads_at_the_byte_budget() {
    const ROWS: u64 = 32 * 131_072;
    // 32 files of 1 MiB, and a budget of 8 MiB.
    let server = linked(131_072, 64);
    server.always(DOWNLOAD, || Step::trickle(64 << 10, millis(10)));
    let runtime = Runtime::seeded(7);
    let mut results = opened(&server, ROWS, budget(8 * MIB), &runtime).await;
    let mut seen = first_batch(&mut results).await;
    tokio::time::sleep(seconds(20)).await;
    let downloads = server.count(DOWNLOAD);
    assert!(downloads < 32, "{downloads} of 32 files");
    assert_eq!(server.in_flight(DOWNLOAD), 0, "no connection waits");
    tokio::time::sleep(seconds(600)).await;
    assert_eq!(server.count(DOWNLOAD), downloads, "nothing more is asked for");
    seen.extend(read_on(&mut results, 1).await);
    assert_eq!(seen, counted(0, ROWS));
}

#[tokio::test(start_paused = true)]
async fn tiny_files_are_fetched_ahead_in_a_limited_number() {
    let server = linked(1, 400);
    let runtime = Runtime::seeded(7);
    let mut results = opened(&server, 400, config(), &runtime).await;
    let mut seen = first_batch(&mut results).await;
    tokio::time::sleep(seconds(60)).await;
    let (downloads, tasks) = (server.count(DOWNLOAD), runtime.live_tasks());
    assert!((16..100).contains(&downloads), "{downloads} of 400 files");
    assert!(tasks < 100, "{tasks} tasks");
    seen.extend(read_on(&mut results, 1).await);
    assert_eq!((seen, server.count(DOWNLOAD)), (counted(0, 400), 400));
}

#[tokio::test(start_paused = true)]
async fn unread_result_does_not_hold_the_only_download_slot() {
    let server = linked(65_536, 64);
    server.always(DOWNLOAD, || Step::trickle(64 << 10, millis(10)));
    let runtime = Runtime::seeded(7);
    server.plan(|plan| (plan.rows, plan.page) = (16 * 65_536, u64::MAX));
    let client = client_on(&server, budget(2 * MIB).max_downloads(1), &runtime);
    let open = async || {
        let query = client.execute_async("SELECT 1").await.unwrap();
        query.wait().await.unwrap();
        query.get_results().await.unwrap()
    };
    let (mut unread, mut other) = (open().await, open().await);
    let mut seen = first_batch(&mut unread).await;
    tokio::time::sleep(seconds(5)).await;
    let began = tokio::time::Instant::now();
    assert_eq!(read_on(&mut other, 1).await, counted(0, 16 * 65_536));
    // 8 MiB at 6.4 MB/s.
    assert!(began.elapsed() < seconds(10), "{:?}", began.elapsed());
    seen.extend(read_on(&mut unread, 1).await);
    assert_eq!(seen, counted(0, 16 * 65_536));
}

/// A store that sends neither validators nor lengths.
#[derive(Clone, Debug)]
struct Silent(Server);

impl Transport for Silent {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let is_file = request.method() == http::Method::GET;
            let mut response = self.0.send(request).await?;
            if is_file {
                response.headers_mut().clear();
            }
            Ok(response)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn results_without_resumable_files_do_not_deadlock() {
    let server = linked(65_536, 64);
    server.always(DOWNLOAD, || Step::trickle(64 << 10, millis(10)));
    server.plan(|plan| (plan.rows, plan.page) = (16 * 65_536, u64::MAX));
    let builder = Client::builder(budget(2 * MIB).max_downloads(1));
    let client = builder.transport(Silent(server.clone())).runtime(Runtime::seeded(7));
    let client = client.build().unwrap();
    let open = async || {
        let query = client.execute_async("SELECT 1").await.unwrap();
        query.wait().await.unwrap();
        query.get_results().await.unwrap()
    };
    let (mut unread, mut other) = (open().await, open().await);
    let mut seen = first_batch(&mut unread).await;
    tokio::time::sleep(seconds(5)).await;
    let read = tokio::time::timeout(seconds(60), read_on(&mut other, 1)).await;
    assert!(read.expect("it hangs") == counted(0, 16 * 65_536));
    let read = tokio::time::timeout(seconds(60), read_on(&mut unread, 1)).await;
    seen.extend(read.expect("it hangs"));
    assert!(seen == counted(0, 16 * 65_536));
}

#[tokio::test(start_paused = true)]
async fn dropped_result_leaves_no_task_and_no_request() {
    for stalls in [false, true] {
        let server = linked(1_000, 16);
        server.always(DOWNLOAD, move || match stalls {
            true => Step::stalled_after(500),
            false => Step::trickle(500, seconds(1)),
        });
        let runtime = Runtime::seeded(7);
        let mut results = opened(&server, 64_000, config(), &runtime).await;
        let waiting = tokio::time::timeout(seconds(2), results.next()).await;
        assert!(waiting.is_err() && server.count(DOWNLOAD) >= 3 && runtime.live_tasks() > 0);
        drop(results);
        let requests = (server.count(DOWNLOAD), server.count(FETCH));
        tokio::time::sleep(seconds(1)).await;
        assert_eq!((runtime.live_tasks(), server.in_flight(DOWNLOAD)), (0, 0));
        tokio::time::sleep(seconds(600)).await;
        assert_eq!((server.count(DOWNLOAD), server.count(FETCH)), requests);
    }
}

#[tokio::test(start_paused = true)]
async fn elapsed_deadline_discards_no_data() {
    let server = linked(1_000, 16);
    server.always(DOWNLOAD, || Step::trickle(1_000, seconds(1)));
    let runtime = Runtime::seeded(7);
    let mut results = opened(&server, 8_000, config(), &runtime).await;
    let (mut seen, mut passed) = (Vec::new(), 0);
    loop {
        results = results.deadline(millis(300));
        let began = tokio::time::Instant::now();
        match results.next().await {
            Ok(Some(batch)) => seen.extend(ids(&[batch])),
            Ok(None) => break,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
                assert!(began.elapsed() <= millis(300) + OVERSHOOT, "{:?}", began.elapsed());
                passed += 1;
                assert!(passed < 1_000, "it comes to nothing");
            }
        }
    }
    assert_eq!(seen, counted(0, 8_000));
    assert!(passed > 10, "{passed}");
    assert_eq!(server.count(DOWNLOAD), 8, "each file once");
}

#[tokio::test(start_paused = true)]
async fn slow_connections_download_file_ranges_in_parallel() {
    const ROWS: u64 = 4 << 20;
    let server = linked(ROWS, 16);
    // 100 ms to the first byte, then 1.6 MB/s.
    server.always(DOWNLOAD, || Step::trickle(16 << 10, millis(10)).after(millis(100)));
    server.plan(|plan| (plan.rows, plan.page) = (ROWS, u64::MAX));
    let bytes = Arc::new(AtomicU64::new(0));
    let transport = Counting { server: server.clone(), bytes: Arc::clone(&bytes) };
    let builder = Client::builder(config()).transport(transport).runtime(Runtime::seeded(7));
    let query = builder.build().unwrap().execute_async("SELECT 1").await.unwrap();
    let mut results = query.get_results().await.unwrap();
    let began = tokio::time::Instant::now();
    assert_eq!(read_on(&mut results, 1).await, counted(0, ROWS));
    let took = began.elapsed();
    let most = server.most_in_flight(DOWNLOAD);
    assert!(most >= 4, "{most} after {took:?}");

    let length = file_length(&server).await;
    let read = bytes.load(Ordering::Relaxed);
    assert!(read <= length + length / 16, "{read} bytes of {length}");
    let alone = length as f64 / 1_638_400.0;
    assert!(took.as_secs_f64() < alone / 2.0, "{took:?} where one connection takes {alone} s");
}

/// The length of the single file.
async fn file_length(server: &Server) -> u64 {
    let seen = server.seen();
    let last = seen.iter().rfind(|seen| seen.name() == DOWNLOAD).unwrap();
    let request = Request::get(last.uri().clone()).body(Bytes::new()).unwrap();
    server.recover(DOWNLOAD);
    let response = server.send(request).await.unwrap();
    let length = response.headers().get("content-length").unwrap().to_str().unwrap();
    length.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn store_without_ranges_gets_one_connection_per_file() {
    const ROWS: u64 = 1 << 19;
    let quirks = Quirks {
        store: StoreQuirks { ignore_ranges: true, ..StoreQuirks::default() },
        ..Quirks::default()
    };
    let server = Server::with(Settings {
        link_threshold: 0,
        file_bytes: 8 * ROWS,
        quirks,
        ..Settings::default()
    });
    server.always(DOWNLOAD, || Step::trickle(64 << 10, millis(10)));
    let runtime = Runtime::seeded(7);
    let mut results = opened(&server, ROWS, config(), &runtime).await;
    assert_eq!(read_on(&mut results, 1).await, counted(0, ROWS));
    assert_eq!(server.count(DOWNLOAD), 1);
}

#[tokio::test(start_paused = true)]
async fn stalled_download_is_restarted_while_others_continue() {
    let server = linked(1_000, 16);
    // The third file stalls at the start, and the fourth in the middle.
    let normal = || Step::trickle(1_000, millis(200));
    server.script(DOWNLOAD, [normal(), normal(), Step::stall(), Step::stalled_after(2_000)]);
    server.always(DOWNLOAD, normal);
    let runtime = Runtime::seeded(7);
    let mut results = opened(&server, 16_000, config(), &runtime).await;
    let began = tokio::time::Instant::now();
    assert_eq!(read_on(&mut results, 1).await, counted(0, 16_000));
    assert_eq!(server.count(DOWNLOAD), 18, "one request more for each");
    // Far below the 30 and 60 seconds after which a stall is an error.
    assert!(began.elapsed() < seconds(12), "{:?}", began.elapsed());
    let times = server.times(DOWNLOAD);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] < seconds(4)), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn stalled_page_prefetch_does_not_delay_known_files() {
    let server = linked(1_000, 4);
    let runtime = Runtime::seeded(7);
    let is_stuck = Arc::new(AtomicBool::new(false));
    let stuck = Arc::clone(&is_stuck);
    server.always(FETCH, move || match stuck.load(Ordering::SeqCst) {
        true => Step::serve().after(seconds(30)),
        false => Step::serve(),
    });
    let mut results = opened(&server, 8_000, config(), &runtime).await;
    is_stuck.store(true, Ordering::SeqCst);
    // The first page was requested by the first call.
    let mut seen = Vec::new();
    let began = tokio::time::Instant::now();
    while seen.len() < 4_000 {
        seen.extend(first_batch(&mut results).await);
    }
    assert!(began.elapsed() < seconds(31), "{:?}", began.elapsed());
    seen.extend(read_on(&mut results, 1).await);
    assert_eq!(seen, counted(0, 8_000));
    assert!(began.elapsed() < seconds(62), "{:?}", began.elapsed());
    assert_eq!(server.requests::<rpc::FetchResults>().len(), 2);
}
