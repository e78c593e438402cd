//! A whole transport over a plain TCP socket: HTTP/1.1, no TLS, one connection for each request.

use std::{io, io::Error, pin::pin, time::Duration};

use dbsql_transport::{Body, BoxFuture, RequestBody, Revoked, Transport, TransportError};
use dbsql_transport::{RequestSent::No, TransportErrorKind::Other, http_body::Body as _};
use dbsql_transport::{bytes::Bytes, http::Request, http::Response};
use futures_util::stream::try_unfold;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpStream, tcp::OwnedReadHalf};

#[derive(Debug)]
pub struct SocketTransport;

type Exchange = Result<Response<Body>, TransportError>;

impl Transport for SocketTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Exchange> {
        // Not in the future: one that is dropped before its first poll has sent nothing.
        Box::pin(exchange(RequestBody::attach(request)))
    }
}

async fn exchange(request: Request<RequestBody>) -> Exchange {
    let (head, mut body) = request.into_parts();
    let (Some("http"), Some(host)) = (head.uri.scheme_str(), head.uri.host()) else {
        return Err(TransportError::new(Other, No, "only http is supported"));
    };
    let address = format!("{host}:{}", head.uri.port_u16().unwrap_or(80));
    let connecting = tokio::time::timeout(Duration::from_secs(10), TcpStream::connect(&address));
    let connected = connecting.await.map_err(Error::from).flatten();
    let (reader, mut writer) = connected.map_err(TransportError::connect)?.into_split();

    let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut text = format!("{} {target} HTTP/1.1\r\n", head.method).into_bytes();
    for (name, value) in &head.headers {
        text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    let length = body.size_hint().lower();
    text.extend(format!("Host: {address}\r\nContent-Length: {length}\r\n\r\n").into_bytes());

    body.start()?; // The last moment at which a request without a body can be revoked.
    let upload = async {
        let mut broken = writer.write_all(&text).await.is_err();
        while let (false, Some(frame)) = (broken, body.next_frame()) {
            broken = writer.write_all(&frame?).await.is_err(); // The last frame takes the permit.
        }
        Ok::<_, Revoked>(()) // A broken connection may still hold a response.
    };
    let mut response = pin!(read_head(BufReader::new(reader)));
    let result = tokio::select! {
        biased;
        early = &mut response => early, // A server may refuse a large request before its end.
        sent = upload => { sent?; response.await }
    };
    // The permit knows whether the request was sent; revoked, it never will be.
    let response = result.map_err(|e| TransportError::interrupted(body.permit().revoke(), e))?;
    writer.forget(); // Dropped, it would say to the server that nobody waits for the body.
    Ok(response.map(|body| Body::from_stream(try_unfold(body, next_piece))))
}

async fn read_line(reader: &mut (impl AsyncBufRead + Unpin)) -> io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line).await?;
    Ok(line.strip_suffix("\r\n").ok_or(io::ErrorKind::UnexpectedEof)?.to_owned())
}

async fn read_head(mut reader: BufReader<OwnedReadHalf>) -> io::Result<Response<Download>> {
    loop {
        let mut lines = (&mut reader).take(64 * 1024);
        let status = read_line(&mut lines).await?;
        let code = status.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5));
        let mut response = Response::builder().status(code.unwrap_or_default());
        while let Some((name, value)) = read_line(&mut lines).await?.split_once(':') {
            response = response.header(name, value.trim());
        }
        let response = response.body(()).map_err(Error::other)?;
        let value = |name| response.headers().get(name)?.to_str().ok();
        let chunked = value("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked"));
        let length = value("content-length").filter(|_| !chunked);
        let left = match (response.status().as_u16(), length) {
            (100..200, _) => continue, // An interim response.
            (204 | 304, _) => Some(0),
            (_, Some(length)) => Some(length.parse().map_err(Error::other)?),
            (_, None) => chunked.then_some(0), // Without a length, up to the end.
        };
        return Ok(response.map(|()| Download { reader, chunked, left }));
    }
}

/// What is left of a body, or of its chunk.
struct Download {
    reader: BufReader<OwnedReadHalf>,
    chunked: bool,
    left: Option<usize>,
}

async fn next_piece(mut body: Download) -> io::Result<Option<(Bytes, Download)>> {
    while body.chunked && body.left == Some(0) {
        let line = read_line(&mut (&mut body.reader).take(4096)).await?;
        // An empty line ends the chunk before.
        if let Some(size) = line.split(';').next().filter(|size| !size.is_empty()) {
            let size = usize::from_str_radix(size.trim(), 16).map_err(Error::other)?;
            (body.chunked, body.left) = (size > 0, Some(size)); // 0 is the last one.
        }
    }
    let piece = if body.left == Some(0) { &[] } else { body.reader.fill_buf().await? };
    let bytes = Bytes::copy_from_slice(&piece[..body.left.unwrap_or(usize::MAX).min(piece.len())]);
    if bytes.is_empty() {
        let missing = body.left.filter(|left| *left > 0);
        return missing.map_or(Ok(None), |_| Err(io::ErrorKind::UnexpectedEof.into()));
    }
    body.reader.consume(bytes.len());
    body.left = body.left.map(|left| left - bytes.len());
    Ok(Some((bytes, body)))
}
