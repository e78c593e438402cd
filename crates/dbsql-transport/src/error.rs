//! The reasons why there was no response, and whether the request may have been sent nevertheless.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use dbsql_runtime::NoRuntime;

use crate::{BoxError, ProxyFailure, Revoked};

/// The error of an exchange without a response, or of a body that was cut off.
///
/// [`kind`](Self::kind) says what failed; independently of it, [`request_sent`](Self::request_sent)
/// says whether the server may have seen the request. `Display` prints this level only;
/// [`source`](Error::source) has the rest. Neither contains a URL: storage links are secret.
///
/// ```
/// use dbsql_transport::{RequestSent, TransportError, TransportErrorKind};
///
/// let cause = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
/// let error = TransportError::interrupted(RequestSent::Maybe, cause);
/// assert_eq!(error.kind(), TransportErrorKind::Interrupted);
/// assert_eq!(error.request_sent(), RequestSent::Maybe);
/// assert_eq!(error.to_string(), "the connection broke");
/// ```
pub struct TransportError(Box<Inner>);

struct Inner {
    kind: TransportErrorKind,
    request_sent: RequestSent,
    tls_refused: bool,
    local_address: bool,
    proxy: Option<ProxyFailure>,
    message: Option<Cow<'static, str>>,
    source: BoxError,
}

/// The kind of a [`TransportError`], by how the engine handles it.
///
/// A transport selects the kind from the error of its HTTP stack:
///
/// ```
/// use std::io;
/// use dbsql_transport::{RequestSent, TransportError, TransportErrorKind};
///
/// fn explain(error: io::Error) -> TransportError {
///     match error.kind() {
///         io::ErrorKind::ConnectionRefused => TransportError::connect(error),
///         io::ErrorKind::TimedOut => {
///             TransportError::new(TransportErrorKind::Timeout, RequestSent::Maybe, error)
///         }
///         _ => TransportError::interrupted(RequestSent::Maybe, error),
///     }
/// }
///
/// let refused = explain(io::ErrorKind::ConnectionRefused.into());
/// assert_eq!(refused.kind(), TransportErrorKind::Connect);
/// assert_eq!(refused.request_sent(), RequestSent::No);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// There was no connection: the name was not found, the server or a proxy refused the
    /// connection, or the TLS handshake failed. The engine retries, unless
    /// [`TransportError::is_tls`] or [`ProxyFailure::is_lasting`] is true.
    Connect,
    /// A time limit of the transport expired, usually the connect timeout. The engine retries if
    /// [`request_sent`](TransportError::request_sent) or the type of call allows it.
    Timeout,
    /// The connection broke, before the response or in its body, or what was received was not HTTP.
    /// The engine retries if [`request_sent`](TransportError::request_sent) or the type of call
    /// allows it.
    Interrupted,
    /// A permanent failure: a request that cannot be sent, or a setting that forbids it. The engine
    /// does not retry.
    Other,
}

/// Whether the server may have seen a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestSent {
    /// Certainly not: the request can be resent, even if it must not run twice.
    No,
    /// Possibly, in whole or in part. Only a request that may run twice can be resent.
    Maybe,
}

