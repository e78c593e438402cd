//! A result in files behind links, and a store whose responses a test decides one by one.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use arrow_array::{Int64Array, RecordBatch};
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{DataType, Field, Schema};
use bytes::Bytes;
use dbsql_core::{Client, Config, ResultSet, Runtime};
use dbsql_local::Settings;
use dbsql_protocol::message::{Call, encode_reply};
use dbsql_protocol::rpc;
use dbsql_protocol::types::{
    TFetchResultsResp, TGetResultSetMetadataResp, TRowSet, TSparkArrowResultLink,
};
use dbsql_transport::{Body, BoxFuture, RequestSent, Transport, TransportError};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body::Frame;
use tokio::time::{Instant, Sleep, sleep};

use crate::support::{METADATA, PATH, Server, Step, ok, seconds};

/// Each version of a file adds this to its rows.
const VERSION: i64 = 1 << 32;

/// Rows of one batch of a file: 512 KiB.
const BATCH_ROWS: u64 = 64 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Etag {
    Strong,
    Weak,
    None,
}

/// The headers that the store sends about its files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Says {
    pub(super) honours_ranges: bool,
    pub(super) etag: Etag,
    pub(super) modified: bool,
    /// The total in `Content-Range`, with 206 and with 416.
    pub(super) total: bool,
    /// `Content-Length`.
    pub(super) length: bool,
}

impl Default for Says {
    fn default() -> Self {
        Self { honours_ranges: true, etag: Etag::Strong, modified: true, total: true, length: true }
    }
}

/// A result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Files {
    pub(super) count: usize,
    /// Rows of each, of 8 bytes.
    pub(super) rows: u64,
    /// The announced size of a file, as a multiple of its real size.
    pub(super) announced: f64,
    /// How long links are valid.
    pub(super) link_life: Duration,
    /// Rows after those that count, multiplied by the number of the version.
    pub(super) growth: usize,
    /// Bytes per chunk; 0 for all at once.
    pub(super) chunk: usize,
    /// The pause before each chunk.
    pub(super) pause: Duration,
    pub(super) says: Says,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            count: 3,
            rows: 1 << 20,
            announced: 1.0,
            link_life: seconds(100_000),
            growth: 0,
            chunk: 64 << 10,
            pause: Duration::from_millis(4),
            says: Says::default(),
        }
    }
}

/// A request for bytes of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask {
    pub(super) file: usize,
    pub(super) from: u64,
    /// Whether it has a `Range`.
    pub(super) is_range: bool,
    pub(super) at: Instant,
    /// Whether the link had expired.
    pub(super) is_expired: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    Served,
    Status(u16),
    Refused,
    Reset,
    Stalled,
    /// The body stalls or breaks off after this many bytes.
    StalledAfter(usize),
    CutAfter(usize),
}

/// How the store responds to a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
    pub(super) latency: Duration,
    /// The version of the file at the time of the response.
    pub(super) version: u8,
    pub(super) fate: Fate,
}

/// Responds after this time.
pub(super) fn after(latency: Duration) -> Reply {
    Reply { latency, version: 0, fate: Fate::Served }
}

impl Reply {
    pub(super) fn version(self, version: u8) -> Self {
        Self { version, ..self }
    }

    pub(super) fn but(self, fate: Fate) -> Self {
        Self { fate, ..self }
    }
}

type Script = Box<dyn Fn(&Ask) -> Reply + Send + Sync>;

/// Cheap to clone; clones are the same.
#[derive(Clone)]
pub(super) struct Store(Arc<Inner>);

struct Inner {
    files: Files,
    script: Mutex<Arc<Script>>,
    server: Server,
    runtime: Runtime,
    asks: Mutex<Vec<Ask>>,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    sent: AtomicU64,
}

impl Store {
    pub(super) fn new(
        files: Files,
        script: impl Fn(&Ask) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let server = Server::with(Settings { link_threshold: 0, ..Settings::default() });
        server.always(METADATA, || {
            Step::edit::<rpc::GetResultSetMetadata>(|response: &mut TGetResultSetMetadataResp| {
                response.lz4_compressed = Some(false);
            })
        });
        let script: Script = Box::new(script);
        Self(Arc::new(Inner {
            files,
            script: Mutex::new(Arc::new(script)),
            server,
            runtime: Runtime::seeded(7),
            asks: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
        }))
    }

    /// Responds in this way from now on.
    pub(super) fn answers(&self, script: impl Fn(&Ask) -> Reply + Send + Sync + 'static) {
        *self.0.script.lock().unwrap() = Arc::new(Box::new(script));
    }

