//! The trait that the engine sends its requests through, and a cheap handle to any of its kind.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::{Body, BoxFuture, SendPermit, TransportError};

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
/// - [`SendPermit`]: the permission to send, which the transport takes before the end of the
///   request leaves and the engine revokes when it gives up. Ignored, every request that was
///   given up counts as sent. [`RequestBody`](crate::RequestBody) does most of the work.
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

    /// Sends `request`: see [`Transport::send`]. A [`SendPermit`] in its extensions counts as
    /// handed over from here on, whatever the transport makes of it.
    ///
    /// # Errors
    ///
    /// [`TransportError`] when there is no response. A response with a bad status is `Ok`. When
    /// the permit was revoked before, the kind is [`Other`](crate::TransportErrorKind::Other) and the
    /// transport is not asked.
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

    /// Knows nothing of permits.
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
    fn permit_given_to_a_transport_that_ignores_it_counts_as_sent() {
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
