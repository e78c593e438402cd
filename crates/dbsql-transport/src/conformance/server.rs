//! A small HTTP/1.1 server on 127.0.0.1 whose answers are scripted, down to a reset.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use dbsql_runtime::{Runtime, Tasks};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// One thing that the server does for an answer. After the last one, the connection is kept.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Send(Bytes),
    /// Closes in good order.
    Close,
    /// Closes with a TCP reset.
    Reset,
    /// Says nothing more, and keeps the connection open.
    Hang,
}

/// A complete answer with a length.
pub(super) fn answer(status: u16, headers: &str, body: &[u8]) -> Vec<Step> {
    let head = format!("HTTP/1.1 {status} Any\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    vec![Step::Send([head.as_bytes(), body].concat().into())]
}

type Script = dyn Fn(&Received) -> Vec<Step> + Send + Sync;

pub(super) struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<Received>>>,
    _tasks: Tasks,
}

impl Server {
    pub(super) async fn start(
        script: impl Fn(&Received) -> Vec<Step> + Send + Sync + 'static,
    ) -> Result<Self, String> {
        let script: Arc<Script> = Arc::new(script);
        let listen = async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            Ok::<_, io::Error>((listener.local_addr()?, listener))
        };
        let (address, listener) =
            listen.await.map_err(|error| format!("the server did not start: {error}"))?;
        let runtime = Runtime::real();
        let log = Arc::default();
        let tasks = runtime.tasks();
        tasks.spawn(accept(listener, runtime.tasks(), script, Arc::clone(&log)));
        Ok(Self { address, log, _tasks: tasks })
    }

    /// The URL of a path on this server.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What has arrived so far.
    pub(super) fn received(&self) -> Vec<Received> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The URL of a port on which nobody listens.
pub(super) async fn refusing_url() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok(format!("http://{address}/"))
}

async fn accept(
    listener: TcpListener,
    connections: Tasks,
    script: Arc<Script>,
    log: Arc<Mutex<Vec<Received>>>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let script = Arc::clone(&script);
        let log = Arc::clone(&log);
        connections.spawn(async move {
            // A client that goes away is no failure of the server's.
            let _ = serve(stream, &*script, &log).await;
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    script: &Script,
    log: &Mutex<Vec<Received>>,
) -> io::Result<()> {
    // Small steps are sent as they are.
    stream.set_nodelay(true)?;
    let mut buffer = BytesMut::new();
    while let Some(received) = read_request(&mut stream, &mut buffer).await? {
        log.lock().unwrap_or_else(PoisonError::into_inner).push(received.clone());
        for step in script(&received) {
            match step {
                Step::Send(bytes) => stream.write_all(&bytes).await?,
                Step::Close => return stream.shutdown().await,
                Step::Reset => return stream.set_zero_linger(),
                Step::Hang => std::future::pending().await,
            }
        }
    }
    Ok(())
}

/// The next request; `None` when the client closed the connection.
async fn read_request(
    stream: &mut TcpStream,
    buffer: &mut BytesMut,
) -> io::Result<Option<Received>> {
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
    // No chunked uploads: the transport has the whole body, so it can and must give its length.
    let length = headers.get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
    let length: usize = length.unwrap_or(0);
    while buffer.len() < length {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let body = buffer.split_to(length).freeze();
    Ok(Some(Received { method, target, headers, body }))
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
