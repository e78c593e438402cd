//! The in-process server and store of one case. Pages and files are generated from the case, and
//! its faults apply to one request after the other.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use dbsql_core::Runtime;
use dbsql_protocol::message::{Call, decode_reply, encode_call, encode_reply};
use dbsql_protocol::rpc::{self, Rpc};
use dbsql_protocol::types::{
    TCloseOperationResp, TExecuteStatementReq, TFetchOrientation, TFetchResultsReq,
    TFetchResultsResp, TGetOperationStatusResp, TGetResultSetMetadataResp, TOperationState,
    TRowSet, TSparkArrowBatch, TSparkArrowResultLink, TSparkDirectResults, TSparkRowSetType,
};
use dbsql_transport::{Body, BoxFuture, RequestSent, Transport, TransportError};
use http::{HeaderValue, Request, Response, StatusCode, header};

use super::body::{End, body};
use super::case::{Access, Case, File, FileFault, Frames, Page, PageFault};
use super::encode;
use crate::support::{PATH, Server, millis, ok, seconds};

/// Cheap to clone; clones are the same.
#[derive(Clone, Debug)]
pub(super) struct World(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    case: Case,
    /// Sessions, and statements without rows.
    server: Server,
    runtime: Runtime,
    /// The number of the first row of each page, and of the row after the last page.
    starts: Vec<usize>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The page that the cursor returns next.
    cursor: usize,
    page_faults: VecDeque<PageFault>,
    file_faults: VecDeque<FileFault>,
    /// Files as they are stored.
    files: BTreeMap<(usize, usize), Bytes>,
    versions: BTreeMap<(usize, usize), u64>,
    /// Requests for pages and files.
    requests: usize,
    flips: usize,
}

impl World {
    pub(super) fn new(case: &Case, runtime: &Runtime) -> Self {
        let mut starts = vec![0];
        for page in &case.pages {
            starts.push(starts.last().unwrap() + page.rows());
        }
        let state = State {
            page_faults: case.page_faults.iter().copied().collect(),
            file_faults: case.file_faults.iter().copied().collect(),
            ..State::default()
        };
        let (server, runtime, case) = (Server::databricks(), runtime.clone(), case.clone());
        Self(Arc::new(Inner { case, server, runtime, starts, state: Mutex::new(state) }))
    }

    /// The number of requests for pages and files.
    pub(super) fn requests(&self) -> usize {
        self.0.state.lock().unwrap().requests
    }

    /// The number of flipped bits.
    pub(super) fn flips(&self) -> usize {
        self.0.state.lock().unwrap().flips
    }
}

impl Transport for World {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            if request.uri().path() != PATH {
                return self.0.download(&request).await;
            }
            let call = Call::decode(request.body().clone()).unwrap();
            match call.method() {
                "FetchResults" => {
                    self.0.page(&call.arguments::<rpc::FetchResults>().unwrap()).await
                }
                "GetResultSetMetadata" => {
                    Ok(reply::<rpc::GetResultSetMetadata>(&self.0.metadata()))
                }
                "ExecuteStatement" => self.0.execute(request, &call).await,
                _ => self.0.server.send(request).await,
            }
        })
    }
}

fn reply<R: Rpc>(response: &R::Response) -> Response<Body> {
    Response::new(Body::from(encode_reply::<R>(0, response)))
}

fn interrupted() -> TransportError {
    TransportError::interrupted(RequestSent::Maybe, "a planned fault")
}

fn status(status: u16, wait: Option<u64>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// A fraction of a length, in 255ths.
fn part(length: usize, at: u8) -> usize {
    length * usize::from(at) / 255
}

fn flip(bytes: &[u8], at: u8, bit: u8) -> Bytes {
    let mut bytes = bytes.to_vec();
    let at = part(bytes.len().saturating_sub(1), at);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << (bit % 8);
    }
    bytes.into()
}

impl Inner {
    fn is_by_row(&self) -> bool {
        !matches!(self.case.access, Access::ByCursor)
    }