impl TransportError {
    /// Creates an error of this kind, caused by `source`.
    pub fn new(
        kind: TransportErrorKind,
        request_sent: RequestSent,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            request_sent,
            tls_refused: false,
            local_address: false,
            proxy: None,
            message: None,
            source: source.into(),
        }))
    }

    /// Creates an error for a failure to connect, so that nothing was sent.
    pub fn connect(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Connect, RequestSent::No, source)
    }

    /// Creates an error for a TLS handshake that either side rejected, so that nothing was sent;
    /// see [`is_tls`](Self::is_tls). For a connection that merely broke during the handshake use
    /// [`connect`](Self::connect).
    pub fn tls(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::connect(source);
        error.0.tls_refused = true;
        error
    }

    /// Creates an error for a proxy without a connection, so that nothing was sent; see
    /// [`proxy_failure`](Self::proxy_failure).
    pub fn proxy(failure: ProxyFailure, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::connect(source);
        error.0.proxy = Some(failure);
        error
    }

    /// Marks the TLS handshake with the proxy as the cause.
    #[cfg(feature = "hyper-client")]
    pub(crate) fn refused_by_tls(mut self) -> Self {
        self.0.tls_refused = true;
        self
    }

    /// Creates an error for a connection that broke.
    pub fn interrupted(
        request_sent: RequestSent,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::new(TransportErrorKind::Interrupted, request_sent, source)
    }

    /// Creates an error for a caller outside a suitable tokio runtime, so that nothing was sent;
    /// see [`is_runtime`](Self::is_runtime).
    #[must_use]
    pub fn runtime(missing: NoRuntime) -> Self {
        Self::new(TransportErrorKind::Other, RequestSent::No, missing)
            .with_message("a request can only be sent in a tokio runtime")
    }

    /// Creates an error for a host with only forbidden addresses, so that nothing was sent; see
    /// [`RemoteOnly`](crate::RemoteOnly) and [`is_local_address`](Self::is_local_address).
    pub fn local_address(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::new(TransportErrorKind::Other, RequestSent::No, source)
            .with_message("the host resolves to an address of this machine or its network link");
        error.0.local_address = true;
        error
    }

    /// Replaces the message. It should be lower case without a full stop and name host and port if
    /// possible; it must not contain a URL, a header or any part of a body.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.0.kind
    }

    /// Returns whether the server may have seen the request. This does not follow from the kind: a
    /// connection can break before any part of a request was sent.
    #[must_use]
    pub fn request_sent(&self) -> RequestSent {
        self.0.request_sent
    }

    /// Returns the failure at the proxy, if the connection was to go through one and the proxy
    /// reported a reason. The kind is [`Connect`](TransportErrorKind::Connect) then. A connection
    /// that the proxy closes without a reason is an ordinary error.
    #[must_use]
    pub fn proxy_failure(&self) -> Option<ProxyFailure> {
        self.0.proxy
    }

    /// Returns `true` if the proxy requires credentials, or did not accept the ones it received.
    #[must_use]
    pub fn is_proxy_auth(&self) -> bool {
        self.0.proxy == Some(ProxyFailure::Auth)
    }

    /// Returns `true` if the host only has addresses that [`RemoteOnly`](crate::RemoteOnly)
    /// forbids. The kind is [`Other`](TransportErrorKind::Other) then.
    #[must_use]
    pub fn is_local_address(&self) -> bool {
        self.0.local_address
    }

    /// Returns `true` if the TLS handshake was rejected: an untrusted certificate or one for
    /// another host, or no common protocol version. A retry does not help; the settings of the
    /// client or the server must change. The kind is [`Connect`](TransportErrorKind::Connect) then.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.tls_refused
    }
}

impl TransportError {
    /// Returns `true` if the caller was not in a suitable tokio runtime. The
    /// [`source`](Error::source) is a [`NoRuntime`], which says what is missing and how to fix it.
    /// The kind is [`Other`](TransportErrorKind::Other) then.
    #[must_use]
    pub fn is_runtime(&self) -> bool {
        self.0.source.is::<NoRuntime>()
    }
}

/// The engine gave up the request before it was sent.
impl From<Revoked> for TransportError {
    fn from(revoked: Revoked) -> Self {
        Self::new(TransportErrorKind::Other, RequestSent::No, revoked)
            .with_message("the request was not sent")
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (&self.0.message, self.0.kind) {
            (Some(message), _) => message,
            (None, TransportErrorKind::Connect) if self.0.tls_refused => {
                "the tls handshake was refused"
            }
            (None, TransportErrorKind::Connect) if self.0.proxy.is_some() => {
                "no connection through the proxy"
            }
            (None, TransportErrorKind::Connect) => "no connection",
            (None, TransportErrorKind::Timeout) => "the transport timed out",
            (None, TransportErrorKind::Interrupted) => "the connection broke",
            (None, TransportErrorKind::Other) => "the request failed",
        })
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.0.kind)
            .field("request_sent", &self.0.request_sent)
            .field("message", &self.to_string())
            .field("source", &self.0.source)
            .finish()
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.source.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_is_small_and_send_and_sync() {
        fn check<T: Error + Send + Sync + 'static>() {}
        check::<TransportError>();
        assert_eq!(size_of::<TransportError>(), size_of::<usize>());
    }

    #[test]
    fn display_prints_one_level_and_source_the_next() {
        let error = TransportError::connect("name not found").with_message("no route to h:443");
        assert_eq!(error.to_string(), "no route to h:443");
        assert_eq!(error.source().expect("has a cause").to_string(), "name not found");
    }

    #[test]
    fn tls_failure_is_a_connect_error_before_sending() {
        let error = TransportError::tls("unknown issuer");
        assert!(error.is_tls(), "{error:?}");
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        assert_eq!(error.request_sent(), RequestSent::No);
        assert!(!TransportError::connect("refused").is_tls());
    }

    #[test]
    fn proxy_failure_is_a_connect_error_before_sending() {
        let error = TransportError::proxy(ProxyFailure::Auth, "HTTP 407");
        assert!(error.is_proxy_auth() && !error.is_tls(), "{error:?}");
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        assert_eq!(error.request_sent(), RequestSent::No);
        assert_eq!(TransportError::connect("refused").proxy_failure(), None);
    }
}
