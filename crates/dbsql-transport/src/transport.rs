//! The trait that the engine sends its requests through, and a cheap handle to any of its kind.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::{Body, BoxFuture, TransportError};

/// Sends one HTTP request and gives back the response.
///
/// # What a transport does
///
/// - TLS, name lookup, proxies, the connection pool, and a limit on the time to connect.
/// - The request arrives as it was given, with `Host` and `Content-Length` added where they are
///   missing; the method, the path with its query and the headers are otherwise left alone, and
///   the version in the request is ignored.
/// - A response is a response: every status is `Ok`, and so is a redirect. The body is given on
///   as it comes, without decompression, and one that ends early is an error of the body.
/// - A failure says whether the request may have been sent ([`TransportError::request_sent`]).
///   When in doubt, [`Maybe`](crate::RequestSent::Maybe).
///
/// # What it must not do
///
/// - Follow redirects, keep cookies, add credentials.
/// - Repeat a request, unless it is certain that nothing of it was sent.
/// - Stop waiting for an answer. A healthy answer can take minutes, and the engine has its own
///   deadlines: it drops the future.
///
/// # Extensions of the request
///
/// Two values may stand in the request's extensions. Both may be ignored, at a price:
///
/// - [`SendProgress`](crate::SendProgress): the marker by which the engine learns how far a
///   request came that it stopped waiting for. Ignored, every such request counts as sent.
/// - [`FreshConnection`](crate::FreshConnection): do not use a connection that has been idle for
///   long. Ignored, more requests fail in a way that leaves their outcome unknown.
///
/// # Cancel safety
///
/// The future may be dropped at any point, and so may a body before its end. Neither may break
/// the transport for other requests.
///
/// The `conformance` module (feature `conformance`) holds the checks for all this.
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request`; ready when the head of the response is there.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when there is no response. A response with a bad status is `Ok`.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;
}

/// Any [`Transport`], cheap to clone. Clones share the one transport and its connections.
#[derive(Clone)]
pub struct SharedTransport(Arc<dyn Transport>);

impl SharedTransport {
    /// Shares `transport`.
    #[must_use]
    pub fn new(transport: impl Transport) -> Self {
        Self(Arc::new(transport))
    }

    /// Sends `request`: see [`Transport::send`].
    ///
    /// # Errors
    ///
    /// [`TransportError`] when there is no response. A response with a bad status is `Ok`.
    pub fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        self.0.send(request)
    }
}

impl<T: Transport> From<T> for SharedTransport {
    fn from(transport: T) -> Self {
        Self::new(transport)
    }
}

impl From<Arc<dyn Transport>> for SharedTransport {
    fn from(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }
}

impl fmt::Debug for SharedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
