//! The transport that ships with the engine: hyper, with rustls underneath.

mod connector;
mod tls;

use std::error::Error as _;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use dbsql_runtime::{Runtime, Tasks};
use http::uri::Scheme;
use http::{Request, Response, Uri, Version};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::rt::TokioTimer;

use self::connector::{ConnectFailure, Connector};
use crate::{
    Body, BoxError, BoxFuture, FreshConnection, HttpOptions, RequestBody, RequestSent, SendPermit,
    Transport, TransportError, TransportErrorKind,
};

/// The default [`Transport`]: HTTP/1.1 and HTTP/2 (chosen by ALPN) with a pool of connections, over
/// TLS with the roots that the platform trusts.
///
/// Cheap to clone; clones share the connections. The tasks that drive connections belong to the
/// transport and the bodies that it gave out, and end with the last of them.
///
/// ```
/// use dbsql_transport::{HttpOptions, HyperTransport, SharedTransport};
///
/// # fn sample() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = SharedTransport::new(HyperTransport::new(HttpOptions::default())?);
/// # Ok(())
/// # }
/// # assert!(sample().is_ok());
/// ```
///
/// # Runtime
///
/// It can be made anywhere; [`send`](Transport::send) needs a tokio runtime with its timer and I/O
/// drivers enabled. A pooled connection belongs to the runtime that opened it and dies with it: a
/// program with several runtimes wants a transport for each.
///
/// # What it does not do
///
/// It reads no proxy settings, neither its own nor the environment's.
#[derive(Clone)]
pub struct HyperTransport(Arc<Inner>);

struct Inner {
    /// For everything that may be repeated.
    pooled: Client,
    /// For [`FreshConnection`]: the same connector, a pool of its own that forgets soon.
    fresh: Client,
    /// For a [`FreshConnection`] that asks for less than `FRESH_IDLE`: no pool.
    unpooled: Client,
    options: HttpOptions,
    /// Why TLS cannot work on this machine. Kept until a request needs it, so that a client of a
    /// server on this machine works where no roots are installed.
    no_roots: Option<rustls::Error>,
    tasks: Arc<Tasks>,
}

type Client = legacy::Client<Connector, RequestBody>;

/// How long the connections of the pool for [`FreshConnection`] may be idle.
const FRESH_IDLE: Duration = Duration::from_secs(1);

/// HTTP/2 connections are pinged while something is under way on them: otherwise a half-open one
/// would stay in the pool and swallow one request after the other.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(20);

