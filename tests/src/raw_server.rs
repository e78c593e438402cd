//! A minimal Thrift-over-HTTP server on real sockets, for programs that check the client
//! independently.
//!
//! It shares no code with the local warehouse: a [`Script`] decides the outcome of a statement, and
//! [`Gauge`]s count requests. It serves HTTP/1.1 over plain TCP or HTTP/2 over TLS, on an ephemeral
//! port of 127.0.0.1, in its own threads.

mod calls;
mod gauge;
mod identity;

use std::io;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;

use bytes::Bytes;
use dbsql::{Config, HttpOptions};
use dbsql_protocol::types::TOperationState;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

pub use self::gauge::{Gauge, Gauges};
use self::identity::Identity;

/// The HTTP path of the server.
const PATH: &str = "cliservice";
/// The maximum number of streams that a client has reset before the server accepted them; far above
/// hyper's default of 20, which protects against clients that do what these programs do on purpose.
const RESET_STREAMS: usize = 1 << 20;

/// The outcome of statements. A statement is identified by the last number in its SQL text.
pub trait Script: Send + Sync + 'static {
    /// The request was read completely: the statement runs. The response is sent when the future
    /// completes; the future is dropped when the client disconnects.
    fn execute(&self, statement: u64) -> impl Future<Output = ()> + Send;

    /// Responds to a status call, at once or after holding it.
    fn status(&self, statement: u64) -> impl Future<Output = TOperationState> + Send;

    /// The client requests to cancel the statement.
    fn cancel(&self, statement: u64);
}

/// The protocol of the sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpProtocol {
    /// HTTP/1.1 over plain TCP.
    H1,
    /// HTTP/2 over TLS, chosen by ALPN, with a certificate made at start.
    H2,
}

impl FromStr for HttpProtocol {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "h1" => Ok(Self::H1),
            "h2" => Ok(Self::H2),
            _ => Err("expected h1 or h2"),
        }
    }
}

/// A running server. Dropping it ends its connections and threads.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    root_certificate: Option<String>,
    gauges: Arc<Gauges>,
    runtime: Option<Runtime>,
}

impl RawServer {
    /// Starts a server on `threads` threads of its own.
    ///
    /// # Errors
    ///
    /// If there is no free port, or a thread or the certificate cannot be created.
    pub fn start(
        protocol: HttpProtocol,
        threads: usize,
        script: Arc<impl Script>,
    ) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("raw-server")
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let identity = match protocol {
            HttpProtocol::H1 => None,
            HttpProtocol::H2 => Some(Identity::of("127.0.0.1").map_err(io::Error::other)?),
        };
        let gauges = Arc::new(Gauges::default());
        let root_certificate = identity.as_ref().map(Identity::pem);
        let acceptor = identity.map(|identity| identity.acceptor()).transpose();
        let acceptor = acceptor.map_err(io::Error::other)?;
        runtime.spawn(accept(listener, acceptor, script, Arc::clone(&gauges)));
        Ok(Self { address, root_certificate, gauges, runtime: Some(runtime) })
    }

    /// The settings with which a client reaches and trusts this server.
    pub fn config(&self) -> Config {
        config(&self.url(), self.root_certificate.as_deref())
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.root_certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The counters of the server.
    #[must_use]
    pub fn gauges(&self) -> &Gauges {
        &self.gauges
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Without waiting: this may be dropped inside an async task.
            runtime.shutdown_background();
        }
    }
}

/// The settings for a raw server at `url`, in this process or another one.
pub fn config(url: &str, root_certificate: Option<&str>) -> Config {
    let config = Config::new(url, PATH).token("a-token-of-no-value");
    match root_certificate {
        None => config,
        Some(pem) => {
            config.http(HttpOptions::new().add_root_certificate_pem(pem.as_bytes().to_vec()))
        }
    }
}

async fn accept(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    script: Arc<impl Script>,
    gauges: Arc<Gauges>,
) {
    loop {
        // Out of descriptors, for example: the next connection may succeed.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let (acceptor, script, gauges) =
            (acceptor.clone(), Arc::clone(&script), Arc::clone(&gauges));
        tokio::spawn(async move {
            let _open = gauges.connections.enter();
            let _ = stream.set_nodelay(true);
            serve(stream, acceptor, script, &gauges).await;
        });
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    script: Arc<impl Script>,
    gauges: &Arc<Gauges>,
) {
    match acceptor {
        None => http1(stream, script, gauges).await,
        Some(acceptor) => {
            // A client that disconnects during the handshake is no failure of the server.
            let Ok(stream) = acceptor.accept(stream).await else { return };
            if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                http2(stream, script, gauges).await;
            }
        }
    }
}

async fn http1(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    script: Arc<impl Script>,
    gauges: &Arc<Gauges>,
) {
    let service = service_fn(|request| answer(request, Arc::clone(&script), Arc::clone(gauges)));
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}

async fn http2(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    script: Arc<impl Script>,
    gauges: &Arc<Gauges>,
) {
    let gauges = Arc::clone(gauges);
    let service =
        service_fn(move |request| answer(request, Arc::clone(&script), Arc::clone(&gauges)));
    let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .max_pending_accept_reset_streams(RESET_STREAMS)
        .max_local_error_reset_streams(None)
        .serve_connection(TokioIo::new(stream), service);
    let _ = connection.await;
}

async fn answer(
    request: Request<Incoming>,
    script: Arc<impl Script>,
    gauges: Arc<Gauges>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    // An incomplete request is dropped here and runs nothing.
    let body = request.into_body().collect().await?.to_bytes();
    Ok(match calls::answer(body, &*script, &gauges).await {
        Ok(body) => Response::new(Full::new(body)),
        Err(error) => {
            let mut response = Response::new(Full::new(Bytes::from(error.to_string())));
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        }
    })
}
