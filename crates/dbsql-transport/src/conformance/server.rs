//! A small HTTP/1.1 server on 127.0.0.1 with scripted responses, including resets.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use dbsql_runtime::{Runtime, Tasks};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::expect::{Mismatch, holds_within};

/// How long the server waits for what a correct transport does at once.
const WAIT_LIMIT: Duration = Duration::from_secs(3);

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// One step of a response. After the last one, the connection is kept open.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Send(Bytes),
    /// Closes gracefully.
    Close,
    /// Closes with a TCP reset.
    Reset,
    /// Sends nothing more, and keeps the connection open.
    Hang,
    /// Waits for this long.
    Wait(Duration),
    /// Waits until the server is [released](Server::release).
    WaitForRelease,
    /// Waits until this many requests have arrived completely; closes if they do not.
    WaitForRequests(usize),
    /// Sends up to this many bytes, as fast as they are read.
    Flood(usize),
    /// Reads the body, if the script started before it was read.
    ReadBody,
}

/// Returns a complete response with a length.
pub(super) fn answer(status: u16, headers: &str, body: &[u8]) -> Vec<Step> {
    let head = format!("HTTP/1.1 {status} Any\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    vec![Step::Send([head.as_bytes(), body].concat().into())]
}

type Script = dyn Fn(&Received) -> Vec<Step> + Send + Sync;

/// What the server has seen.
#[derive(Debug, Default)]
struct Log {
    heads: usize,
    whole: Vec<Received>,
    flooded: usize,
    broken: usize,
    released: bool,
}

/// When the script of a request runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// After the whole request has arrived.
    Whole,
    /// After its head has arrived.
    Head,
}

pub(super) struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
    _tasks: Tasks,
}

impl Server {
    pub(super) async fn start(
        script: impl Fn(&Received) -> Vec<Step> + Send + Sync + 'static,
    ) -> Result<Self, Mismatch> {
        Self::start_at(Start::Whole, Arc::new(script)).await
    }

    /// Like [`start`](Self::start), with scripts that run before the body is read.
    pub(super) async fn start_early(
        script: impl Fn(&Received) -> Vec<Step> + Send + Sync + 'static,
    ) -> Result<Self, Mismatch> {
        Self::start_at(Start::Head, Arc::new(script)).await
    }

