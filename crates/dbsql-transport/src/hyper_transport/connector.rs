//! Opens connections: name lookup, TCP, the proxy and TLS under one time limit, with errors that
//! name the stage that failed.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use dbsql_runtime::Runtime;
use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiFuture, GaiResolver, Name};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::InvalidDnsNameError;
use tower_service::Service;

use super::routes::Routes;
use super::socket::Socket;
use super::target::Target;
use super::tls;
use super::tunnel::{self, Destination, Reason, TunnelError};
use crate::{
    BoxError, BoxFuture, HttpOptions, ProxyFailure, RemoteOnly, RequestSent, TransportError,
    TransportErrorKind,
};

/// The connection to the server or to the proxy, with TLS to the proxy if it is an https one.
type Hop = MaybeHttpsStream<TokioIo<Socket>>;

type Stream = MaybeHttpsStream<Hop>;

/// The kernel detects silently dead TCP connections after about this time.
const TCP_KEEPALIVE: Duration = Duration::from_secs(30);

/// The connectors of a transport.
#[derive(Clone)]
pub(super) struct Connectors {
    pub(super) any: Connector,
    /// Used for [`RemoteOnly`].
    pub(super) remote: Connector,
}

impl Connectors {
    pub(super) fn new(
        options: &HttpOptions,
        tls: &ClientConfig,
        routes: &Arc<Routes>,
        runtime: &Runtime,
    ) -> Self {
        let connector = |remote_only| {
            let dial = Dial {
                direct: Tcp::new(runtime, remote_only),
                // A proxy may be at any address.
                proxies: HttpsConnectorBuilder::new()
                    .with_tls_config(tls.clone())
                    .https_or_http()
                    .enable_http1()
                    .wrap_connector(Tcp::new(runtime, false)),
                routes: Arc::clone(routes),
            };
            Connector::new(options, tls.clone(), runtime.clone(), dial)
        };
        Self { any: connector(false), remote: connector(true) }
    }
}

/// Opens connections within the connect timeout.
#[derive(Clone)]
pub(super) struct Connector {
    inner: HttpsConnector<Dial>,
    runtime: Runtime,
    timeout: Duration,
}

impl Connector {
    fn new(options: &HttpOptions, tls: ClientConfig, runtime: Runtime, dial: Dial) -> Self {
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        let inner = if options.http2 {
            https.enable_all_versions().wrap_connector(dial)
        } else {
            https.enable_http1().wrap_connector(dial)
        };
        Self { inner, runtime, timeout: options.connect_timeout }
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = ConnectFailure;
    type Future = BoxFuture<'static, Result<Stream, ConnectFailure>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ConnectFailure>> {
        self.inner.poll_ready(cx).map_err(ConnectFailure::from_https)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let connecting = self.inner.call(target);
        let runtime = self.runtime.clone();
        let timeout = self.timeout;
        Box::pin(async move {
            // A limit beyond the range of the clock is no limit.
            let deadline = runtime.now().checked_add(timeout);
            match runtime.timeout_at(deadline, connecting).await {
                Ok(connected) => connected.map_err(ConnectFailure::from_https),
                Err(elapsed) => Err(ConnectFailure::new(Stage::TimedOut, elapsed)),
            }
        })
    }
}

/// The stage at which opening a connection failed. Shared, since hyper keeps a copy.
#[derive(Clone, Debug)]
pub(super) struct ConnectFailure {
    stage: Stage,
    /// Whether the connection to the proxy itself failed.
    at_proxy: bool,
    source: Arc<dyn Error + Send + Sync>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    BadName,
    LocalAddress,
    Lookup,
    Tcp,
    TlsBroke,
    TlsRefused,
    Tunnel(Reason),
    TimedOut,
}

impl ConnectFailure {
    fn new(stage: Stage, source: impl Into<BoxError>) -> Self {
        Self { stage, at_proxy: false, source: source.into().into() }
    }

    fn from_tcp(error: impl Into<BoxError>) -> Self {
        let error = error.into();
        let is_local = find(error.as_ref(), <dyn Error>::is::<LocalAddress>);
        let lookup = find(error.as_ref(), <dyn Error>::is::<LookupFailed>);
        let stage = match (is_local, lookup) {
            (true, _) => Stage::LocalAddress,
            (false, true) => Stage::Lookup,
            (false, false) => Stage::Tcp,
        };
        Self::new(stage, error)
    }

    fn from_proxy(error: BoxError) -> Self {
        Self { at_proxy: true, ..Self::from_https(error) }
    }