/// Why there is no [`HyperTransport`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The crate was built without cryptography.
    #[error("no cryptography provider: enable the feature `ring` or `aws-lc-rs`")]
    NoCryptography,
    /// A PEM text holds no certificate, or one that cannot be a root.
    #[error("an extra root certificate cannot be used")]
    RootCertificate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// TLS could not be set up.
    #[error("tls could not be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl HyperTransport {
    /// A transport with these settings. Opens no connection; reads the trusted roots of the
    /// platform, once.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when an extra root is not a certificate or TLS cannot be set up.
    pub fn new(options: HttpOptions) -> Result<Self, BuildError> {
        Self::with_runtime(options, &Runtime::real())
    }

    /// Like [`new`](Self::new), with the tasks that drive connections counted by `runtime`.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when an extra root is not a certificate or TLS cannot be set up.
    pub fn with_runtime(options: HttpOptions, runtime: &Runtime) -> Result<Self, BuildError> {
        let (tls, no_roots) = tls::client_config(&options)?;
        let connector = Connector::new(&options, tls, runtime.clone());
        let tasks = Arc::new(runtime.tasks());
        let executor = Executor(Arc::downgrade(&tasks));
        let client = |idle: Duration, max_idle: usize| {
            legacy::Client::builder(executor.clone())
                .timer(TokioTimer::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(idle)
                .pool_max_idle_per_host(max_idle)
                .http2_keep_alive_interval(PING_INTERVAL)
                .http2_keep_alive_timeout(PING_TIMEOUT)
                .build(connector.clone())
        };
        Ok(Self(Arc::new(Inner {
            pooled: client(options.pool_idle_timeout, usize::MAX),
            fresh: client(options.pool_idle_timeout.min(FRESH_IDLE), usize::MAX),
            unpooled: client(Duration::ZERO, 0),
            options,
            no_roots,
            tasks,
        })))
    }

    async fn exchange(
        &self,
        request: Request<Bytes>,
        permit: SendPermit,
    ) -> Result<Response<Body>, TransportError> {
        let target = self.check(request.uri())?;

        let client = match request.extensions().get::<FreshConnection>() {
            None => &self.0.pooled,
            Some(fresh) if fresh.max_idle() >= FRESH_IDLE => &self.0.fresh,
            Some(_) => &self.0.unpooled,
        };
        let has_body = !request.body().is_empty();
        let (mut head, body) = request.into_parts();
        // ALPN decides; hyper would refuse a request that names another version.
        head.version = Version::HTTP_11;
        let request = Request::from_parts(head, RequestBody::new(body, permit.clone()));
        if !has_body {
            // Nothing will poll the body, so there is no later moment to ask.
            permit.take().map_err(TransportError::revoked)?;
        }

        match client.request(request).await {
            Ok(response) => Ok(response.map(|body| {
                Body::stream(Download { body, target, _tasks: Arc::clone(&self.0.tasks) })
            })),
            Err(error) => Err(self.explain(error, &target, has_body.then_some(&permit))),
        }
    }

    /// Refuses what must not be sent; gives `host:port` for messages.
    fn check(&self, uri: &Uri) -> Result<Arc<str>, TransportError> {
        let refuse = |source: BoxError, message: String| {
            TransportError::new(TransportErrorKind::Other, RequestSent::No, source)
                .with_message(message)
        };
        let (Some(scheme), Some(host)) = (uri.scheme(), uri.host()) else {
            return Err(refuse("the uri is not absolute".into(), "no target to send to".into()));
        };
        if *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS {
            let why = "the scheme is neither http nor https";
            return Err(refuse(why.into(), format!("no way to send to {host}")));
        }
        let plain = *scheme == Scheme::HTTP;
        let port = uri.port_u16().unwrap_or(if plain { 80 } else { 443 });
        let target = format!("{host}:{port}");
        if plain && !self.0.options.allow_plain_http && !is_loopback(host) {
            let why = "http:// is for this machine only, unless allowed in the settings";
            return Err(refuse(why.into(), format!("plain http to {target} was refused")));
        }
        if !plain && let Some(error) = &self.0.no_roots {
            let message = format!("no certificate of {target} can be trusted on this machine");
            return Err(refuse(error.clone().into(), message));
        }
        Ok(target.into())
    }

    /// Says what a failure means. `upload` is the permit of a request that has a body.
    fn explain(
        &self,
        error: legacy::Error,
        target: &str,
        upload: Option<&SendPermit>,
    ) -> TransportError {
        if let Some(failure) = error.source().and_then(|e| e.downcast_ref::<ConnectFailure>()) {
            return failure.explain(target, self.0.options.connect_timeout);
        }
        if error.is_connect() {
            return TransportError::connect(error)
                .with_message(format!("no connection to {target}"));
        }
        let hyper = error.source().and_then(|source| source.downcast_ref::<hyper::Error>());
        let certainly_not = match upload {
            // The end of the body has not been asked for, and now never will be: hyper's tasks
            // can live longer than this exchange.
            Some(permit) => permit.revoke() == RequestSent::No,
            // Given back unsent by the dispatcher of a connection that was closing.
            None => hyper.is_some_and(hyper::Error::is_canceled),
        } || hyper.is_some_and(is_refused_stream);
        let sent = if certainly_not { RequestSent::No } else { RequestSent::Maybe };
        if hyper.is_some_and(hyper::Error::is_user) {
            // hyper cannot write such a request, today or tomorrow.
            return TransportError::new(TransportErrorKind::Other, sent, error)
                .with_message(format!("the request to {target} cannot be written"));
        }
        TransportError::interrupted(sent, error)
            .with_message(format!("the connection to {target} broke before the response"))
    }
}

/// Whether the server said that it did nothing with the request (RFC 9113, 8.7).
fn is_refused_stream(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|source| source.downcast_ref::<h2::Error>());
    cause.is_some_and(|h2| h2.is_remote() && h2.reason() == Some(h2::Reason::REFUSED_STREAM))
}

/// Whether `host` is this machine, by name or by address. Nothing is looked up.
fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

impl Transport for HyperTransport {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        let permit = request.extensions().get::<SendPermit>().cloned().unwrap_or_default();
        // Not in the future: one that is dropped before its first poll has sent nothing.
        permit.hold();
        Box::pin(self.exchange(request, permit))
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").field("options", &self.0.options).finish_non_exhaustive()
    }
}

/// Runs hyper's tasks in a set that the transport owns. Weak, since the tasks hold executors.
#[derive(Clone)]
struct Executor(Weak<Tasks>);

impl<F> hyper::rt::Executor<F> for Executor
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    fn execute(&self, task: F) {
        // Without an owner the task has nobody left to work for.
        if let Some(tasks) = self.0.upgrade() {
            tasks.spawn(async move {
                task.await;
            });
        }
    }
}

/// A response body; keeps alive the tasks that feed it.
struct Download {
    body: Incoming,
    target: Arc<str>,
    _tasks: Arc<Tasks>,
}

impl http_body::Body for Download {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        Pin::new(&mut self.body).poll_frame(cx).map_err(|error| {
            TransportError::interrupted(RequestSent::Maybe, error)
                .with_message(format!("the response from {} broke off", self.target))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests;