    async fn start_at(start: Start, script: Arc<Script>) -> Result<Self, Mismatch> {
        let listen = async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            Ok::<_, io::Error>((listener.local_addr()?, listener))
        };
        let (address, listener) = listen
            .await
            .map_err(|error| Mismatch::new("the suite's own server starts", error.to_string()))?;
        let runtime = Runtime::real();
        let log = Arc::default();
        let tasks = runtime.tasks();
        tasks.spawn(accept(listener, runtime.tasks(), start, script, Arc::clone(&log)));
        Ok(Self { address, log, _tasks: tasks })
    }

    /// The URL of a path on this server.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request to a path on this server.
    pub(super) fn request(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Result<Request<Bytes>, Mismatch> {
        request_to(method, &self.url(path), body)
    }

    /// A POST to a path on this server.
    pub(super) fn post(
        &self,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Result<Request<Bytes>, Mismatch> {
        self.request(Method::POST, path, body)
    }

    /// Lets [`Step::WaitForRelease`] continue.
    pub(super) fn release(&self) {
        lock(&self.log).released = true;
    }

    /// The number of bytes that [`Step::Flood`] has sent so far.
    pub(super) fn flooded(&self) -> usize {
        lock(&self.log).flooded
    }

    /// The number of connections that broke while the server was sending.
    pub(super) fn broken(&self) -> usize {
        lock(&self.log).broken
    }

    /// The requests that have arrived completely so far.
    pub(super) fn received(&self) -> Vec<Received> {
        lock(&self.log).whole.clone()
    }

    /// The number of request heads that have arrived so far.
    pub(super) fn heads(&self) -> usize {
        lock(&self.log).heads
    }
}

fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the URL of a port on which nothing listens while the socket is kept: otherwise another
/// process could bind it.
pub(super) fn refusing() -> Result<(String, TcpSocket), Mismatch> {
    let bind = || {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok::<_, io::Error>((format!("http://{}/", socket.local_addr()?), socket))
    };
    bind().map_err(|error| Mismatch::new("a port on which nothing listens", error.to_string()))
}

pub(super) fn request_to(
    method: Method,
    url: &str,
    body: impl Into<Bytes>,
) -> Result<Request<Bytes>, Mismatch> {
    let request = Request::builder().method(method).uri(url).body(body.into());
    request.map_err(|error| Mismatch::new("a valid request", error.to_string()))
}

async fn accept(
    listener: TcpListener,
    connections: Tasks,
    start: Start,
    script: Arc<Script>,
    log: Arc<Mutex<Log>>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let script = Arc::clone(&script);
        let log = Arc::clone(&log);
        connections.spawn(async move {
            // A client that disconnects is not a failure of the server.
            let _ = serve(stream, start, &*script, &log).await;
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    start: Start,
    script: &Script,
    log: &Mutex<Log>,
) -> io::Result<()> {
    // Small steps are sent without delay.
    stream.set_nodelay(true)?;
    let mut buffer = BytesMut::new();
    while let Some(mut request) = read_head(&mut stream, &mut buffer).await? {
        lock(log).heads += 1;
        if start == Start::Whole {
            read_body(&mut stream, &mut buffer, &mut request).await?;
            lock(log).whole.push(request.clone());
        }
        for step in script(&request) {
            match step {
                Step::Send(bytes) => stream.write_all(&bytes).await?,
                Step::Close => return stream.shutdown().await,
                Step::Reset => return stream.set_zero_linger(),
                Step::Hang => std::future::pending().await,
                Step::Wait(time) => Runtime::real().sleep(time).await,
                Step::WaitForRelease => {
                    holds_within(WAIT_LIMIT, || lock(log).released).await;
                }
                Step::WaitForRequests(number) => {
                    if !holds_within(WAIT_LIMIT, || lock(log).whole.len() >= number).await {
                        return stream.shutdown().await;
                    }
                }
                Step::Flood(bytes) => flood(&mut stream, bytes, log).await?,
                Step::ReadBody => {
                    read_body(&mut stream, &mut buffer, &mut request).await?;
                    lock(log).whole.push(request.clone());
                }
            }
        }
        if start == Start::Head {
            // Unread bytes of the body are not the next request.
            return Ok(());
        }
    }
    Ok(())
}

async fn flood(stream: &mut TcpStream, bytes: usize, log: &Mutex<Log>) -> io::Result<()> {
    let piece = [b'x'; 64 * 1024];
    let mut left = bytes;
    while left > 0 {
        let sent = stream.write(&piece[..left.min(piece.len())]).await;
        let mut log = lock(log);
        log.broken += usize::from(sent.is_err());
        log.flooded += sent.as_ref().unwrap_or(&0);
        drop(log);
        left -= sent?;
    }
    Ok(())
}

/// Reads the next request without its body; `None` if the client closed the connection.
async fn read_head(stream: &mut TcpStream, buffer: &mut BytesMut) -> io::Result<Option<Received>> {
    let head_end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let head = buffer.split_to(head_end + 4);
    let (method, target, headers) =
        parse_head(&head).ok_or_else(|| io::Error::other("not a request"))?;
    Ok(Some(Received { method, target, headers, body: Bytes::new() }))
}

async fn read_body(
    stream: &mut TcpStream,
    buffer: &mut BytesMut,
    request: &mut Received,
) -> io::Result<()> {
    // No chunked uploads: the transport has the whole body, so it must send its length.
    let length = request.headers.get("content-length");
    let length = length.and_then(|value| value.to_str().ok()?.parse().ok());
    let length: usize = length.unwrap_or(0);
    while buffer.len() < length {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    request.body = buffer.split_to(length).freeze();
    Ok(())
}

fn parse_head(head: &[u8]) -> Option<(String, String, HeaderMap)> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n").filter(|line| !line.is_empty());
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).ok()?,
            HeaderValue::from_str(value.trim()).ok()?,
        );
    }
    Some((method, target, headers))
}
