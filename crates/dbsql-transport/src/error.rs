//! Why there was no response, and whether the request may have been sent nevertheless.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use dbsql_runtime::NoRuntime;

use crate::{BoxError, ProxyFailure, Revoked};

/// An exchange that gave no response, or a body that broke off.
///
/// [`kind`](Self::kind) says what went wrong, and [`request_sent`](Self::request_sent), which
/// does not depend on it, whether the server may have seen the request. `Display` prints this
/// level only; [`source`](Error::source) has the rest. Neither ever holds a URL: storage links
/// are secrets.
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

/// What went wrong, told apart by what the engine does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// There was no connection: the name was not found, the server or a proxy refused, the TLS
    /// handshake failed. The engine tries again, unless [`TransportError::is_tls`] or
    /// [`ProxyFailure::is_lasting`].
    Connect,
    /// A time limit of the transport ran out, as a rule the one on connecting. The engine tries
    /// again where [`request_sent`](TransportError::request_sent) or the kind of call allows it.
    Timeout,
    /// There was a connection and it broke, before the response or in its body, or what came was
    /// not HTTP. The engine tries again where [`request_sent`](TransportError::request_sent) or the kind of call
    /// allows it.
    Interrupted,
    /// Something that would fail again in the same way: a request that cannot be sent, a setting
    /// that forbids it. The engine does not repeat it.
    Other,
}

/// Whether the server may have seen a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestSent {
    /// Certainly not: the request can be sent again, even one that must not run twice.
    No,
    /// It may have, wholly or in part. Only a request that may run twice can be sent again.
    Maybe,
}

impl TransportError {
    /// An error of `kind`, caused by `source`.
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

    /// There was no connection, so nothing was sent.
    pub fn connect(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Connect, RequestSent::No, source)
    }

    /// The TLS handshake was refused by either side, so nothing was sent: see
    /// [`is_tls`](Self::is_tls). For a connection that merely broke during the handshake use
    /// [`connect`](Self::connect).
    pub fn tls(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::connect(source);
        error.0.tls_refused = true;
        error
    }

    /// A proxy gave no connection, so nothing was sent: see [`proxy_failure`](Self::proxy_failure).
    pub fn proxy(failure: ProxyFailure, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::connect(source);
        error.0.proxy = Some(failure);
        error
    }

    /// Says that the cause lies in the TLS handshake with the proxy.
    #[cfg(feature = "hyper-client")]
    pub(crate) fn refused_by_tls(mut self) -> Self {
        self.0.tls_refused = true;
        self
    }

    /// The connection broke.
    pub fn interrupted(
        request_sent: RequestSent,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::new(TransportErrorKind::Interrupted, request_sent, source)
    }

    /// The caller is not in a tokio runtime that the transport can work in, so nothing was sent:
    /// see [`is_runtime`](Self::is_runtime).
    #[must_use]
    pub fn runtime(missing: NoRuntime) -> Self {
        Self::new(TransportErrorKind::Other, RequestSent::No, missing)
            .with_message("no request can be sent from here")
    }

    /// The host is only at addresses that the request must not go to, so nothing was sent: see
    /// [`RemoteOnly`](crate::RemoteOnly) and [`is_local_address`](Self::is_local_address).
    pub fn local_address(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::new(TransportErrorKind::Other, RequestSent::No, source)
            .with_message("the host is an address of this machine or its network link");
        error.0.local_address = true;
        error
    }

    /// Replaces the text of this level. It should be lower case without a full stop and name
    /// host and port where it can; it must not hold a URL, a header or anything of a body.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.0.kind
    }

    /// Whether the server may have seen the request. Not derived from the kind: a connection can
    /// break before anything of a request has left.
    #[must_use]
    pub fn request_sent(&self) -> RequestSent {
        self.0.request_sent
    }

    /// Returns what went wrong at the proxy, where the connection was to go through one and failed for
    /// a reason that the proxy told. The kind is [`Connect`](TransportErrorKind::Connect) then. A
    /// connection that the proxy breaks without a word is an error as any other.
    #[must_use]
    pub fn proxy_failure(&self) -> Option<ProxyFailure> {
        self.0.proxy
    }

    /// Whether the proxy wants credentials, or did not accept those that it got.
    #[must_use]
    pub fn is_proxy_auth(&self) -> bool {
        self.0.proxy == Some(ProxyFailure::Auth)
    }

    /// Whether the host is only at addresses that the request must not go to, as
    /// [`RemoteOnly`](crate::RemoteOnly) asks. The kind is [`Other`](TransportErrorKind::Other) then.
    #[must_use]
    pub fn is_local_address(&self) -> bool {
        self.0.local_address
    }

    /// Whether the TLS handshake was refused: a certificate that is not trusted or for another
    /// host, no common protocol version. Trying again does not help against that; the settings
    /// of the client or of the server must change. The kind is
    /// [`Connect`](TransportErrorKind::Connect) then.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.0.tls_refused
    }
}

impl TransportError {
    /// Whether the caller was not in a tokio runtime that the transport can work in. The
    /// [`source`](Error::source) is a [`NoRuntime`] and says what is missing and what to do. The
    /// kind is [`Other`](TransportErrorKind::Other) then.
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
            (None, TransportErrorKind::Timeout) => "the transport's time limit ran out",
            (None, TransportErrorKind::Interrupted) => "the connection broke",
            (None, TransportErrorKind::Other) => "the request could not be carried out",
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
    fn is_small_and_can_cross_threads() {
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
    fn a_refused_handshake_is_a_connect_error_in_which_nothing_was_sent() {
        let error = TransportError::tls("unknown issuer");
        assert!(error.is_tls(), "{error:?}");
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        assert_eq!(error.request_sent(), RequestSent::No);
        assert!(!TransportError::connect("refused").is_tls());
    }

    #[test]
    fn failure_at_a_proxy_is_a_connect_error_in_which_nothing_was_sent() {
        let error = TransportError::proxy(ProxyFailure::Auth, "HTTP 407");
        assert!(error.is_proxy_auth() && !error.is_tls(), "{error:?}");
        assert_eq!(error.kind(), TransportErrorKind::Connect);
        assert_eq!(error.request_sent(), RequestSent::No);
        assert_eq!(TransportError::connect("refused").proxy_failure(), None);
    }
}