    fn metadata(&self) -> TGetResultSetMetadataResp {
        let form = match self.case.pages.first() {
            Some(Page::Links(_)) => TSparkRowSetType::URL_BASED_SET,
            _ if self.case.arrow => TSparkRowSetType::ARROW_BASED_SET,
            _ => TSparkRowSetType::COLUMN_BASED_SET,
        };
        TGetResultSetMetadataResp {
            status: ok(),
            schema: Some(encode::table()),
            result_format: self.is_by_row().then_some(form),
            lz4_compressed: Some(self.case.lz4),
            arrow_schema: self.case.arrow.then(encode::schema_message),
            ..TGetResultSetMetadataResp::default()
        }
    }

    async fn execute(
        &self,
        mut request: Request<Bytes>,
        call: &Call,
    ) -> Result<Response<Body>, TransportError> {
        let arguments = call.arguments::<rpc::ExecuteStatement>().unwrap();
        let Access::Attached { closed } = self.case.access else {
            return self.server.send(request).await;
        };
        let arguments = TExecuteStatementReq { get_direct_results: None, ..arguments };
        *request.body_mut() = encode_call::<rpc::ExecuteStatement>(&arguments);
        request.headers_mut().remove(header::CONTENT_LENGTH);
        let answer = self.server.send(request).await?.into_body().collect(1 << 20).await.unwrap();
        let mut answer = decode_reply::<rpc::ExecuteStatement>(answer).unwrap();
        let rows = match self.case.pages.first() {
            Some(_) => self.rows(0, 0, false),
            None => self.end(0),
        };
        answer.direct_results = Some(TSparkDirectResults {
            operation_status: Some(TGetOperationStatusResp {
                status: ok(),
                operation_state: Some(TOperationState::FINISHED_STATE),
                has_result_set: Some(true),
                ..TGetOperationStatusResp::default()
            }),
            result_set_metadata: Some(self.metadata()),
            result_set: Some(rows),
            close_operation: closed.then(|| TCloseOperationResp { status: ok() }),
        });
        Ok(reply::<rpc::ExecuteStatement>(&answer))
    }

    async fn page(&self, request: &TFetchResultsReq) -> Result<Response<Body>, TransportError> {
        let fault = {
            let mut state = self.state.lock().unwrap();
            state.requests += 1;
            state.page_faults.pop_front().unwrap_or(PageFault::None)
        };
        tokio::time::sleep(millis(self.case.store.latency / 2)).await;
        let flips = match fault {
            PageFault::Flip(at, bit) => Some((at, bit)),
            _ => None,
        };
        // The request takes effect, whatever happens to the response.
        let response = match self.is_by_row() {
            true => self.at_row(request.start_row_offset.unwrap() as usize, flips),
            false => self.at_cursor(request.orientation == TFetchOrientation::FETCH_FIRST, flips),
        };
        let bytes = encode_reply::<rpc::FetchResults>(0, &response);
        Ok(match fault {
            PageFault::Reset => return Err(interrupted()),
            PageFault::Cut(at) => {
                let part = bytes.slice(..part(bytes.len(), at));
                Response::new(body(part, 100, Duration::ZERO, End::Broken))
            }
            PageFault::Short(at) => Response::new(Body::from(bytes.slice(..part(bytes.len(), at)))),
            PageFault::Stall => std::future::pending().await,
            PageFault::Status(code) => status(code, None),
            PageFault::Throttle(wait) => status(429, Some(wait)),
            // At a cursor this would mean the end.
            PageFault::Empty if self.is_by_row() => {
                let empty = TFetchResultsResp {
                    has_more_rows: Some(true),
                    ..self.end(request.start_row_offset.unwrap() as usize)
                };
                reply::<rpc::FetchResults>(&empty)
            }
            PageFault::None | PageFault::Flip(..) | PageFault::Empty => {
                Response::new(Body::from(bytes))
            }
        })
    }

    fn at_cursor(&self, first: bool, flips: Option<(u8, u8)>) -> TFetchResultsResp {
        let number = {
            let mut state = self.state.lock().unwrap();
            if first {
                state.cursor = 0;
            }
            // Without rows this would mean the end.
            while self.case.pages.get(state.cursor).is_some_and(|page| page.rows() == 0) {
                state.cursor += 1;
            }
            state.cursor += 1;
            state.cursor - 1
        };
        match self.case.pages.get(number) {
            Some(_) => self.flipped(number, self.starts[number], flips),
            None => self.end(self.case.rows()),
        }
    }

