//! A hyper server on 127.0.0.1, plain or with TLS, that counts its connections.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::identity::Identity;

/// The size of the body at `/large`: more than fits into the buffers in between.
pub(crate) const LARGE: usize = 8 << 20;

/// Responds to each request with its HTTP version, or with a large body. Stopped on drop.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Server {
    pub(crate) async fn plain() -> Self {
        Self::serve(|stream| answer(stream, false)).await
    }

    /// Closes each connection some time after it was opened.
    pub(crate) async fn impatient(limit: Duration) -> Self {
        Self::serve(move |stream| async move {
            let _ = tokio::time::timeout(limit, answer(stream, false)).await;
        })
        .await
    }

    pub(crate) async fn tls(identity: &Identity) -> Self {
        Self::tls_with(identity.acceptor()).await
    }

    pub(crate) async fn tls_with(acceptor: TlsAcceptor) -> Self {
        Self::serve(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                // A client that does not trust the server disconnects here.
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                answer(stream, http2).await;
            }
        })
        .await
    }

    /// Runs `handle` for each connection.
    pub(crate) async fn serve<F>(handle: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut running = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                running.spawn(handle(stream));
            }
        });
        Self { address, connections, _tasks: tasks }
    }

    /// Returns the number of connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}/path?sig=SECRET", self.address.port())
    }
}

async fn answer<S>(stream: S, http2: bool)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = service_fn(async |request: Request<Incoming>| {
        let answer = match request.uri().path() {
            "/large" => Bytes::from(vec![7; LARGE]),
            _ => Bytes::from(format!("{:?}", request.version())),
        };
        // The connection can only be kept if the request was read.
        let _ = request.into_body().collect().await;
        Ok::<_, Infallible>(Response::new(Full::new(answer)))
    });
    let stream = TokioIo::new(stream);
    // A disconnecting client is not a failure of the server.
    let _ = if http2 {
        hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(stream, service)
            .await
    } else {
        hyper::server::conn::http1::Builder::new().serve_connection(stream, service).await
    };
}
