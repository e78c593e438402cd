//! What went wrong at a proxy.

/// Why a proxy gave no connection, as far as it told: see
/// [`TransportError::proxy_failure`](crate::TransportError::proxy_failure). Nothing of a request was
/// sent in any of these cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyFailure {
    /// There is no connection to the proxy itself: its name was not found, it refused, or TLS with it
    /// failed.
    Unreachable,
    /// It wants credentials, does not accept those that it got, or wants them in another form than this
    /// transport can send: HTTP 407, or the sign-in of SOCKS 5.
    Auth,
    /// It does not connect to this host or port: HTTP 403 and other statuses from 400 to 499, or a rule
    /// of a SOCKS proxy.
    Refused,
    /// It could not find the name of the host. Few proxies tell this from
    /// [`TargetUnreachable`](Self::TargetUnreachable).
    NameNotFound,
    /// It could not connect to the host: HTTP 500 to 599, or a reply of SOCKS 5 that says so.
    TargetUnreachable,
    /// What it sent is not an answer of such a proxy.
    Invalid,
}

impl ProxyFailure {
    /// Returns whether the same request would fail again, until a setting of the client or of the proxy
    /// changes.
    #[must_use]
    pub fn is_lasting(self) -> bool {
        match self {
            Self::Auth | Self::Refused | Self::Invalid => true,
            Self::Unreachable | Self::NameNotFound | Self::TargetUnreachable => false,
        }
    }
}
