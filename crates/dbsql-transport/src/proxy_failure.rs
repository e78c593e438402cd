//! Failures at a proxy.

/// The reason why a proxy provided no connection, as far as it is known; see
/// [`TransportError::proxy_failure`](crate::TransportError::proxy_failure). No part of the request
/// was sent in any of these cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyFailure {
    /// There is no connection to the proxy itself: its name was not found, it refused the
    /// connection, or TLS with it failed.
    Unreachable,
    /// It requires credentials, rejected the ones it received, or requires an authentication scheme
    /// that this transport does not support: HTTP 407, or the authentication of SOCKS 5.
    Auth,
    /// It does not allow this host or port: HTTP 403 and other statuses from 400 to 499, or a rule
    /// of a SOCKS proxy.
    Refused,
    /// It could not resolve the host name. Few proxies distinguish this from
    /// [`TargetUnreachable`](Self::TargetUnreachable).
    NameNotFound,
    /// It could not connect to the host: HTTP 500 to 599, or the corresponding SOCKS 5 reply.
    TargetUnreachable,
    /// Its response is invalid.
    Invalid,
}

impl ProxyFailure {
    /// Returns `true` if the same request would fail again until a setting of the client or the
    /// proxy changes.
    #[must_use]
    pub fn is_lasting(self) -> bool {
        match self {
            Self::Auth | Self::Refused | Self::Invalid => true,
            Self::Unreachable | Self::NameNotFound | Self::TargetUnreachable => false,
        }
    }
}
