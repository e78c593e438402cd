//! The limit on the idle time of a connection that a request may use.

use std::time::Duration;

/// Tells the transport not to use a pooled connection that has been idle for longer than this.
///
/// Servers close idle connections. A request that races with such a close fails after it was sent,
/// with an unknown outcome. A request that may run twice is simply retried; the submission of a
/// statement cannot be. The engine therefore puts this value into the extensions of each
/// submission.
///
/// A transport may ignore it, at the price of more submissions with an unknown outcome, or apply a
/// stricter limit, at the price of more handshakes.
///
/// ```
/// use std::time::Duration;
/// use dbsql_transport::{FreshConnection, bytes::Bytes, http};
///
/// let mut request = http::Request::post("https://example.com/").body(Bytes::new())?;
/// request.extensions_mut().insert(FreshConnection::default());
///
/// // In the transport, for each pooled connection:
/// let fresh = request.extensions().get::<FreshConnection>();
/// let is_usable = |idle| fresh.is_none_or(|fresh| idle <= fresh.max_idle());
/// assert!(is_usable(Duration::from_millis(200)));
/// assert!(!is_usable(Duration::from_secs(20)));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreshConnection {
    max_idle: Duration,
}

impl FreshConnection {
    /// Creates a limit on the idle time; zero requires a new connection.
    #[must_use]
    pub const fn new(max_idle: Duration) -> Self {
        Self { max_idle }
    }

    /// Returns the maximum idle time of the connection.
    #[must_use]
    pub const fn max_idle(self) -> Duration {
        self.max_idle
    }
}

impl Default for FreshConnection {
    /// One second: shorter than the idle limit of any server, long enough for a burst of
    /// submissions to share connections.
    fn default() -> Self {
        Self::new(Duration::from_secs(1))
    }
}
