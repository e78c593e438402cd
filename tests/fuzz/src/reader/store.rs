//! Result storage whose files have checksums, and whose downloads fail as the input determines.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use dbsql_core::{BoxFuture, Transport, TransportError};
use dbsql_local::LocalTransport;
use dbsql_local::transport::{Body, RequestSent};
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body::Frame;
use lz4_flex::frame::{FrameDecoder, FrameEncoder, FrameInfo};

use super::edited;
use crate::input::{Input, Pieces};

/// The statuses of responses without a file.
const STATUSES: [u16; 10] = [503, 403, 404, 416, 429, 500, 200, 206, 302, 204];

/// The fault of a download.
#[derive(Clone, Debug)]
enum Fault {
    None,
    Edited(Vec<u8>),
    /// The connection breaks after this many bytes.
    Broken(usize),
    /// The body ends after this many bytes as if it were complete.
    Short(usize),
    /// Nothing arrives after this many bytes.
    Stalled(usize),
    Status(StatusCode),
    /// The whole file, whatever range was requested.
    Whole,
    /// A range that starts elsewhere than requested, with a matching `Content-Range`.
    Elsewhere(usize),
}

#[derive(Debug)]
pub(super) struct Store {
    inner: LocalTransport,
    pieces: Option<Pieces>,
    faults: Mutex<VecDeque<Fault>>,
}

impl Store {
    /// Returns a store with the files of a warehouse.
    pub(super) fn new(inner: LocalTransport, pieces: Option<Pieces>, mut input: Input<'_>) -> Self {
        let mut faults = VecDeque::new();
        while !input.is_empty() && faults.len() < 16 {
            let kind = input.byte();
            faults.push_back(match kind % 8 {
                0 => Fault::None,
                1 => Fault::Edited(input.section().to_vec()),
                2 => Fault::Broken(input.number()),
                3 => Fault::Short(input.number()),
                4 => Fault::Stalled(input.number()),
                5 => {
                    let status = STATUSES[usize::from(input.byte()) % STATUSES.len()];
                    Fault::Status(StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN))
                }
                6 => Fault::Whole,
                _ => Fault::Elsewhere(input.number()),
            });
        }
        Self { inner, pieces, faults: Mutex::new(faults) }
    }

    async fn answer(&self, mut request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let fault = self.faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let fault = fault.unwrap_or(Fault::None);
        if let Fault::Status(status) = fault {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = status;
            return Ok(response);
        }
        let range = request.headers_mut().remove(header::RANGE);
        let response = self.inner.send(request).await?;
        if response.status() != StatusCode::OK {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body = body.collect(1 << 20).await.expect("files are small");
        let file = with_checksums(&body);
        let total = file.len();
        let range = range.as_ref().and_then(|range| parse(range, total));
        let range = if matches!(fault, Fault::Whole) { None } else { range };
        let (start, end) = match (&fault, range) {
            (Fault::Elsewhere(start), Some((_, end))) => (start % end, end),
            (_, range) => range.unwrap_or((0, total)),
        };
        let mut bytes = file.slice(start..end);
        let mut ending = Ending::Whole;
        let mut cut = |at: usize, how| {
            bytes.truncate(at % (end - start));
            ending = how;
        };
        let is_edited = matches!(fault, Fault::Edited(_));
        match fault {
            Fault::Broken(at) => cut(at, Ending::Broken),
            Fault::Short(at) => cut(at, Ending::Whole),
            Fault::Stalled(at) => cut(at, Ending::Stalled),
            Fault::Edited(edits) => bytes = edited(&bytes, Input::new(&edits)),
            _ => {}
        }
        let pieces = match self.pieces {
            Some(pieces) => {
                pieces.split(&bytes).into_iter().map(|piece| bytes.slice_ref(piece)).collect()
            }
            None => [bytes].into(),
        };
        let mut response = Response::from_parts(parts, Body::new(Parts { pieces, ending }));
        response.headers_mut().remove(header::CONTENT_LENGTH);
        // An edited body has no length, as with chunked encoding.
        if !is_edited {
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(end - start));
        }
        if range.is_some() {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let range = format!("bytes {start}-{}/{total}", end - 1);
            let range = HeaderValue::try_from(range).expect("digits");
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
        Ok(response)
    }
}

impl Transport for Store {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(self.answer(request))
    }
}

/// Returns the same content in one frame with all checksums.
fn with_checksums(frames: &[u8]) -> Bytes {
    let info = FrameInfo::new().block_checksums(true).content_checksum(true);
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
    let mut decoder = FrameDecoder::new(frames);
    std::io::copy(&mut decoder, &mut encoder).expect("the warehouse sends good frames");
    encoder.finish().expect("a vector takes all bytes").into()
}

/// Returns the start and the end of a range of a file, `None` if it is invalid.
fn parse(range: &HeaderValue, total: usize) -> Option<(usize, usize)> {
    let (start, end) = range.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    let start = start.parse().ok()?;
    let end = if end.is_empty() { total } else { end.parse::<usize>().ok()?.checked_add(1)? };
    let end = end.min(total);
    (start < end).then_some((start, end))
}

#[derive(Clone, Copy, Debug)]
enum Ending {
    Whole,
    Broken,
    Stalled,
}

struct Parts {
    pieces: VecDeque<Bytes>,
    ending: Ending,
}

impl http_body::Body for Parts {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        match (self.pieces.pop_front(), self.ending) {
            (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            (None, Ending::Whole) => Poll::Ready(None),
            (None, Ending::Broken) => {
                let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
                Poll::Ready(Some(Err(TransportError::interrupted(RequestSent::Maybe, reset))))
            }
            (None, Ending::Stalled) => Poll::Pending,
        }
    }
}
