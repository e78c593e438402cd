//! Proxy failures that persist until a setting of the proxy or the client changes.

use std::error::Error as StdError;

use dbsql_transport::{ProxyFailure, TransportError};

use crate::ErrorKind;

/// A failure at a proxy that a retry does not resolve.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LastingFailure {
    pub(crate) kind: ErrorKind,
    pub(crate) next_step: &'static str,
}

impl LastingFailure {
    /// Returns the permanent proxy failure behind a transport error, if there is one.
    pub(crate) fn of(error: &TransportError) -> Option<Self> {
        let failure = error.proxy_failure().filter(|failure| failure.is_lasting())?;
        Some(match failure {
            ProxyFailure::Auth => Self {
                kind: ErrorKind::Auth,
                next_step: "set the user and password of the proxy in its URL, as in \
                            http://user:password@host:port, or with Proxy::credentials",
            },
            ProxyFailure::Refused => Self {
                kind: ErrorKind::Transport,
                next_step: "allow this host and port in the proxy, or exclude the host with \
                            NO_PROXY or HttpOptions::no_proxy",
            },
            _ => Self {
                kind: ErrorKind::Transport,
                next_step: "check scheme, host and port of the proxy",
            },
        })
    }

    /// Like [`of`](Self::of), for an error that may be caused by one of a transport.
    pub(crate) fn behind(error: &(dyn StdError + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref() {
                return Self::of(error);
            }
            next = error.source();
        }
        None
    }
}
