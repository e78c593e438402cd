//! The request handler. The local warehouse answers, with its files at the configured rate; the
//! bare loop has files without a link, and counters are served separately.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use dbsql_local::LocalTransport;
use dbsql_local::transport::{Body, Transport as _};
use dbsql_tests::measure::cpu_seconds;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::pace::{Line, Pace, Paced};
use crate::results::{Results, Work};

/// Responses to requests with this text may be cached.
const SMALL: &[u8] = b"SELECT small";
/// The maximum size of requests whose responses are cached.
const SMALL_REQUEST: usize = 4096;
/// The maximum number of cached responses.
const CACHE_CAPACITY: usize = 1_000;

#[derive(Debug)]
pub(crate) struct Front {
    /// Scheme, host and port.
    pub(crate) origin: String,
    pub(crate) results: Arc<Results>,
    pub(crate) warehouse: LocalTransport,
    pub(crate) pace: Pace,
    pub(crate) requests: AtomicU64,
    pub(crate) connections: AtomicU64,
    /// Connections on which a file was requested.
    pub(crate) file_connections: AtomicU64,
    /// The bytes of responses.
    pub(crate) bytes: AtomicU64,
    /// The responses to small queries by request, if they are cached. Equal requests have equal
    /// responses, since the operation is closed with the response.
    pub(crate) cache: Option<Mutex<HashMap<Bytes, Bytes>>>,
}

/// Serves counters without TLS and without being counted.
pub(crate) async fn control(listener: TcpListener, front: Arc<Front>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let front = Arc::clone(&front);
        tokio::spawn(async move {
            let service = service_fn(|request: Request<Incoming>| {
                std::future::ready(Ok::<_, Infallible>(front.about(request.uri().path())))
            });
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Serves until the process ends.
pub(crate) async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, front: Arc<Front>) {
    loop {
        // Out of descriptors, for example: the next connection may succeed.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let (front, tls) = (Arc::clone(&front), tls.clone());
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            front.connections.fetch_add(1, Ordering::Relaxed);
            match tls {
                None => serve(stream, front).await,
                // A client that disconnects during the handshake is no failure of the server.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, front).await;
                    }
                }
            }
        });
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, front: Arc<Front>) {
    let line = Arc::new(Line::default());
    let service = service_fn(move |request| {
        let (front, line) = (Arc::clone(&front), Arc::clone(&line));
        async move { Ok::<_, Infallible>(front.answer(request, line).await) }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

impl Front {
    async fn answer(&self, request: Request<Incoming>, line: Arc<Line>) -> Response<Body> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let response = self.counted(request, line).await;
        let bytes = response.body().size_hint().exact().unwrap_or_default();
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        response
    }

    async fn counted(&self, request: Request<Incoming>, line: Arc<Line>) -> Response<Body> {
        let path = request.uri().path();
        let is_bare = path.starts_with("/bare/");
        let is_file = is_bare || path.starts_with("/files/");
        if is_file && line.is_first_use() {
            self.file_connections.fetch_add(1, Ordering::Relaxed);
        }
        if is_bare {
            let Some(bytes) = self.results.bare(path) else {
                return plain(StatusCode::NOT_FOUND, "no such file");
            };
            return Response::new(self.paced(bytes, line));
        }
        let (head, body) = request.into_parts();
        let Ok(body) = body.collect().await else {
            return plain(StatusCode::BAD_REQUEST, "the request broke off");
        };
        let body = body.to_bytes();
        let response = self.warehouse(Request::from_parts(head, body)).await;
        if !is_file || self.pace.is_none() {
            return response;
        }
        let (head, body) = response.into_parts();
        match body.collect(usize::MAX).await {
            Ok(bytes) => Response::from_parts(head, self.paced(bytes, line)),
            Err(_) => plain(StatusCode::BAD_GATEWAY, "the local warehouse broke off"),
        }
    }

    fn paced(&self, bytes: Bytes, line: Arc<Line>) -> Body {
        match self.pace.is_none() {
            true => Body::from(bytes),
            false => Body::new(Paced::new(bytes, self.pace, line)),
        }
    }

    /// Returns the counters, or the expected result of a statement. Not counted itself.
    fn about(&self, path: &str) -> Response<Body> {
        let answer = match path.strip_prefix("/bench/expect/") {
            Some(sql) => {
                let expected = Work::parse(&sql.replace('+', " "))
                    .ok_or_else(|| "no such statement".into())
                    .and_then(|work| {
                        // Encodes lazily encoded results.
                        self.results.output(work).and_then(|_| self.results.expected(work))
                    });
                expected.map(|(rows, id_sum)| json!({"rows": rows, "id_sum": id_sum}))
            }
            None => cpu_seconds().map_err(Into::into).map(|cpu| {
                json!({
                    "requests": self.requests.load(Ordering::Relaxed),
                    "connections": self.connections.load(Ordering::Relaxed),
                    "file_connections": self.file_connections.load(Ordering::Relaxed),
                    "bytes": self.bytes.load(Ordering::Relaxed),
                    "cpu_seconds": cpu,
                })
            }),
        };
        match answer {
            Ok(answer) => json_response(StatusCode::OK, answer.to_string()),
            Err(problem) => plain(StatusCode::NOT_FOUND, &problem.to_string()),
        }
    }

    /// The response of the local warehouse.
    async fn warehouse(&self, mut request: Request<Bytes>) -> Response<Body> {
        let body = request.body().clone();
        let cache = self.cache.as_ref().filter(|_| is_small(&body));
        if let Some(answer) = cache.and_then(|cache| lock(cache).get(&body).cloned()) {
            return thrift(answer);
        }
        let uri = format!("{}{}", self.origin, request.uri());
        let Ok(uri) = uri.parse() else { return plain(StatusCode::BAD_REQUEST, "no such path") };
        *request.uri_mut() = uri;
        let Ok(response) = self.warehouse.send(request).await else {
            return plain(StatusCode::BAD_GATEWAY, "the local warehouse does not answer");
        };
        let Some(cache) = cache.filter(|_| response.status() == StatusCode::OK) else {
            return response;
        };
        let Ok(answer) = response.into_body().collect(usize::MAX).await else {
            return plain(StatusCode::BAD_GATEWAY, "the local warehouse broke off");
        };
        let mut cache = lock(cache);
        if cache.len() < CACHE_CAPACITY {
            cache.insert(body, answer.clone());
        }
        thrift(answer)
    }
}

fn is_small(body: &[u8]) -> bool {
    body.len() <= SMALL_REQUEST && body.windows(SMALL.len()).any(|window| window == SMALL)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn thrift(answer: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::new(Full::new(answer)));
    let kind = HeaderValue::from_static("application/x-thrift");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn json_response(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from(text)));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn plain(status: StatusCode, message: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::copy_from_slice(message.as_bytes())));
    *response.status_mut() = status;
    response
}