    fn from_tunnel(error: TunnelError) -> Self {
        Self::new(Stage::Tunnel(error.reason), error)
    }

    /// Errors that do not come from [`Dial`] come from the handshake.
    fn from_https(error: BoxError) -> Self {
        match error.downcast::<Self>() {
            Ok(failure) => *failure,
            Err(error) if find(error.as_ref(), <dyn Error>::is::<rustls::Error>) => {
                Self::new(Stage::TlsRefused, error)
            }
            Err(error) if find(error.as_ref(), <dyn Error>::is::<InvalidDnsNameError>) => {
                Self::new(Stage::BadName, error)
            }
            Err(error) => Self::new(Stage::TlsBroke, error),
        }
    }

    /// Converts the failure to an error of this crate.
    pub(super) fn explain(&self, target: &Target, timeout: Duration) -> TransportError {
        let source = Arc::clone(&self.source);
        if find(self.source.as_ref(), is_descriptor_limit) {
            return TransportError::connect(source)
                .with_message(format!("out of file descriptors for a connection to {target}"));
        }
        if self.at_proxy {
            return self.explain_proxy(target);
        }
        let (error, message) = match self.stage {
            Stage::BadName => (
                TransportError::new(TransportErrorKind::Other, RequestSent::No, source),
                format!("{target} is not a valid host"),
            ),
            Stage::LocalAddress => (
                TransportError::local_address(source),
                format!("{target} resolves to an address of this machine or its network link"),
            ),
            Stage::Lookup => {
                (TransportError::connect(source), format!("dns lookup for {target} failed"))
            }
            Stage::Tcp => {
                (TransportError::connect(source), format!("tcp connect to {target} failed"))
            }
            Stage::TlsBroke => (
                TransportError::connect(source),
                format!("tls handshake with {target} was cut off"),
            ),
            Stage::TlsRefused => {
                let reason = self.tls_reason();
                let message = format!("tls handshake with {target} failed{reason}");
                (TransportError::tls(source), message)
            }
            Stage::Tunnel(reason) => {
                let error = match reason.failure() {
                    Some(failure) => TransportError::proxy(failure, source),
                    None => TransportError::connect(source),
                };
                (error, format!("no connection to {target}: {reason}"))
            }
            Stage::TimedOut => (
                TransportError::new(TransportErrorKind::Timeout, RequestSent::No, source),
                format!("no connection to {target} within {timeout:?}"),
            ),
        };
        error.with_message(message)
    }

    /// Returns `: reason`, or nothing.
    fn tls_reason(&self) -> String {
        let reason = tls::refusal::reason(self.source.as_ref());
        reason.map(|reason| format!(": {reason}")).unwrap_or_default()
    }

    /// Explains a failure of the connection to the proxy.
    fn explain_proxy(&self, target: &Target) -> TransportError {
        let error = TransportError::proxy(ProxyFailure::Unreachable, Arc::clone(&self.source));
        let reason = self.tls_reason();
        let (error, what) = match self.stage {
            Stage::Lookup => (error, "dns lookup for the proxy failed".to_owned()),
            Stage::TlsRefused | Stage::BadName => {
                (error.refused_by_tls(), format!("tls handshake with the proxy failed{reason}"))
            }
            Stage::TlsBroke => (error, "tls handshake with the proxy was cut off".to_owned()),
            Stage::Tcp | Stage::LocalAddress | Stage::Tunnel(_) | Stage::TimedOut => {
                (error, "tcp connect to the proxy failed".to_owned())
            }
        };
        error.with_message(format!("no connection to {target}: {what}"))
    }
}

impl fmt::Display for ConnectFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no connection ({:?})", self.stage)
    }
}

impl Error for ConnectFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

/// Returns `true` if `wanted` is true for an error of the chain. Unlike `source`, this includes the
/// error that an `io::Error` wraps, not only the source of that error.
fn find(error: &(dyn Error + 'static), wanted: fn(&(dyn Error + 'static)) -> bool) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if wanted(error) {
            return true;
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map_or_else(|| error.source(), |wrapped| Some(wrapped as _));
    }
    false
}

