//! The settings of connections.

use std::time::Duration;

/// The limits of the connections to a [`Server`](crate::Server). In process there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketSettings {
    /// How long a client may take for the head of a request, from its first byte, for each further
    /// piece of its body, and for the TLS handshake. 30 seconds by default. Then the connection is
    /// closed.
    pub header_timeout: Duration,
    /// How long a connection may be idle: without a request, or with a response that the client does
    /// not read. 5 minutes by default, longer than clients keep connections for reuse. Then it is
    /// closed.
    pub idle_timeout: Duration,
    /// The maximum number of connections. 10 000 by default. For each further one, and when the system
    /// has no room for another one, those that have been idle for the longest time are closed.
    pub max_connections: usize,
}

impl Default for SocketSettings {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(5 * 60),
            max_connections: 10_000,
        }
    }
}
