//! Opens a tunnel to a host over an existing connection to a proxy.

mod http_connect;
mod socks5;

use std::fmt;
use std::io;

use tokio::io::{AsyncRead, AsyncWrite};

use crate::proxy::ProxyScheme;
use crate::{Proxy, ProxyFailure};

/// The destination of a tunnel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Destination<'a> {
    /// A name or an address, an IPv6 address in brackets.
    pub(super) host: &'a str,
    pub(super) port: u16,
}

/// Turns `stream`, a connection to the proxy, into a connection to the destination.
///
/// Reads exactly the response of the proxy. The caller limits the time.
pub(super) async fn open(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin + Send),
    proxy: &Proxy,
    destination: Destination<'_>,
) -> Result<(), TunnelError> {
    match proxy.scheme() {
        ProxyScheme::Http | ProxyScheme::Https => {
            http_connect::open(stream, proxy.login(), destination).await
        }
        ProxyScheme::Socks5 => socks5::open(stream, proxy.login(), destination).await,
    }
}

/// The reason why there is no tunnel; printed as what the proxy responded.
#[derive(Debug)]
pub(super) struct TunnelError {
    pub(super) reason: Reason,
    detail: String,
    source: Option<io::Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// It received no credentials, or requires another authentication scheme.
    WantsCredentials,
    RejectedCredentials,
    Refused,
    NameNotFound,
    TargetUnreachable,
    Invalid,
    /// The connection to the proxy broke.
    Broke,
}

impl Reason {
    /// `None` if the proxy reported no reason.
    pub(super) fn failure(self) -> Option<ProxyFailure> {
        Some(match self {
            Self::WantsCredentials | Self::RejectedCredentials => ProxyFailure::Auth,
            Self::Refused => ProxyFailure::Refused,
            Self::NameNotFound => ProxyFailure::NameNotFound,
            Self::TargetUnreachable => ProxyFailure::TargetUnreachable,
            Self::Invalid => ProxyFailure::Invalid,
            Self::Broke => return None,
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WantsCredentials => "the proxy requires credentials",
            Self::RejectedCredentials => "the proxy rejected the credentials",
            Self::Refused => "the proxy does not allow the connection",
            Self::NameNotFound => "the proxy could not resolve the host name",
            Self::TargetUnreachable => "the proxy could not resolve or reach the host",
            Self::Invalid => "invalid response from the proxy",
            Self::Broke => "the proxy closed the connection",
        })
    }
}

impl TunnelError {
    fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), source: None }
    }

    fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Reason::Invalid, detail)
    }
}

impl From<io::Error> for TunnelError {
    fn from(error: io::Error) -> Self {
        let detail = "the connection broke before the proxy responded".to_owned();
        Self { reason: Reason::Broke, detail, source: Some(error) }
    }
}

impl fmt::Display for TunnelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for TunnelError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}