/// Returns `true` if the process or the machine has reached its limit of open files.
fn is_descriptor_limit(error: &(dyn Error + 'static)) -> bool {
    let code = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
    // EMFILE and ENFILE; WSAEMFILE on Windows.
    code.is_some_and(|code| if cfg!(windows) { code == 10024 } else { matches!(code, 23 | 24) })
}

/// Connections to the server: direct, or tunnels through the proxy of their route.
#[derive(Clone)]
struct Dial {
    direct: Tcp,
    proxies: HttpsConnector<Tcp>,
    routes: Arc<Routes>,
}

impl Service<Uri> for Dial {
    type Response = Hop;
    type Error = ConnectFailure;
    type Future = BoxFuture<'static, Result<Hop, ConnectFailure>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ConnectFailure>> {
        std::task::ready!(self.direct.poll_ready(cx))?;
        self.proxies.poll_ready(cx).map_err(ConnectFailure::from_proxy)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let Some(proxy) = self.routes.proxy_for(&target).map(Arc::clone) else {
            let connecting = self.direct.call(target);
            return Box::pin(async move { connecting.await.map(MaybeHttpsStream::Http) });
        };
        let connecting = self.proxies.call(proxy.uri());
        Box::pin(async move {
            let mut hop = TokioIo::new(connecting.await.map_err(ConnectFailure::from_proxy)?);
            let default_port = if target.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 };
            let destination = Destination {
                host: target.host().unwrap_or_default(),
                port: target.port_u16().unwrap_or(default_port),
            };
            let opened = tunnel::open(&mut hop, &proxy, destination).await;
            opened.map_err(ConnectFailure::from_tunnel)?;
            Ok(hop.into_inner())
        })
    }
}

/// TCP connections, with errors that identify the stage.
#[derive(Clone)]
struct Tcp {
    connector: HttpConnector<Resolver>,
    runtime: Runtime,
}

impl Tcp {
    /// `remote_only` omits the addresses that [`RemoteOnly`] forbids.
    fn new(runtime: &Runtime, remote_only: bool) -> Self {
        let resolver = Resolver { system: GaiResolver::new(), remote_only };
        let mut connector = HttpConnector::new_with_resolver(resolver);
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_keepalive(Some(TCP_KEEPALIVE));
        Self { connector, runtime: runtime.clone() }
    }
}

impl Service<Uri> for Tcp {
    type Response = TokioIo<Socket>;
    type Error = ConnectFailure;
    type Future = BoxFuture<'static, Result<TokioIo<Socket>, ConnectFailure>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ConnectFailure>> {
        self.connector.poll_ready(cx).map_err(ConnectFailure::from_tcp)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let connecting = self.connector.call(target);
        let runtime = self.runtime.clone();
        Box::pin(async move {
            let connected = connecting.await.map_err(ConnectFailure::from_tcp)?;
            Ok(TokioIo::new(Socket::new(connected.into_inner(), runtime)))
        })
    }
}

/// The resolver of the operating system, with errors that identify the stage.
#[derive(Clone)]
struct Resolver {
    system: GaiResolver,
    remote_only: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("name not found")]
struct LookupFailed(#[source] io::Error);

#[derive(Debug, thiserror::Error)]
#[error("no address of the host is allowed for this request")]
pub(super) struct LocalAddress;

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.system.poll_ready(cx).map_err(|error| LookupFailed(error).into())
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let looking_up: GaiFuture = self.system.call(name);
        let remote_only = self.remote_only;
        Box::pin(async move {
            let found: Vec<_> = looking_up.await.map_err(LookupFailed)?.collect();
            let any = !found.is_empty();
            let allowed = |found: &SocketAddr| !remote_only || RemoteOnly::allows(found.ip());
            let found: Vec<_> = found.into_iter().filter(allowed).collect();
            if any && found.is_empty() { Err(LocalAddress.into()) } else { Ok(found.into_iter()) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hyper_transport::target;

    #[cfg(unix)]
    #[test]
    fn exhausted_descriptors_are_detected_at_every_stage() {
        let uri = "https://h:1".parse().unwrap();
        let target = target::check(&uri, &HttpOptions::new(), None).unwrap();
        let io = || io::Error::from_raw_os_error(24);
        for failure in [
            ConnectFailure::from_tcp(io()),
            ConnectFailure::from_tcp(io::Error::from_raw_os_error(23)),
            ConnectFailure::from_tcp(io::Error::other(io())),
            ConnectFailure::from_tcp(LookupFailed(io())),
            ConnectFailure::from_https(io::Error::other(io()).into()),
        ] {
            let error = failure.explain(&target, Duration::from_secs(1));
            assert_eq!(error.to_string(), "out of file descriptors for a connection to h:1");
            assert_eq!(error.kind(), TransportErrorKind::Connect);
            assert_eq!(error.request_sent(), RequestSent::No);
        }
        let other = ConnectFailure::from_tcp(io::Error::from_raw_os_error(111));
        let error = other.explain(&target, Duration::from_secs(1));
        assert_eq!(error.to_string(), "tcp connect to h:1 failed");
    }
}
