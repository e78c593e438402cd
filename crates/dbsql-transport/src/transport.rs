//! The trait through which the engine sends its requests, and a shared handle to any
//! implementation.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::{Body, BoxFuture, SendPermit, TransportError};

/// Sends one HTTP request and returns the response.
///
/// # What a transport does
///
/// - It is responsible for TLS, name lookup, proxies, the connection pool, and the connect timeout.
/// - It sends the request unchanged, adding `Host` and `Content-Length` if they are missing; the
///   method, the path with its query and the headers are otherwise left alone, and the version in the
///   request is ignored.
/// - It returns every response as `Ok`, whatever its status, including redirects. The body is passed on
///   as it arrives, without decompression, and a body that ends early is an error of the body.
/// - It reports whether a failed request may have been sent ([`TransportError::request_sent`]). When in
///   doubt, that is [`Maybe`](crate::RequestSent::Maybe).
///
/// # What it must not do
///
/// - Follow redirects, keep cookies, add credentials.
/// - Resend a request, unless it is certain that no part of it was sent.
/// - Stop waiting for a response. A healthy response can take minutes, and the engine has its own
///   deadlines: it drops the future.
///
/// # Extensions of the request
///
/// Two values may be in the extensions of a request. Both may be ignored, at a price:
///
/// - [`SendPermit`]: the permission to send, which the transport takes before the end of the
///   request is sent and the engine revokes when it gives up. If it is ignored, every request that
///   was given up counts as sent. [`RequestBody`](crate::RequestBody) does most of the work.
/// - [`FreshConnection`](crate::FreshConnection): not to use a connection that has been idle for long. If it
///   is ignored, more requests fail with an unknown outcome.
///
/// # Cancel safety
///
/// The future may be dropped at any point, and so may a body before its end. Neither may affect
/// other requests on the transport.
///
/// The `conformance` module (feature `conformance`) contains checks for all of this.
///
/// # Examples
///
/// A transport that counts the requests of another one. The [crate documentation](crate) has one
/// that answers requests itself, and `docs/transports.md` in the repository builds two over
/// sockets.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use dbsql_transport::bytes::Bytes;
/// use dbsql_transport::{Body, BoxFuture, Transport, TransportError, http};
/// # use dbsql_transport::SendPermit;
///
/// #[derive(Debug)]
/// struct Counting<T> {
///     inner: T,
///     requests: AtomicU64,
/// }
///
/// impl<T: Transport> Transport for Counting<T> {
///     fn send(
///         &self,
///         request: http::Request<Bytes>,
///     ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
///         self.requests.fetch_add(1, Ordering::Relaxed);
///         self.inner.send(request) // with its extensions, so that the permit works as before
///     }
/// }
/// # #[derive(Debug)]
/// # struct Empty;
/// # impl Transport for Empty {
/// #     fn send(
/// #         &self,
/// #         request: http::Request<Bytes>,
/// #     ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
/// #         let permit = SendPermit::hold_for(&request);
/// #         Box::pin(async move {
/// #             permit.take()?;
/// #             Ok(http::Response::new(Body::empty()))
/// #         })
/// #     }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let inner = Empty;
/// let transport = Counting { inner, requests: AtomicU64::new(0) };
/// let request = http::Request::get("http://localhost/").body(Bytes::new())?;
/// assert_eq!(transport.send(request).await?.status(), 200);
/// assert_eq!(transport.requests.load(Ordering::Relaxed), 1);
/// # Ok(()) }
/// ```
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request` and returns once the head of the response has been received.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when there is no response. A response with an error status is `Ok`.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>>;
}

/// A [`Transport`] of any type, cheap to clone. Clones share the transport and its connections.
#[derive(Clone)]
pub struct SharedTransport(Arc<dyn Transport>);

impl SharedTransport {
    /// Wraps `transport`.
    #[must_use]
    pub fn new(transport: impl Transport) -> Self {
        Self(Arc::new(transport))
    }

    /// Sends `request`; see [`Transport::send`]. A [`SendPermit`] in its extensions counts as
    /// handed over from here on, whether or not the transport uses it.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when there is no response. A response with an error status is `Ok`. If
    /// the permit was already revoked, the kind is [`Other`](crate::TransportErrorKind::Other) and
    /// the transport is not called.
    pub fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        if let Some(Err(revoked)) = request.extensions().get().map(SendPermit::hand_over) {
            return Box::pin(std::future::ready(Err(revoked.into())));
        }
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{RequestSent, Revoked, TransportErrorKind};

    /// A transport without support for permits.
    #[derive(Debug, Default)]
    struct Ignorant(AtomicUsize);

    impl Transport for Ignorant {
        fn send(
            &self,
            _: http::Request<Bytes>,
        ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(std::future::ready(Ok(http::Response::new(Body::empty()))))
        }
    }

    fn request(permit: &SendPermit) -> http::Request<Bytes> {
        let mut request = http::Request::new(Bytes::from("ask"));
        request.extensions_mut().insert(permit.clone());
        request
    }

    #[test]
    fn ignored_permit_counts_as_sent() {
        let transport = SharedTransport::new(Ignorant::default());
        let permit = SendPermit::new();
        let sending = transport.send(request(&permit));
        assert_eq!(permit.request_sent(), RequestSent::Maybe);
        drop(sending);
        assert_eq!(permit.revoke(), RequestSent::Maybe);
    }

    #[tokio::test]
    async fn revoked_permit_never_reaches_the_transport() {
        let ignorant = Arc::new(Ignorant::default());
        let transport = SharedTransport::from(Arc::clone(&ignorant) as Arc<dyn Transport>);
        let permit = SendPermit::new();
        assert_eq!(permit.revoke(), RequestSent::No);
        let error = transport.send(request(&permit)).await.expect_err("revoked");
        assert_eq!(error.kind(), TransportErrorKind::Other);
        assert_eq!(error.request_sent(), RequestSent::No);
        let source = std::error::Error::source(&error).expect("a cause");
        assert!(source.is::<Revoked>(), "{source:?}");
        assert_eq!(ignorant.0.load(Ordering::Relaxed), 0);
        assert!(transport.send(request(&SendPermit::new())).await.is_ok());
        assert_eq!(ignorant.0.load(Ordering::Relaxed), 1);
    }
}
