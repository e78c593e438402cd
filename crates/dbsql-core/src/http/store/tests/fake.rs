//! An in-memory store with one file. It supports ranges, and misbehaves as a test specifies.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::Runtime;
use dbsql_transport::retry::{RetryBudget, RetryPolicy};
use dbsql_transport::{
    Body, BoxFuture, RemoteOnly, RequestSent, SharedTransport, Transport, TransportError,
};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri};
use http_body::{Frame, SizeHint};
use tokio::time::Sleep;

use super::super::{Chunk, Download, DownloadSlots, LinkRules, Storage};
use crate::{Error, LinkPolicy, Result};

pub(super) const LINK: &str = "https://storage.example/file?signature=canary";

/// How the store treats one request.
pub(super) enum Act {
    /// Sends the file, and the body behaves like this.
    Serve(BodyAct),
    /// The connection fails.
    Refuse,
    /// No response is sent.
    Hang,
    /// Sends this response.
    Answer(Response<&'static str>),
}

#[derive(Clone, Copy)]
pub(super) enum BodyAct {
    Whole,
    /// Breaks off after this many bytes.
    BreakAfter(usize),
    /// Ends after this many bytes, without an error.
    EndAfter(usize),
    /// Stalls after this many bytes.
    StallAfter(usize),
    /// Sends this many bytes at a time, with a pause before each.
    Trickle(usize, Duration),
}

/// Properties of the store.
pub(super) struct State {
    pub(super) file: Bytes,
    pub(super) etag: Option<&'static str>,
    pub(super) modified: Option<&'static str>,
    pub(super) honours_ranges: bool,
    pub(super) honours_if_range: bool,
    pub(super) tells_length: bool,
    /// Changes the head of a response with a body.
    pub(super) edit: fn(&mut Response<Body>),
    pub(super) next: VecDeque<Act>,
    pub(super) requests: Vec<Request<Bytes>>,
    /// Number of body bytes that were read.
    pub(super) served: Arc<Mutex<u64>>,
    /// Number of bodies that are not dropped yet.
    pub(super) open: Arc<()>,
}

#[derive(Clone)]
pub(super) struct Store(Arc<Mutex<State>>);

/// `len` bytes whose values depend on their position.
pub(super) fn content(len: usize) -> Bytes {
    (0..len).map(|at| (at % 251) as u8).collect()
}

impl Store {
    pub(super) fn new(len: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            file: content(len),
            etag: Some("\"one\""),
            modified: None,
            honours_ranges: true,
            honours_if_range: true,
            tells_length: true,
            edit: |_| (),
            next: VecDeque::new(),
            requests: Vec::new(),
            served: Arc::default(),
            open: Arc::default(),
        })))
    }

    pub(super) fn set(self, change: impl FnOnce(&mut State)) -> Self {
        change(&mut self.state());
        self
    }

    pub(super) fn then(self, acts: impl IntoIterator<Item = Act>) -> Self {
        self.set(|state| state.next.extend(acts))
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(super) fn storage(&self) -> Storage {
        Storage {
            transport: SharedTransport::new(self.clone()),
            runtime: Runtime::seeded(5),
            retry: RetryPolicy::default(),
            budget: RetryBudget::default(),
            response_timeout: Duration::from_secs(60),
            stall_timeout: Duration::from_secs(30),
            links: Arc::new(rules(&LinkPolicy::default())),
            slots: DownloadSlots::new(2),
        }
    }

    pub(super) fn download(&self) -> Download {
        self.storage().download(link(), HeaderMap::new(), 0, None, None)
    }

    /// The `Range` and `If-Range` headers of each request.
    pub(super) fn asked(&self) -> Vec<(String, String)> {
        let state = self.state();
        let header = |request: &Request<Bytes>, name| {
            let value = request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            value.unwrap_or_default()
        };
        let requests = state.requests.iter();
        requests.map(|request| (header(request, "range"), header(request, "if-range"))).collect()
    }

    pub(super) fn requests(&self) -> usize {
        self.state().requests.len()
    }

    pub(super) fn served(&self) -> u64 {
        let served = Arc::clone(&self.state().served);
        let served = served.lock().unwrap();
        *served
    }

    /// How many bodies are open.
    pub(super) fn open(&self) -> usize {
        Arc::strong_count(&self.state().open) - 1
    }

    pub(super) fn remote_only(&self) -> bool {
        self.state().requests.iter().all(|r| r.extensions().get::<RemoteOnly>().is_some())
    }
}

pub(super) fn link() -> Uri {
    LINK.parse().unwrap()
}

pub(super) fn rules(policy: &LinkPolicy) -> LinkRules {
    LinkRules::new(policy, &"https://workspace.example/sql/1.0/w".parse().unwrap()).unwrap()
}

pub(super) fn break_after(bytes: usize) -> Act {
    Act::Serve(BodyAct::BreakAfter(bytes))
}

pub(super) fn answer(status: u16, body: &'static str) -> Act {
    let response = Response::builder().status(status).body(body);
    Act::Answer(response.unwrap())
}