    fn at_row(&self, row: usize, flips: Option<(u8, u8)>) -> TFetchResultsResp {
        let number = self.starts.partition_point(|start| *start <= row) - 1;
        if number >= self.case.pages.len() {
            return self.end(self.case.rows());
        }
        self.flipped(number, row, flips)
    }

    /// No rows from here on.
    fn end(&self, row: usize) -> TFetchResultsResp {
        TFetchResultsResp {
            status: ok(),
            has_more_rows: self.says_more(false),
            results: Some(TRowSet { start_row_offset: row as i64, ..TRowSet::default() }),
            ..TFetchResultsResp::default()
        }
    }

    fn says_more(&self, more: bool) -> Option<bool> {
        match self.case.access {
            Access::ByCursor => Some(false),
            _ => self.case.says_more.then_some(more),
        }
    }

    fn flipped(&self, number: usize, row: usize, flips: Option<(u8, u8)>) -> TFetchResultsResp {
        let mut response = self.rows(number, row, self.case.exact_start);
        let set = response.results.as_mut().unwrap();
        if let (Some((at, bit)), Page::Inline(_, frames)) = (flips, &self.case.pages[number])
            && let Some(batch) = set.arrow_batches.iter_mut().flatten().next()
            && self.case.lz4
            && frames.is_checked()
        {
            batch.batch = flip(&batch.batch, at, bit);
            self.state.lock().unwrap().flips += 1;
        }
        response
    }

    /// The rest of a page, from the piece that contains `row`.
    fn rows(&self, number: usize, row: usize, exact: bool) -> TFetchResultsResp {
        let start = self.starts[number];
        let mut at = start;
        let mut set = TRowSet { start_row_offset: row as i64, ..TRowSet::default() };
        let mut first = None;
        match &self.case.pages[number] {
            Page::Inline(batches, _) if !self.case.arrow => {
                let end = start + batches.iter().sum::<usize>();
                let from = if exact { row } else { start };
                first = Some(from);
                set.columns = Some(encode::columns(from..end, self.case.text));
            }
            Page::Inline(batches, frames) => {
                let mut sent = Vec::new();
                for rows in batches {
                    let span = at..at + rows;
                    at = span.end;
                    if span.end > row || *rows == 0 && span.start >= row {
                        first = first.or(Some(span.start));
                        sent.push(self.inline(span, *frames));
                    }
                }
                set.arrow_batches = Some(sent);
            }
            Page::Links(files) => {
                let mut links = Vec::new();
                for (index, file) in files.iter().enumerate() {
                    let span = at..at + file.rows();
                    at = span.end;
                    if span.end > row || file.rows() == 0 && span.start >= row {
                        first = first.or(Some(span.start));
                        links.push(self.link((number, index), span));
                    }
                }
                set.result_links = Some(links);
            }
        }
        set.start_row_offset = first.unwrap_or(row) as i64;
        let more = self.starts[number + 1] < self.case.rows();
        TFetchResultsResp {
            status: ok(),
            has_more_rows: self.says_more(more),
            results: Some(set),
            ..TFetchResultsResp::default()
        }
    }

    fn inline(&self, rows: std::ops::Range<usize>, frames: Frames) -> TSparkArrowBatch {
        let row_count = rows.len() as i64;
        let message = encode::message(&encode::batch(rows, self.case.text));
        let batch = match self.case.lz4 {
            true => encode::compress(&message, frames),
            false => message,
        };
        TSparkArrowBatch { batch: batch.into(), row_count }
    }

    fn link(&self, name: (usize, usize), rows: std::ops::Range<usize>) -> TSparkArrowResultLink {
        let expires = self.runtime.wall_now() + seconds(self.case.link_life);
        let expires = expires.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as i64;
        TSparkArrowResultLink {
            file_link: format!("https://storage.example/{}/{}/{expires}", name.0, name.1),
            expiry_time: expires,
            start_row_offset: rows.start as i64,
            row_count: rows.len() as i64,
            bytes_num: self.case.store.announced.map_or(0, i64::from),
            ..TSparkArrowResultLink::default()
        }
    }

