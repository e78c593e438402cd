//! Single HTTP requests, for tests that act as a browser or control one.

use std::error::Error;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::{Request, Response, Uri, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Sends one request over a new connection, without TLS, and returns the response with its body as
/// text. Redirects are not followed. The `Host` header is added.
///
/// # Errors
///
/// If the host cannot be reached, does not use HTTP, or responds with something else than text.
pub async fn send(
    mut request: Request<String>,
) -> Result<Response<String>, Box<dyn Error + Send + Sync>> {
    let uri = request.uri().clone();
    let authority = uri.authority().ok_or("a URL without a host")?;
    let stream = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(80))).await?;
    request.headers_mut().insert(header::HOST, authority.as_str().parse()?);
    *request.uri_mut() =
        uri.path_and_query().map_or_else(|| Uri::from_static("/"), |path| path.clone().into());
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let answer = async move {
        let response =
            sender.send_request(request.map(|body| Full::new(Bytes::from(body)))).await?;
        let (parts, body) = response.into_parts();
        Ok::<_, hyper::Error>((parts, body.collect().await?.to_bytes()))
    };
    let (answer, connection) = tokio::join!(answer, connection);
    let (parts, body) = answer?;
    connection?;
    Ok(Response::from_parts(parts, String::from_utf8(body.to_vec())?))
}