    /// The result, read by a client with this configuration.
    pub(super) async fn open(&self, config: Config) -> ResultSet {
        let builder = Client::builder(config).transport(self.clone());
        let client = builder.runtime(self.0.runtime.clone()).build().unwrap();
        let query = client.execute_async("SELECT 1").await.unwrap();
        query.wait().await.unwrap();
        query.get_results().await.unwrap()
    }

    pub(super) fn live_tasks(&self) -> usize {
        self.0.runtime.live_tasks()
    }

    pub(super) fn asks(&self) -> Vec<Ask> {
        self.0.asks.lock().unwrap().clone()
    }

    pub(super) fn in_flight(&self) -> usize {
        self.0.in_flight.load(Ordering::Relaxed)
    }

    /// The maximum number of requests in flight since the last call.
    pub(super) fn most_in_flight(&self) -> usize {
        self.0.most_in_flight.swap(self.in_flight(), Ordering::Relaxed)
    }

    /// Number of bytes that were actually read.
    pub(super) fn sent(&self) -> u64 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// Size of all files in their first version.
    pub(super) fn total(&self) -> u64 {
        (0..self.0.files.count).map(|file| self.0.content(file, 0).len() as u64).sum()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

/// Files by their rows, growth, number and version, shared by many stores.
static CONTENTS: Mutex<BTreeMap<(u64, usize, usize, u8), Bytes>> = Mutex::new(BTreeMap::new());

fn content_of(rows: u64, growth: usize, file: usize, version: u8) -> Bytes {
    let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
    let mut writer = StreamWriter::try_new(Vec::new(), &schema).unwrap();
    let (mut row, end) = (file as u64 * rows, (file as u64 + 1) * rows);
    while row < end {
        let next = end.min(row + BATCH_ROWS);
        let ids = (row..next).map(|row| row as i64 + VERSION * i64::from(version));
        let ids = Arc::new(Int64Array::from_iter_values(ids));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![ids]).unwrap();
        writer.write(&batch).unwrap();
        row = next;
    }
    let padding = growth as i64 * i64::from(version);
    if padding > 0 {
        let ids = Arc::new(Int64Array::from_iter_values(0..padding));
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), vec![ids]).unwrap()).unwrap();
    }
    writer.finish().unwrap();
    writer.into_inner().unwrap().into()
}

impl Inner {
    fn content(&self, file: usize, version: u8) -> Bytes {
        let Files { rows, growth, .. } = self.files;
        let mut contents = CONTENTS.lock().unwrap();
        let content = contents.entry((rows, growth, file, version));
        content.or_insert_with(|| content_of(rows, growth, file, version)).clone()
    }

    fn page(&self, row: u64) -> TFetchResultsResp {
        let files = self.files;
        let first = row / files.rows;
        let expires = self.runtime.wall_now() + files.link_life;
        let expires = expires.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
        let link = |file: u64| TSparkArrowResultLink {
            file_link: format!("https://storage.example/{file}/{expires}"),
            expiry_time: expires as i64,
            start_row_offset: (file * files.rows) as i64,
            row_count: files.rows as i64,
            bytes_num: (files.rows as f64 * 8.0 * files.announced) as i64,
            ..TSparkArrowResultLink::default()
        };
        let set = TRowSet {
            start_row_offset: (first * files.rows) as i64,
            result_links: Some((first..files.count as u64).map(link).collect()),
            ..TRowSet::default()
        };
        TFetchResultsResp {
            status: ok(),
            has_more_rows: Some(false),
            results: Some(set),
            ..TFetchResultsResp::default()
        }
    }

