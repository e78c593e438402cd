//! The default transport: hyper over rustls.

mod build_error;
mod connector;
mod download;
mod no_proxy;
mod pools;
mod routes;
mod socket;
mod target;
mod tls;
mod tunnel;

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use dbsql_runtime::{HomeRuntime, NoRuntime, PerRuntime, Runtime};
use http::{Request, Response, Version};
use http_body::Body as _;
use hyper_util::client::legacy;

pub use self::build_error::BuildError;
use self::connector::{ConnectFailure, Connectors, LocalAddress};
use self::download::Download;
use self::pools::Pools;
use self::routes::Routes;
use self::target::Target;
use crate::{
    Body, BoxFuture, HttpOptions, RemoteOnly, RequestBody, RequestSent, SendPermit, Transport,
    TransportError, TransportErrorKind,
};

/// The default [`Transport`]: HTTP/1.1 and HTTP/2 (chosen by ALPN) with a connection pool, over TLS
/// with the root certificates of the platform, directly or through a proxy ([`HttpOptions`] has the
/// rules for both).
///
/// Cheap to clone; clones share the connections. The tasks that drive connections belong to the
/// transport and the bodies that it returned, and end with the last of them.
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
/// # Runtimes
///
/// A transport can be created anywhere; [`send`](Transport::send) needs a tokio runtime with its
/// timer and I/O drivers enabled, otherwise [`is_runtime`](TransportError::is_runtime) is true for
/// its error. A transport can be used from any number of runtimes, one after another or at the same
/// time: each has its own connections, which end with it.
///
/// The body of a response is fed by the runtime in which the request was sent. It can be read in
/// another one while the first is running. If that has shut down, or is not driven for ten seconds,
/// the body ends with an error.
///
/// # Early responses
///
/// A server may reject a large request before it has read all of it, and close the connection. The
/// response is read if the operating system still has it; otherwise the request counts as not sent,
/// since its end was never sent.
#[derive(Clone)]
pub struct HyperTransport(Arc<Inner>);

struct Inner {
    pools: PerRuntime<Pools>,
    connectors: Connectors,
    routes: Arc<Routes>,
    options: HttpOptions,
    /// The reason why TLS does not work on this machine. Kept until a request needs it, so that a
    /// client of a server on this machine works without root certificates.
    no_roots: Option<rustls::Error>,
    runtime: Runtime,
}

impl HyperTransport {
    /// Creates a transport with these settings. Opens no connection; reads the root certificates of
    /// the platform, the files in the options and the proxy settings of the environment, once.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when the options are invalid, a certificate, key or file cannot be used, a
    /// proxy variable of the environment is malformed, or TLS cannot be set up.
    pub fn new(options: HttpOptions) -> Result<Self, BuildError> {
        Self::with_runtime(options, &Runtime::real())
    }

    /// Like [`new`](Self::new), with the tasks that drive connections counted by `runtime`.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_runtime(options: HttpOptions, runtime: &Runtime) -> Result<Self, BuildError> {
        options.validate()?;
        let (tls, no_roots) = tls::client_config(&options)?;
        let routes = Arc::new(Routes::new(&options, |name| std::env::var_os(name))?);
        let connectors = Connectors::new(&options, &tls, &routes, runtime);
        let (pools, runtime) = (PerRuntime::new(), runtime.clone());
        Ok(Self(Arc::new(Inner { pools, connectors, routes, options, no_roots, runtime })))
    }

    /// Returns the connections of the caller's runtime.
    fn pools(&self) -> Result<Arc<Pools>, NoRuntime> {
        let Inner { pools, connectors, options, runtime, .. } = &*self.0;
        runtime.current_with_io()?;
        let home = HomeRuntime::current(runtime)?;
        pools.get_or_make(runtime, || Pools::new(options, connectors, runtime, home))
    }

    async fn exchange(
        &self,
        request: Request<RequestBody>,
    ) -> Result<Response<Body>, TransportError> {
        let target = target::check(request.uri(), &self.0.options, self.0.no_roots.as_ref())?;
        let target = target.via(self.0.routes.proxy_for(request.uri()));
        // The resolver never sees an IP address in the URL, nor a name that goes to a proxy.
        if request.extensions().get::<RemoteOnly>().is_some() && !target.is_remote() {
            return Err(TransportError::local_address(LocalAddress));
        }
        let pools = self.pools().map_err(TransportError::runtime)?;
        let client = pools.client(request.extensions());
        let (permit, has_body) = (request.body().permit().clone(), !request.body().is_end_stream());
        request.body().start()?;
        let (mut head, body) = request.into_parts();
        // ALPN decides; hyper would reject a request with another version.
        head.version = Version::HTTP_11;
        let request = Request::from_parts(head, body);

        match client.request(request).await {
            Ok(response) => Ok(response.map(|body| {
                let runtime = self.0.runtime.clone();
                Body::stream(Download::new(body, target, Arc::clone(&pools), runtime))
            })),
            Err(error) => Err(self.explain(error, &target, has_body.then_some(&permit))),
        }
    }

    /// Explains a failure. `upload` is the permit of a request with a body.
    fn explain(
        &self,
        error: legacy::Error,
        target: &Target,
        upload: Option<&SendPermit>,
    ) -> TransportError {
        if let Some(Err(revoked)) = upload.map(SendPermit::check) {
            return revoked.into();
        }
        if let Some(failure) = error.source().and_then(|e| e.downcast_ref::<ConnectFailure>()) {
            return failure.explain(target, self.0.options.connect_timeout);
        }
        if error.is_connect() {
            return TransportError::connect(error)
                .with_message(format!("no connection to {target}"));
        }
        if tls::refusal::is_of_client(&error) {
            // Nor will it be sent from now on.
            upload.map(SendPermit::revoke);
            let reason = tls::refusal::reason(&error).unwrap_or_default();
            return TransportError::tls(error)
                .with_message(format!("tls handshake with {target} failed: {reason}"));
        }
        let hyper = error.source().and_then(|source| source.downcast_ref::<hyper::Error>());
        let certainly_not = match upload {
            // The end of the body was not read, and never will be: hyper's tasks can outlive this
            // exchange.
            Some(permit) => permit.revoke() == RequestSent::No,
            // Returned unsent by the dispatcher of a connection that was closing.
            None => hyper.is_some_and(hyper::Error::is_canceled),
        } || hyper.is_some_and(is_refused_stream);
        let sent = if certainly_not { RequestSent::No } else { RequestSent::Maybe };
        if hyper.is_some_and(hyper::Error::is_user) {
            // A permanent failure: hyper cannot write such a request.
            return TransportError::new(TransportErrorKind::Other, sent, error)
                .with_message(format!("the request to {target} cannot be written"));
        }
        TransportError::interrupted(sent, error)
            .with_message(format!("the connection to {target} broke before the response"))
    }
}

/// Returns `true` if the server reported that it did not process the request (RFC 9113, 8.7).
fn is_refused_stream(error: &hyper::Error) -> bool {
    let cause = error.source().and_then(|source| source.downcast_ref::<h2::Error>());
    cause.is_some_and(|h2| h2.is_remote() && h2.reason() == Some(h2::Reason::REFUSED_STREAM))
}

impl Transport for HyperTransport {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(self.exchange(RequestBody::attach(request)))
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").field("options", &self.0.options).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