pub(super) fn redirect(location: &str) -> Act {
    let mut response = Response::new("");
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    response
        .headers_mut()
        .insert("location", HeaderValue::from_bytes(location.as_bytes()).unwrap());
    Act::Answer(response)
}

/// The result of a download.
#[derive(Debug)]
pub(super) enum Ended {
    Whole,
    Rejected(Error),
    Changed(Error),
    Failed(Error),
}

/// Reads to the end, and returns the result.
pub(super) async fn read(download: &mut Download) -> (Vec<u8>, Ended) {
    let mut read = Vec::new();
    loop {
        match download.chunk().await {
            Ok(Chunk::Bytes(bytes)) => read.extend_from_slice(&bytes),
            Ok(Chunk::End) => return (read, Ended::Whole),
            Ok(Chunk::Rejected(error)) => return (read, Ended::Rejected(error)),
            Ok(Chunk::Changed(error)) => return (read, Ended::Changed(error)),
            Err(error) => return (read, Ended::Failed(error)),
        }
    }
}

/// Reads a whole file.
pub(super) async fn whole(download: &mut Download) -> Result<Vec<u8>, Ended> {
    match read(download).await {
        (bytes, Ended::Whole) => Ok(bytes),
        (_, ended) => Err(ended),
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Transport for Store {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let act = {
                let mut state = self.state();
                state.requests.push(request.clone());
                assert!(state.requests.len() < 10_000, "for ever");
                state.next.pop_front()
            };
            tokio::task::yield_now().await;
            match act.unwrap_or(Act::Serve(BodyAct::Whole)) {
                Act::Serve(act) => Ok(self.serve(&request, act)),
                Act::Refuse => Err(TransportError::connect("refused")),
                Act::Hang => std::future::pending().await,
                Act::Answer(response) => Ok(response.map(Body::from)),
            }
        })
    }
}

impl Store {
    fn serve(&self, request: &Request<Bytes>, act: BodyAct) -> Response<Body> {
        let state = self.state();
        let total = state.file.len();
        let header = |name| request.headers().get(name).map(|v| v.to_str().unwrap());
        let range = header("range").filter(|_| state.honours_ranges).map(|text| {
            let (first, last) = text.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
            let end = last.parse::<usize>().map_or(total, |last| total.min(last + 1));
            (first.parse::<usize>().unwrap(), end)
        });
        let is_same = header("if-range").is_none_or(|tag| Some(tag) == state.etag);
        let range = range.filter(|_| is_same || !state.honours_if_range);
        let mut response = Response::builder();
        if let Some(etag) = state.etag {
            response = response.header("etag", etag);
        }
        if let Some(modified) = state.modified {
            response = response.header("last-modified", modified);
        }
        let (start, end) = match range {
            Some((start, _)) if start >= total => {
                let response =
                    response.status(416).header("content-range", format!("bytes */{total}"));
                return response.body(Body::from("InvalidRange")).unwrap();
            }
            Some((start, end)) => {
                let text = format!("bytes {start}-{}/{total}", end - 1);
                response = response.status(206).header("content-range", text);
                (start, end)
            }
            None => (0, total),
        };
        if state.tells_length {
            response = response.header("content-length", end - start);
        }
        let part = state.file.slice(start..end);
        let keep = |bytes: usize| part.slice(..bytes.min(part.len()));
        let (bytes, last, piece, pause) = match act {
            BodyAct::Whole => (part, None, 1 << 16, None),
            BodyAct::BreakAfter(n) => (keep(n), Some(true), 1 << 16, None),
            BodyAct::EndAfter(n) => (keep(n), None, 1 << 16, None),
            BodyAct::StallAfter(n) => (keep(n), Some(false), 1 << 16, None),
            BodyAct::Trickle(piece, pause) => (part, None, piece, Some(pause)),
        };
        let (served, open) = (Arc::clone(&state.served), Arc::clone(&state.open));
        let body = Pieces { bytes, breaks: last, piece, pause, sleep: None, served, _open: open };
        let mut response = response.body(Body::new(body)).unwrap();
        (state.edit)(&mut response);
        response
    }
}

struct Pieces {
    bytes: Bytes,
    /// `Some(false)` stalls instead of breaking off.
    breaks: Option<bool>,
    piece: usize,
    pause: Option<Duration>,
    sleep: Option<Pin<Box<Sleep>>>,
    served: Arc<Mutex<u64>>,
    _open: Arc<()>,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if self.bytes.is_empty() {
            return match self.breaks {
                None => Poll::Ready(None),
                Some(false) => Poll::Pending,
                Some(true) => {
                    Poll::Ready(Some(Err(TransportError::interrupted(RequestSent::Maybe, "reset"))))
                }
            };
        }
        if let Some(pause) = self.pause {
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            if sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.sleep = None;
        }
        let piece = self.piece.min(self.bytes.len());
        let piece = self.bytes.split_to(piece);
        *self.served.lock().unwrap() += piece.len() as u64;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}