    async fn download(
        self: &Arc<Self>,
        request: &Request<Bytes>,
    ) -> Result<Response<Body>, TransportError> {
        let now = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        let ending = Ending(Arc::clone(self));
        self.most_in_flight.fetch_max(now, Ordering::Relaxed);
        let mut path = request.uri().path().split('/').skip(1);
        let mut number = || path.next().unwrap().parse::<u64>().unwrap();
        let (file, expires) = (number() as usize, number());
        let wants = |name: HeaderName| {
            request.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
        };
        let range = wants(header::RANGE).map(|range| {
            let (from, to) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            (from.parse::<usize>().unwrap(), to.parse::<usize>().ok())
        });
        let clock = self.runtime.wall_now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let is_expired = clock.as_millis() >= u128::from(expires);
        let ask = {
            let mut asks = self.asks.lock().unwrap();
            let from = range.map_or(0, |range| range.0 as u64);
            let at = Instant::now();
            let ask = Ask { file, from, is_range: range.is_some(), at, is_expired };
            asks.push(ask);
            ask
        };
        let script = Arc::clone(&self.script.lock().unwrap());
        let Reply { latency, version, fate } = script(&ask);
        if let Fate::Refused = fate {
            return Err(TransportError::connect("a planned fault"));
        }
        sleep(latency).await;
        match fate {
            Fate::Reset => {
                return Err(TransportError::interrupted(RequestSent::Maybe, "a planned fault"));
            }
            Fate::Stalled => return std::future::pending().await,
            Fate::Status(code) => return Ok(status(code)),
            _ if is_expired => return Ok(status(403)),
            _ => {}
        }
        let says = self.files.says;
        let mut bytes = self.content(file, version);
        let etag = match says.etag {
            Etag::Strong => Some(format!("\"{file}-{version}\"")),
            Etag::Weak => Some(format!("W/\"{file}-{version}\"")),
            Etag::None => None,
        };
        let is_same = wants(header::IF_RANGE).is_none_or(|tag| Some(tag) == etag);
        let mut response = Response::new(Body::empty());
        let mut headers = HeaderMap::new();
        let mut put = |name: HeaderName, text: &str| {
            headers.insert(name, HeaderValue::from_str(text).unwrap());
        };
        if let Some((from, to)) = range.filter(|_| says.honours_ranges && is_same) {
            let length = bytes.len();
            let total = if says.total { length.to_string() } else { "*".to_owned() };
            if from >= length {
                *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
                if says.total {
                    put(header::CONTENT_RANGE, &format!("bytes */{total}"));
                }
                *response.headers_mut() = headers;
                return Ok(response);
            }
            let end = to.map_or(length, |last| (last + 1).min(length));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            put(header::CONTENT_RANGE, &format!("bytes {from}-{}/{total}", end - 1));
            bytes = bytes.slice(from..end);
        }
        if says.honours_ranges {
            put(header::ACCEPT_RANGES, "bytes");
        }
        if let Some(etag) = &etag {
            put(header::ETAG, etag);
        }
        if says.modified {
            put(header::LAST_MODIFIED, &format!("Mon, 01 Jan 2024 00:00:{version:02} GMT"));
        }
        if says.length {
            put(header::CONTENT_LENGTH, &bytes.len().to_string());
        }
        *response.headers_mut() = headers;
        let (rest, end) = match fate {
            Fate::StalledAfter(length) => (bytes.slice(..length.min(bytes.len())), End::Stalled),
            Fate::CutAfter(length) => (bytes.slice(..length.min(bytes.len())), End::Broken),
            _ => (bytes, End::Whole),
        };
        let chunk = if self.files.chunk == 0 { usize::MAX } else { self.files.chunk };
        let pause = self.files.pause;
        *response.body_mut() =
            Body::new(Pieces { rest, chunk, pause, sleeping: None, end, ending });
        Ok(response)
    }
}

fn status(code: u16) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(code).unwrap();
    response
}

impl Transport for Store {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            if request.uri().path() != PATH {
                return self.0.download(&request).await;
            }
            let call = Call::decode(request.body().clone()).unwrap();
            if call.method() != "FetchResults" {
                return self.0.server.send(request).await;
            }
            let arguments = call.arguments::<rpc::FetchResults>().unwrap();
            let page = self.0.page(arguments.start_row_offset.unwrap() as u64);
            Ok(Response::new(Body::from(encode_reply::<rpc::FetchResults>(0, &page))))
        })
    }
}

/// A request that counts as in flight until this is dropped.
struct Ending(Arc<Inner>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Clone, Copy)]
enum End {
    Whole,
    Broken,
    Stalled,
}

struct Pieces {
    rest: Bytes,
    chunk: usize,
    pause: Duration,
    sleeping: Option<Pin<Box<Sleep>>>,
    end: End,
    ending: Ending,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if !self.rest.is_empty() {
            let pause = self.pause;
            if !pause.is_zero() {
                let sleeping = self.sleeping.get_or_insert_with(|| Box::pin(sleep(pause)));
                ready!(sleeping.as_mut().poll(cx));
                self.sleeping = None;
            }
            let length = self.chunk.min(self.rest.len());
            self.ending.0.sent.fetch_add(length as u64, Ordering::Relaxed);
            return Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))));
        }
        match self.end {
            End::Whole => Poll::Ready(None),
            End::Broken => {
                let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                Poll::Ready(Some(Err(TransportError::interrupted(RequestSent::Maybe, reset))))
            }
            End::Stalled => Poll::Pending,
        }
    }
}