    fn file(&self, name: (usize, usize)) -> (Bytes, &File) {
        let Page::Links(files) = &self.case.pages[name.0] else { panic!("{name:?}") };
        let file = &files[name.1];
        let mut state = self.state.lock().unwrap();
        let bytes = state.files.entry(name).or_insert_with(|| {
            let mut at =
                self.starts[name.0] + files[..name.1].iter().map(File::rows).sum::<usize>();
            let mut batches = Vec::new();
            for rows in &file.batches {
                batches.push(encode::batch(at..at + rows, self.case.text));
                at += rows;
            }
            if file.padding > 0 {
                // Not the rows of the next file.
                batches.push(encode::batch(1_000_000..1_000_000 + file.padding, 3));
            }
            let stream = encode::stream(&batches);
            match self.case.lz4 {
                true => encode::compress(&stream, file.frames).into(),
                false => stream.into(),
            }
        });
        (bytes.clone(), file)
    }

    async fn download(&self, request: &Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let fault = {
            let mut state = self.state.lock().unwrap();
            state.requests += 1;
            state.file_faults.pop_front().unwrap_or(FileFault::None)
        };
        if let FileFault::Refused = fault {
            return Err(TransportError::connect("a planned fault"));
        }
        let store = self.case.store;
        tokio::time::sleep(millis(store.latency)).await;
        let mut path = request.uri().path().split('/').skip(1);
        let mut number = || path.next().unwrap().parse::<usize>().unwrap();
        let (name, expires) = ((number(), number()), number());
        let now = self.runtime.wall_now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        if now.as_millis() >= expires as u128 {
            return Ok(status(403, None));
        }
        match fault {
            FileFault::Reset => return Err(interrupted()),
            FileFault::Stall => return std::future::pending().await,
            FileFault::Status(code) => return Ok(status(code, None)),
            FileFault::Throttle(wait) => return Ok(status(429, Some(wait))),
            FileFault::Reject => return Ok(status(403, None)),
            FileFault::Changes => {
                *self.state.lock().unwrap().versions.entry(name).or_default() += 1;
            }
            _ => {}
        }
        let (mut bytes, file) = self.file(name);
        if let FileFault::Flip(at, bit) | FileFault::FlipAndTrickle(at, bit, _) = fault
            && self.case.lz4
            && file.frames.is_checked()
        {
            bytes = flip(&bytes, at, bit);
            self.state.lock().unwrap().flips += 1;
        }
        let version = self.state.lock().unwrap().versions.get(&name).copied().unwrap_or_default();
        let etag = format!("\"{}-{}-{version}\"", name.0, name.1);
        let ignores = store.ignores_ranges || matches!(fault, FileFault::IgnoresRange);
        let wants = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let same = wants(header::IF_RANGE).is_none_or(|tag| store.etags && tag == etag);
        let range = wants(header::RANGE).filter(|_| same && !ignores);
        let total = bytes.len();
        let mut response = Response::new(Body::empty());
        if let Some(range) = range {
            let (from, to) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            let from: usize = from.parse().unwrap();
            let to = to.parse().map_or(total, |last: usize| (last + 1).min(total));
            let put = |response: &mut Response<Body>, text: String| {
                let value = HeaderValue::from_str(&text).unwrap();
                response.headers_mut().insert(header::CONTENT_RANGE, value);
            };
            if from >= total {
                *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
                put(&mut response, format!("bytes */{total}"));
                return Ok(response);
            }
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            put(&mut response, format!("bytes {from}-{}/{total}", to - 1));
            bytes = bytes.slice(from..to);
        }
        let headers = response.headers_mut();
        if store.etags {
            headers.insert(header::ETAG, HeaderValue::from_str(&etag).unwrap());
        }
        if store.says_ranges && !store.ignores_ranges {
            headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        }
        // If the store sends no length, only the content shows that it is incomplete.
        let shortens = matches!(fault, FileFault::Short(_));
        if store.lengths && !shortens {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        }
        let begun = |at| bytes.slice(..part(bytes.len(), at));
        let (bytes, chunk, pause, end) = match fault {
            FileFault::Cut(at) => (begun(at), store.chunk, 0, End::Broken),
            FileFault::StallAfter(at) => (begun(at), store.chunk, 0, End::Stalled),
            FileFault::Short(at) => (begun(at), store.chunk, 0, End::Whole),
            FileFault::Trickle(piece) | FileFault::FlipAndTrickle(_, _, piece) => {
                (bytes, piece, 1, End::Whole)
            }
            _ => (bytes, store.chunk, 0, End::Whole),
        };
        *response.body_mut() = body(bytes, chunk, seconds(pause), end);
        Ok(response)
    }
}
